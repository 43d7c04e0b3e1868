import Foundation
import GRDB
import StorylineModels

/// Removes snapshots that nobody should need any more, and the parts that no snapshot uses.
struct SweepSnapshots {
  /// For how long a device may go on with a snapshot that was superseded while it was loading it.
  static let retention: Int64 = 7 * 86_400_000

  static let staleSQL = "SELECT id FROM snapshot WHERE superseded_at <= :before"
  static let takenDownSQL = """
    SELECT max(seq) FROM content_record
    WHERE stream = :stream AND deleted = 1 AND reason IN ('legal', 'retracted') AND seq <= :seq
    """
  static let earlierSQL = "SELECT id FROM snapshot WHERE id <> :id AND (seq < :seq OR epoch <> :epoch)"
  static let unusedSQL = """
    DELETE FROM snapshot_part
    WHERE NOT EXISTS (SELECT 1 FROM snapshot_part_use u WHERE u.sha256 = snapshot_part.sha256)
    """

  let now: Timestamp

  func run(in db: Database) throws {
    let before = now.milliseconds - Self.retention
    try remove(String.fetchAll(db, sql: Self.staleSQL, arguments: ["before": before]), in: db)
    try db.cachedStatement(sql: Self.unusedSQL).execute()
  }

  /// Removes the snapshots that were made before the last take-down, at once: some of their parts hold what must not
  /// be read any more. A part that the new snapshot has too does not hold it.
  func takeDown(before snapshot: BuiltSnapshot, in db: Database) throws {
    guard let seq = try Self.lastTakeDown(of: snapshot.stream, in: db) else { return }
    let arguments: StatementArguments = ["id": snapshot.id, "seq": seq, "epoch": snapshot.stream.epochBytes]
    try remove(String.fetchAll(db, sql: Self.earlierSQL, arguments: arguments), in: db)
  }

  /// The seq of the last record that was taken down for legal reasons, or retracted; nil if there is none.
  static func lastTakeDown(of stream: StreamRow, in db: Database) throws -> Int64? {
    try Int64.fetchOne(
      db.cachedStatement(sql: takenDownSQL), arguments: ["stream": stream.id, "seq": stream.head])
  }

  private func remove(_ ids: [String], in db: Database) throws {
    for id in ids {
      try db.execute(sql: "DELETE FROM snapshot_part_use WHERE snapshot = :id", arguments: ["id": id])
      try db.execute(sql: "DELETE FROM snapshot WHERE id = :id", arguments: ["id": id])
    }
  }
}
