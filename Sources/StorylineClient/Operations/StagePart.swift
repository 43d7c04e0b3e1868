import Crypto
import Foundation
import GRDB
import StorylineGzip
import StorylineModels

/// What became of a part that was complete.
enum StagedPart: Equatable {
  /// Its rows are staged; so many of them were taken over at once.
  case staged(applied: Int)
  /// Its digest is wrong: its bytes were thrown away.
  case damaged
  /// Its digest is right and it is no part of a snapshot.
  case unreadable
}

/// Takes the rows out of a complete part, once its digest was found right.
struct StagePart {
  let part: SnapshotManifest.Part

  func run(in db: Database) throws -> StagedPart {
    // Another process may have been quicker.
    guard let bootstrap = try BootstrapRow.fetch(db), bootstrap.part(part.sha256) != nil,
      try !BootstrapRow.isStaged(part.sha256, in: db)
    else { return .staged(applied: 0) }
    let bytes = try collected(in: db)
    try BootstrapRow.dropBytes(of: part.sha256, in: db)
    guard SnapshotPart.digest(of: bytes) == part.sha256 else { return .damaged }
    guard let rows = try? SnapshotPart.rows(of: bytes, count: part.rows) else { return .unreadable }
    try db.run("INSERT INTO part_staged (sha256) VALUES (?)", [part.sha256])
    for row in rows {
      try db.run("INSERT INTO staged_row (sha256, wire) VALUES (?, ?)", [part.sha256, row.wire])
    }
    guard part.role == .front else { return .staged(applied: 0) }
    return .staged(applied: try applyFront(rows.map(\.change), of: bootstrap.manifest, in: db))
  }

  private func collected(in db: Database) throws -> Data {
    var bytes = Data(capacity: part.bytes)
    let rows = try Row.fetchCursor(
      db, sql: "SELECT bytes FROM part_download WHERE sha256 = ? ORDER BY start", arguments: [part.sha256])
    while let row = try rows.next() { bytes.append(row["bytes"] as Data) }
    return bytes
  }

  /// A reader whose app was empty reads while the months come in. Who has something to read keeps it until the end:
  /// half of one history and half of another would be neither.
  private func applyFront(_ rows: [ContentChange], of manifest: SnapshotManifest, in db: Database) throws -> Int {
    var stream = try StreamRow.fetch(.content, in: db)
    guard stream.cursor == nil, !stream.complete, !stream.walking else { return 0 }
    if stream.epoch != manifest.epoch {
      stream.epoch = manifest.epoch
      stream.lineage += 1
      try stream.save(in: db)
    }
    return try rows.count { try ApplyContentChange(change: $0, stream: stream).run(in: db) }
  }
}

/// The form of a snapshot's part: a gzip file of content rows, one per line.
enum SnapshotPart {
  /// No part of an honest snapshot is larger; what is, would be held in memory.
  static let maximumBytes = 16 * 1024 * 1024
  static let maximumInflated = 128 * 1024 * 1024

  static func digest(of bytes: Data) -> String {
    SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
  }

  /// - Throws: `Gzip.Failure`, `JSONSyntaxError` or `DecodingError` if the bytes are not so many rows.
  static func rows(of bytes: Data, count: Int) throws -> [(wire: Data, change: ContentChange)] {
    let lines = try Gzip.inflated(bytes, limit: maximumInflated).split(separator: UInt8(ascii: "\n"))
    guard lines.count == count else { throw DamagedReply(why: "a part with another number of rows") }
    return try lines.map { line in
      let wire = Data(line)
      return (wire, try ContentChange(wire: try RawJSON(validating: wire)))
    }
  }
}
