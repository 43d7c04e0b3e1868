import GRDB

/// Reads everything that a database holds, in one statement and a form that can be compared.
struct DatabaseState: Sendable {
  private let sql: String

  /// - Parameter ignored: columns that say nothing about what is held, as “table.column”; a table's name alone leaves
  ///   out the table.
  init(of database: any DatabaseWriter, ignoring ignored: Set<String> = []) throws {
    let tables = try database.read { db in
      // The tables behind a search index show how it came about; what it finds is in the index itself.
      try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search_%' ORDER BY name")
    }
    let parts = try tables.filter { !ignored.contains($0) }.map { table in
      let columns = try database.read { db in
        try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table])
      }
      let line = columns.filter { !ignored.contains("\(table).\($0)") }.map { "quote(\"\($0)\")" }
      return """
        SELECT '\(table)' AS name, group_concat(line, char(10)) AS lines
        FROM (SELECT \(line.joined(separator: " || ' ' || ")) AS line FROM "\(table)" ORDER BY line)
        """
    }
    sql = parts.joined(separator: "\nUNION ALL\n")
  }

  /// The rows of each table, sorted.
  func read(_ database: any DatabaseWriter) throws -> [String: String] {
    // Not by `read`, after which SQLite compiles every statement anew.
    try database.writeWithoutTransaction { db in
      let rows = try Row.fetchAll(db.cachedStatement(sql: sql))
      return Dictionary(rows.map { ($0["name"], $0["lines"] as String? ?? "") }, uniquingKeysWith: { $1 })
    }
  }
}
