import Crypto
import Foundation
import GRDB
import StorylineModels

/// Keeps an image: once, whoever sends it how often.
struct KeepMedia {
  static let mediaSQL = """
    INSERT INTO media (sha256, type, name, size, stored_at) VALUES (:sha256, :type, :name, :size, :at)
    ON CONFLICT (sha256) DO UPDATE SET name = excluded.name, stored_at = excluded.stored_at
    """
  static let pieceSQL = """
    INSERT INTO media_piece (sha256, position, bytes) VALUES (:sha256, :position, :bytes)
    ON CONFLICT (sha256, position) DO NOTHING
    """
  /// So large that few are read for an image, so small that many slow readers take little memory: about ten pieces are
  /// on their way to each.
  static let pieceBytes = 32 * 1024

  let description: MediaDescription
  private let digest: Data
  private let bytes: Data
  private let now: Timestamp

  /// - Throws: `StoreError.mediaInvalid` for what is not the image that it is called, or no image to publish.
  init(_ bytes: Data, as id: MediaID, name: String, limit: Int, now: Timestamp) throws {
    digest = Data(SHA256.hash(data: bytes))
    guard digest.hexadecimal == id.description else {
      throw StoreError.mediaInvalid("the bytes have another SHA-256 than \(id)")
    }
    guard bytes.count <= limit else {
      throw StoreError.mediaInvalid("the file has \(bytes.count) bytes, and an image has at most \(limit)")
    }
    guard let header = ImageHeader(bytes) else {
      let formats = ImageFormat.allCases.map(\.name).joined(separator: ", ")
      throw StoreError.mediaInvalid("the file is no image of these formats: \(formats)")
    }
    guard !header.hasTooManyPixels else {
      throw StoreError.mediaInvalid("the image has more than \(ImageHeader.mostPixels) pixels")
    }
    if let objection = MediaName.objection(to: name, format: header.format) { throw StoreError.mediaInvalid(objection) }
    description = MediaDescription(sha256: id, type: header.format.mediaType, bytes: bytes.count, name: name)
    self.bytes = bytes
    self.now = now
  }

  func run(in db: Database) throws {
    try db.cachedStatement(sql: Self.mediaSQL).execute(arguments: [
      "sha256": digest, "type": description.type, "name": description.name, "size": bytes.count,
      "at": now.milliseconds,
    ])
    for (position, start) in stride(from: 0, to: bytes.count, by: Self.pieceBytes).enumerated() {
      let piece = Data(bytes.dropFirst(start).prefix(Self.pieceBytes))
      try db.cachedStatement(sql: Self.pieceSQL).execute(
        arguments: ["sha256": digest, "position": position, "bytes": piece])
    }
  }
}
