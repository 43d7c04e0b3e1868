import GRDB
import StorylineModels

/// Reads, or lets go again, what the server refused for good.
struct ReadQuarantine {
  func run(in db: Database) throws -> [QuarantinedRecord] {
    try db.rows("SELECT * FROM library WHERE problem IS NOT NULL ORDER BY kind, id").compactMap {
      let row = try LibraryRow(row: $0)
      return row.problem.map { QuarantinedRecord(record: row.record, problem: $0) }
    }
  }

  func release(in db: Database) throws {
    try db.run("UPDATE library SET dirty = 1, problem = NULL WHERE problem IS NOT NULL")
  }
}
