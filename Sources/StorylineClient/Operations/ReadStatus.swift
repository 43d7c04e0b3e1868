import GRDB
import StorylineModels

/// Counts what the replica holds and what waits.
struct ReadStatus {
  func run(in db: Database) throws -> ReplicaStatus {
    let replica = try ReplicaRow.fetch(db)
    var counts: [String: Int] = [:]
    for row in try db.rows("SELECT kind, count(*) AS n FROM content WHERE body IS NOT NULL GROUP BY kind") {
      counts[row["kind"]] = row["n"]
    }
    return ReplicaStatus(
      hasContent: !counts.isEmpty, lastSyncedAt: replica.syncedAt,
      pending: try Self.pending(in: db), quarantined: try Self.quarantined(in: db),
      undecodable: try Self.count("content WHERE undecodable = 1", in: db), counts: counts, account: replica.account,
      accountDeletedAt: replica.erasedAt)
  }

  static func pending(in db: Database) throws -> Int { try count("library WHERE dirty > 0", in: db) }

  static func quarantined(in db: Database) throws -> Int { try count("library WHERE problem IS NOT NULL", in: db) }

  private static func count(_ what: String, in db: Database) throws -> Int {
    Int(try db.number("SELECT count(*) FROM \(what)") ?? 0)
  }
}
