import GRDB
import StorylineModels

/// How far a first download, or one after a long absence, has come.
public struct BootstrapProgress: Codable, Hashable, Sendable {
  public var parts: Int
  /// Parts whose bytes have arrived and were verified.
  public var partsDone: Int
  public var bytes: Int
  public var bytesDone: Int

  public init(parts: Int, partsDone: Int, bytes: Int, bytesDone: Int) {
    self.parts = parts
    self.partsDone = partsDone
    self.bytes = bytes
    self.bytesDone = bytesDone
  }

  /// nil while no snapshot is being taken.
  static func fetch(_ db: Database) throws -> BootstrapProgress? {
    guard let manifest = try BootstrapRow.fetch(db)?.manifest else { return nil }
    var progress = BootstrapProgress(
      parts: manifest.parts.count, partsDone: 0, bytes: manifest.parts.reduce(0) { $0 + $1.bytes }, bytesDone: 0)
    for part in manifest.parts {
      if try BootstrapRow.isStaged(part.sha256, in: db) {
        progress.partsDone += 1
        progress.bytesDone += part.bytes
      } else {
        progress.bytesDone += try BootstrapRow.received(part.sha256, in: db)
      }
    }
    return progress
  }
}
