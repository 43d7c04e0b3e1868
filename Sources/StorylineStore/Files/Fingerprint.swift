import Foundation
import GRDB
import StorylineModels

/// By what a database file is known to be the one that was served last, and not a copy that somebody put back.
struct Fingerprint: Codable, Hashable, Sendable {
  var file: FileIdentity
  /// Of the server, base64url.
  var incarnation: String
  /// Where the content log stood.
  var seq: Int64
  var tag: UInt32

  /// Why the database is not the one that this fingerprint was taken of; nil if it is.
  func mismatch(file now: FileIdentity, in db: Database) throws -> String? {
    let stream = try ReadStream.content(in: db)
    if now != file { return "the file is another one" }
    if stream.incarnation.base64URL != incarnation { return "its incarnation is another one" }
    if stream.head < seq { return "its content ends at \(stream.head), and \(seq) was published" }
    guard seq > 0, try CheckCursor.tag(at: seq, of: stream, in: db) != tag else { return nil }
    return "commit \(seq) of its content is another one"
  }

  init(file: FileIdentity, in db: Database) throws {
    let stream = try ReadStream.content(in: db)
    self.file = file
    incarnation = stream.incarnation.base64URL
    seq = stream.head
    tag = stream.tag
  }
}

/// The side file of a database file with its fingerprint.
struct FingerprintFile: Sendable {
  let database: String
  private var path: String { database + ".fingerprint" }

  /// nil if there is none, or none that can be read: a lost one must not keep the service from starting.
  func read() -> Fingerprint? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    return try? JSONDecoder().decode(Fingerprint.self, from: data)
  }

  func write(in db: Database) throws {
    guard let identity = FileIdentity(path: database) else { throw DurableFile.failure(database) }
    try replace(try Fingerprint(file: identity, in: db))
  }

  func replace(_ fingerprint: Fingerprint) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try DurableFile.replace(path, with: try encoder.encode(fingerprint) + Data("\n".utf8))
  }
}
