import Foundation
import GRDB
import StorylineModels

/// Reads the commits of the content log, newest first, and what each of them did.
enum ReadHistory {
  static let commitsSQL = """
    SELECT seq, at, author FROM commit_log WHERE stream = :stream AND seq < :before ORDER BY seq DESC LIMIT :limit
    """
  static let commitSQL = "SELECT seq, at, author FROM commit_log WHERE stream = :stream AND seq = :seq"
  /// What the commit wrote and is still current.
  static let currentSQL = """
    SELECT kind, id, deleted, reason, wire, NULL AS replaced_by FROM content_record
    WHERE stream = :stream AND seq = :seq ORDER BY kind, id
    """
  /// What the commit wrote and a later one replaced.
  static let replacedSQL = """
    SELECT kind, id, deleted, reason, wire, replaced_by FROM content_past
    WHERE stream = :stream AND seq = :seq ORDER BY kind, id
    """
  /// What the commit found and replaced.
  static let foundSQL = """
    SELECT kind, id, deleted, reason, wire, replaced_by FROM content_past
    WHERE stream = :stream AND replaced_by = :seq ORDER BY kind, id
    """

  static func commits(before: Int64, limit: Int, in db: Database) throws -> [CommitSummary] {
    let rows = try Row.fetchAll(
      db.cachedStatement(sql: commitsSQL),
      arguments: ["stream": EnsureInstance.contentStream, "before": before, "limit": limit])
    return try rows.map { row in
      let states = try states(of: row["seq"], in: db)
      return summary(row, states)
    }
  }

  /// - Throws: `StoreError.unknownCommit`.
  static func commit(_ seq: Int64, in db: Database) throws -> CommitDetail {
    let row = try Row.fetchOne(
      db.cachedStatement(sql: commitSQL), arguments: ["stream": EnsureInstance.contentStream, "seq": seq])
    guard let row else { throw StoreError.unknownCommit(seq) }
    let states = try states(of: seq, in: db)
    let changes = try states.map { state in
      CommitDetail.Change(
        kind: state.key.kind, id: state.key.id, before: try body(state.found), after: try body(state.made),
        wasPublished: state.wasPublished, isPublished: state.isPublished, reason: state.made?["reason"],
        replacedBy: state.made?["replaced_by"])
    }
    return CommitDetail(summary: summary(row, states), changes: changes)
  }

  /// One record before and after a commit.
  private struct State {
    var key: ContentKey
    var found: Row?
    var made: Row?

    var wasPublished: Bool { found.map { !($0["deleted"] as Bool) } ?? false }
    /// A deletion that was collected since has left no row of its own.
    var isPublished: Bool { made.map { !($0["deleted"] as Bool) } ?? false }
  }

  private static func states(of seq: Int64, in db: Database) throws -> [State] {
    let arguments: StatementArguments = ["stream": EnsureInstance.contentStream, "seq": seq]
    var states: [ContentKey: State] = [:]
    let made =
      try Row.fetchAll(db.cachedStatement(sql: currentSQL), arguments: arguments)
      + Row.fetchAll(db.cachedStatement(sql: replacedSQL), arguments: arguments)
    for row in made { states[key(row), default: State(key: key(row))].made = row }
    for row in try Row.fetchAll(db.cachedStatement(sql: foundSQL), arguments: arguments) {
      states[key(row), default: State(key: key(row))].found = row
    }
    return states.values.sorted { ($0.key.kind.rawValue, $0.key.id) < ($1.key.kind.rawValue, $1.key.id) }
  }

  private static func key(_ row: Row) -> ContentKey {
    ContentKey(kind: ContentKind(rawValue: row["kind"]), id: row["id"])
  }

  private static func summary(_ row: Row, _ states: [State]) -> CommitSummary {
    CommitSummary(
      rev: row["seq"], at: Timestamp(milliseconds: row["at"]), author: row["author"],
      new: states.count { !$0.wasPublished && $0.isPublished },
      changed: states.count { $0.wasPublished && $0.isPublished },
      removed: states.count { !$0.isPublished })
  }

  private static func body(_ row: Row?) throws -> RawJSON? {
    guard let wire = row?["wire"] as Data? else { return nil }
    do {
      return try ContentChange(wire: RawJSON(validating: wire)).body
    } catch {
      throw StoreError.damaged("a stored content record cannot be read: \(error)")
    }
  }
}
