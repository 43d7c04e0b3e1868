import GRDB

/// Notes a commit in the log, so that a later cursor can be told from one of another history.
struct AppendCommit {
  static let sql = """
    INSERT INTO commit_log (stream, seq, tag, at, author, row_count)
    VALUES (:stream, :seq, :tag, :at, :author, :rows)
    """
  static let trimSQL = "DELETE FROM commit_log WHERE stream = :stream AND seq <= :seq"

  let stream: Int64
  let seq: Int64
  let tag: UInt32
  let at: Int64
  let author: String
  let rows: Int
  /// How many commits to remember; nil remembers all.
  var keep: Int64?

  func run(in db: Database) throws {
    try db.cachedStatement(sql: Self.sql).execute(
      arguments: ["stream": stream, "seq": seq, "tag": tag, "at": at, "author": author, "rows": rows])
    guard let keep, seq > keep else { return }
    try db.cachedStatement(sql: Self.trimSQL).execute(arguments: ["stream": stream, "seq": seq - keep])
  }
}
