import CStorylineSQLite
import GRDB

/// The settings of every connection (security design, 5.1).
enum Pragmas {
  static let busySeconds = 5.0
  static let journalSizeLimit = 64 * 1024 * 1024
  /// SQLite's answer to being told not to count; it refuses where somebody else opened a database before, and counts on.
  private static let memoryStatus = storyline_sqlite_without_memory_status()

  static func configuration(kind: SQLiteKind, schema: SchemaHistory, maximumReaders: Int) -> Configuration {
    _ = memoryStatus
    var configuration = Configuration()
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(busySeconds)
    configuration.maximumReaderCount = maximumReaders
    configuration.label = "storyline"
    configuration.prepareDatabase { db in
      // Before anything is set: a file that is not ours must not be touched.
      try schema.check(db)
      try db.execute(
        sql: """
          PRAGMA trusted_schema = OFF;
          PRAGMA cell_size_check = ON;
          PRAGMA mmap_size = 0;
          PRAGMA temp_store = MEMORY;
          PRAGMA journal_size_limit = \(journalSizeLimit);
          """)
    }
    return configuration
  }

  /// Makes a commit that returned survive a power cut, and proves it by reading back.
  ///
  /// Has to run after opening: GRDB's pool sets `synchronous = NORMAL` after `prepareDatabase`, and NORMAL with a
  /// write-ahead log loses the last commits.
  static func makeDurable(_ db: Database, kind: SQLiteKind) throws {
    switch kind {
    case .memory: break
    case .journalFile:
      let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE") ?? ""
      guard mode == "delete" else { throw SQLiteFailure.notDurable("journal_mode is “\(mode)”, not “delete”") }
    case .walFile:
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 1000")
      let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? ""
      guard mode == "wal" else { throw SQLiteFailure.notDurable("journal_mode is “\(mode)”, not “wal”") }
    }
    try db.execute(sql: "PRAGMA synchronous = FULL")
    let level = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1
    guard level == 2 else { throw SQLiteFailure.notDurable("synchronous is \(level), not 2 (FULL)") }
  }

  static func quickCheck(_ db: Database) throws {
    let finding = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? ""
    guard finding == "ok" else { throw SQLiteFailure.damaged(finding) }
  }
}
