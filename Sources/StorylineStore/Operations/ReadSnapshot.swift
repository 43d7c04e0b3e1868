import Foundation
import GRDB
import StorylineModels

/// Reads snapshots and their parts.
///
/// A snapshot counts only in the epoch that it was made in: after a restore the old ones are of another history.
enum ReadSnapshot {
  static let newestSQL = """
    SELECT \(SnapshotRow.columns) FROM snapshot WHERE stream = :stream AND epoch = :epoch ORDER BY seq DESC LIMIT 1
    """
  static let manifestSQL = "SELECT manifest FROM snapshot WHERE id = :id AND epoch = :epoch"
  static let sizeSQL = "SELECT length(bytes) FROM snapshot_part WHERE sha256 = :sha256"
  // The first byte of `substr` is number 1.
  static let bytesSQL = "SELECT substr(bytes, :start + 1, :count) FROM snapshot_part WHERE sha256 = :sha256"

  static func newest(of stream: StreamRow, in db: Database) throws -> SnapshotRow? {
    try Row.fetchOne(
      db.cachedStatement(sql: newestSQL), arguments: ["stream": stream.id, "epoch": stream.epochBytes]
    ).map(SnapshotRow.init)
  }

  /// JSON, `SnapshotManifest`; nil if there is none of this id any more.
  static func manifest(_ id: String, in db: Database) throws -> Data? {
    let epoch = try ReadStream.content(in: db).epochBytes
    return try Data.fetchOne(db.cachedStatement(sql: manifestSQL), arguments: ["id": id, "epoch": epoch])
  }

  static func newestManifest(in db: Database) throws -> SnapshotManifest? {
    guard let newest = try newest(of: ReadStream.content(in: db), in: db), let data = try manifest(newest.id, in: db)
    else { return nil }
    return try decoded(data)
  }

  static func decoded(_ manifest: Data) throws -> SnapshotManifest {
    do {
      return try StorylineJSON.decode(SnapshotManifest.self, from: manifest)
    } catch {
      throw StoreError.damaged("a stored manifest cannot be read: \(error)")
    }
  }

  static func partSize(_ sha256: Data, in db: Database) throws -> Int? {
    try Int.fetchOne(db.cachedStatement(sql: sizeSQL), arguments: ["sha256": sha256])
  }

  static func partBytes(_ sha256: Data, _ range: Range<Int>, in db: Database) throws -> Data? {
    try Data.fetchOne(
      db.cachedStatement(sql: bytesSQL),
      arguments: ["sha256": sha256, "start": range.lowerBound, "count": range.count])
  }

  /// What a cursor below the floor is answered with.
  static func expired(_ stream: StreamRow, in db: Database) throws -> StoreError {
    .cursorExpired(snapshot: stream.kind == .content ? try newest(of: stream, in: db)?.id : nil)
  }
}
