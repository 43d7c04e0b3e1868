import GRDB
import StorylineModels

/// Keeps a record as it is before a commit replaces it, so that editors can look at it and undo the commit.
struct KeepPast {
  static let keepSQL = """
    INSERT INTO content_past (stream, kind, id, seq, replaced_by, deleted, reason, wire)
    SELECT stream, kind, id, seq, :seq, deleted, reason, wire FROM content_record
    WHERE stream = :stream AND kind = :kind AND id = :id AND seq < :seq
    """
  static let forgetSQL = "UPDATE content_past SET wire = NULL WHERE stream = :stream AND kind = :kind AND id = :id"

  let key: ContentKey
  /// Of the commit that replaces it.
  let seq: Int64

  func run(in db: Database) throws {
    try db.cachedStatement(sql: Self.keepSQL).execute(arguments: arguments + ["seq": seq])
  }

  /// What had to go by law goes from the past too.
  func forgetWords(in db: Database) throws {
    try db.cachedStatement(sql: Self.forgetSQL).execute(arguments: arguments)
  }

  private var arguments: StatementArguments {
    ["stream": EnsureInstance.contentStream, "kind": key.kind.rawValue, "id": key.id]
  }
}

/// Holds what an editor saw against what is published now.
struct CheckPreconditions {
  static let sql = "SELECT seq, deleted FROM content_record WHERE stream = :stream AND kind = :kind AND id = :id"

  let preconditions: [ContentCommit.Precondition]

  /// - Throws: `StoreError.conflict` with all that is otherwise.
  func run(in db: Database) throws {
    let conflicts = try preconditions.compactMap { expected -> ContentCommit.Precondition? in
      let row = try Row.fetchOne(
        db.cachedStatement(sql: Self.sql),
        arguments: ["stream": EnsureInstance.contentStream, "kind": expected.kind.rawValue, "id": expected.id])
      let rev = row.flatMap { row -> Int64? in row["deleted"] ? nil : row["seq"] }
      return rev == expected.rev ? nil : ContentCommit.Precondition(kind: expected.kind, id: expected.id, rev: rev)
    }
    guard conflicts.isEmpty else { throw StoreError.conflict(conflicts) }
  }
}
