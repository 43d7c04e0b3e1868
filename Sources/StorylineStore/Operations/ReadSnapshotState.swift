import GRDB
import StorylineModels

/// Finds out what the newest snapshot lacks.
enum ReadSnapshotState {
  static let behindSQL = """
    SELECT coalesce(sum(row_count), 0) AS rows, min(at) AS since FROM commit_log WHERE stream = :stream AND seq > :seq
    """
  static let heldSQL = "SELECT min(seq) FROM snapshot WHERE stream = :stream"

  static func run(in db: Database) throws -> SnapshotState {
    let stream = try ReadStream.content(in: db)
    let newest = try ReadSnapshot.newest(of: stream, in: db)
    let row = try Row.fetchOne(
      db.cachedStatement(sql: behindSQL), arguments: ["stream": stream.id, "seq": newest?.seq ?? 0])
    let oldest = try Int64.fetchOne(db.cachedStatement(sql: heldSQL), arguments: ["stream": stream.id])
    let takenDown = try SweepSnapshots.lastTakeDown(of: stream, in: db)
    return SnapshotState(
      hasContent: stream.head > 0, newest: newest?.id, rowsBehind: row?["rows"] ?? 0,
      behindSince: (row?["since"] as Int64?).map { Timestamp(milliseconds: $0) },
      holdsTakenDown: takenDown.map { seq in oldest.map { $0 < seq } ?? false } ?? false)
  }
}
