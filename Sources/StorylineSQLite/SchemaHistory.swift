public import GRDB

/// One step of a schema: plain SQL that is never edited once it was released.
public struct Migration: Hashable, Sendable {
  /// 1, 2, 3 … without gaps; kept in the file as `PRAGMA user_version`.
  public let number: Int
  public let name: String
  public let sql: String

  public init(number: Int, name: String, sql: String) {
    self.number = number
    self.name = name
    self.sql = sql
  }
}

/// All steps of one application's schema, and the mark by which its files are known.
public struct SchemaHistory: Hashable, Sendable {
  /// `PRAGMA application_id` of its files.
  public let applicationID: Int32
  public let migrations: [Migration]

  public init(applicationID: Int32, migrations: [Migration]) {
    self.applicationID = applicationID
    self.migrations = migrations.sorted { $0.number < $1.number }
  }

  /// The number of the last migration that this program knows.
  public var latest: Int { migrations.last?.number ?? 0 }

  /// Refuses a file of another application or of a newer version of this one; changes nothing.
  public func check(_ db: Database) throws {
    let owner = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    if owner == 0 {
      let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
      guard version == 0, isEmpty else { throw SQLiteFailure.foreign }
    } else if owner != applicationID {
      throw SQLiteFailure.foreign
    }
    guard version <= latest else { throw SQLiteFailure.newerSchema(found: version, known: latest) }
  }

  /// Applies what is missing, each step in a transaction of its own.
  func migrate(_ db: Database) throws {
    for migration in migrations {
      try db.inTransaction(.immediate) {
        // Asked inside the transaction: another process may have opened the same file a moment ago.
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard version < migration.number else { return .rollback }
        try db.execute(sql: migration.sql)
        try db.execute(sql: "PRAGMA application_id = \(applicationID)")
        try db.execute(sql: "PRAGMA user_version = \(migration.number)")
        return .commit
      }
    }
  }
}
