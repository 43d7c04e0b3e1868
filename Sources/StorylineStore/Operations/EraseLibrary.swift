import Foundation
import GRDB
import StorylineModels

/// Deletes a library's records and begins another generation of it, so that every device hears of it.
struct EraseLibrary {
  static let rowsSQL = "DELETE FROM library_record WHERE stream = :stream AND stamp <= :purged"
  static let leftSQL = """
    SELECT count(*) AS records, coalesce(sum(bytes), 0) AS bytes FROM library_record
    WHERE stream = :stream AND deleted = 0
    """
  private static let streamSQL = """
    UPDATE stream SET generation = :generation, purged_before = :purged, live_records = :records,
      live_bytes = :bytes, max_physical = CASE WHEN max_physical > :physical THEN max_physical ELSE :physical END
    WHERE id = :stream
    """
  private static let changeSQL = """
    INSERT INTO epoch_change (stream, old_epoch, new_epoch, reason, at, generation, purged_before)
    VALUES (:stream, :old, :new, :reason, :at, :generation, :purged)
    """

  let stream: StreamRow
  let purgedBefore: Stamp
  let generation: Int64
  let now: Timestamp

  /// What has to be erased for a reader who asks for it now: whatever any device may have stamped so far.
  init(of stream: StreamRow, now: Timestamp) {
    let physical = max(now.milliseconds, stream.maxPhysical, stream.purgedBefore.map { Int64($0.physical) + 1 } ?? 0)
    self.init(
      stream: stream, purgedBefore: Stamp(physical: UInt64(max(physical, 0)), counter: .max, node: .max),
      generation: stream.generation + 1, now: now)
  }

  init(stream: StreamRow, purgedBefore: Stamp, generation: Int64, now: Timestamp) {
    self.stream = stream
    self.purgedBefore = purgedBefore
    self.generation = generation
    self.now = now
  }

  func run(in db: Database) throws {
    try ErasedBytes.overwrite(in: db)
    let purged = purgedBefore.description
    try db.execute(sql: Self.rowsSQL, arguments: ["stream": stream.id, "purged": purged])
    try db.execute(sql: "DELETE FROM commit_log WHERE stream = :stream", arguments: ["stream": stream.id])
    let left = try Row.fetchOne(db, sql: Self.leftSQL, arguments: ["stream": stream.id])
    try db.execute(
      sql: Self.streamSQL,
      arguments: [
        "generation": generation, "purged": purged, "records": left?["records"] as Int64?,
        "bytes": left?["bytes"] as Int64?, "physical": Int64(purgedBefore.physical), "stream": stream.id,
      ])
    try db.execute(
      sql: Self.changeSQL,
      arguments: [
        "stream": stream.id, "old": stream.epochBytes,
        "new": stream.epochBytes(incarnation: stream.incarnation, generation: generation),
        "reason": EpochNews.purged, "at": now.milliseconds, "generation": generation, "purged": purged,
      ])
  }
}

/// What was deleted must not be read from free pages of the file.
enum ErasedBytes {
  static func overwrite(in db: Database) throws {
    try db.execute(sql: "PRAGMA secure_delete = ON")
  }
}
