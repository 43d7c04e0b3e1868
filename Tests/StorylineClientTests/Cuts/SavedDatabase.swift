import GRDB

/// What a database holds now, kept within its own connection, to be put back as often as a test wants.
///
/// Copying the whole database back would make SQLite compile all its statements anew, which costs more than all the
/// rest of a case.
struct SavedDatabase: Sendable {
  private let database: any DatabaseWriter
  private let restoring: [String]

  init(_ database: any DatabaseWriter) throws {
    self.database = database
    restoring = try database.write { db in
      let tables = try Self.tables(of: db)
      let columns = try tables.map { try Self.columns(of: $0, in: db) }
      for (table, columns) in zip(tables, columns) {
        try db.execute(sql: "DROP TABLE IF EXISTS temp.saved_\(table)")
        try db.execute(sql: "CREATE TEMP TABLE saved_\(table) AS SELECT \(columns) FROM main.\(table)")
      }
      let empty = tables.reversed().map { "DELETE FROM main.\($0)" }
      let fill = zip(tables, columns).flatMap { table, columns in
        // What triggers wrote meanwhile goes again.
        [
          "DELETE FROM main.\(table)",
          "INSERT INTO main.\(table) (\(columns)) SELECT \(columns) FROM temp.saved_\(table)",
        ]
      }
      return empty + fill
    }
  }

  func restore() throws {
    try database.write { db in
      for statement in restoring { try db.cachedStatement(sql: statement).execute() }
    }
  }

  /// Each after those that it refers to; last what triggers write. The tables behind a search index follow from it.
  private static func tables(of db: Database) throws -> [String] {
    var left = try String.fetchAll(
      db,
      sql: """
        SELECT name FROM sqlite_schema
        WHERE type = 'table' AND name NOT LIKE 'search\\_%' ESCAPE '\\' ORDER BY name IN ('change_log', 'sqlite_sequence')
        """)
    var ordered: [String] = []
    while !left.isEmpty {
      let next = try left.firstIndex { table in
        let needed = try String.fetchAll(
          db, sql: "SELECT \"table\" FROM pragma_foreign_key_list(?)", arguments: [table])
        return needed.allSatisfy { $0 == table || ordered.contains($0) }
      }
      guard let next else { throw DatabaseError(message: "tables that refer to each other: \(left)") }
      ordered.append(left.remove(at: next))
    }
    return ordered
  }

  private static func columns(of table: String, in db: Database) throws -> String {
    let names = try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table])
    return ((table == "search" ? ["rowid"] : []) + names.map { "\"\($0)\"" }).joined(separator: ", ")
  }
}
