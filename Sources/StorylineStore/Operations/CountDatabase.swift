import Foundation
import GRDB
import StorylineModels

/// Counts rows, and the bytes of the file.
struct CountDatabase {
  let path: String
  let now: Timestamp

  func run(in db: Database) throws -> StoreStatistics {
    var statistics = StoreStatistics()
    for row in try Row.fetchAll(
      db, sql: "SELECT kind, count(*) AS n FROM content_record WHERE deleted = 0 GROUP BY kind")
    {
      statistics.records[row["kind"]] = row["n"]
    }
    let stream = ["stream": EnsureInstance.contentStream]
    let count = { (sql: String, arguments: StatementArguments) in
      try Int.fetchOne(db, sql: sql, arguments: arguments) ?? 0
    }
    statistics.deletedRecords = try count("SELECT count(*) FROM content_record WHERE deleted = 1", [])
    statistics.commits = try count("SELECT count(*) FROM commit_log WHERE stream = :stream", StatementArguments(stream))
    if let row = try Row.fetchOne(
      db, sql: "SELECT head, last_at FROM stream WHERE id = :stream", arguments: StatementArguments(stream))
    {
      statistics.contentSeq = row["head"]
      statistics.lastCommit = row["head"] > 0 ? Timestamp(milliseconds: row["last_at"]) : nil
    }
    statistics.scheduled = try count("SELECT count(*) FROM content_scheduled", [])
    statistics.readers = try count("SELECT count(*) FROM reader", [])
    statistics.devices = try count("SELECT count(*) FROM device WHERE ended_day IS NULL", [])
    statistics.openInvites = try count("SELECT count(*) FROM invite WHERE expires_at > :now", ["now": now.milliseconds])
    statistics.libraryRecords = try count("SELECT count(*) FROM library_record WHERE deleted = 0", [])
    statistics.libraryBytes = try count("SELECT coalesce(sum(bytes), 0) FROM library_record", [])
    statistics.snapshots = try count("SELECT count(*) FROM snapshot", [])
    statistics.snapshotBytes = try count("SELECT coalesce(sum(length(bytes)), 0) FROM snapshot_part", [])
    statistics.media = try count("SELECT count(*) FROM media", [])
    statistics.mediaBytes = try count("SELECT coalesce(sum(size), 0) FROM media", [])
    statistics.unusedMedia = try count(
      "SELECT count(*) FROM media m WHERE NOT EXISTS (SELECT 1 FROM media_use u WHERE u.sha256 = m.sha256)", [])
    statistics.schema = try count("PRAGMA user_version", [])
    let page = try count("PRAGMA page_size", [])
    statistics.fileBytes = try page * count("PRAGMA page_count", [])
    statistics.freeBytes = try page * count("PRAGMA freelist_count", [])
    let log = try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
    statistics.logBytes = log ?? 0
    return statistics
  }
}
