import Foundation
public import GRDB

/// An open SQLite database with our pragmas verified and its schema up to date.
///
/// Knows no table of Storyline: the server's store and a device's replica both open their files through it.
public struct SQLiteDatabase: Sendable {
  /// The connection that writes, and behind it those that read.
  public let writer: any DatabaseWriter
  public let kind: SQLiteKind
  /// The version of the SQLite library that runs.
  public let version: SQLiteVersion
  private let closing = ClosingMark()

  /// Opens or creates the database, refuses one that is not ours or too new, and applies missing migrations.
  ///
  /// A commit that returned is on the disk: `synchronous` is read back, and anything below FULL is refused.
  /// Created files are readable by their owner only.
  public static func open(
    _ kind: SQLiteKind, schema: SchemaHistory, maximumReaders: Int = 4
  ) throws(SQLiteFailure) -> SQLiteDatabase {
    do {
      try kind.path.map { try PrivateFile.createIfMissing(at: $0) }
      // A log that was not folded back says that the last process did not close the database.
      let wasLeftOpen = kind.path.map { PrivateFile.size(at: $0 + "-wal") > 0 } ?? false
      let configuration = Pragmas.configuration(kind: kind, schema: schema, maximumReaders: maximumReaders)
      let writer = try connect(kind, configuration)
      let version = try writer.writeWithoutTransaction { db in
        try Pragmas.makeDurable(db, kind: kind)
        if wasLeftOpen { try Pragmas.quickCheck(db) }
        try schema.migrate(db)
        return try SQLiteVersion(db)
      }
      return SQLiteDatabase(writer: writer, kind: kind, version: version)
    } catch {
      throw SQLiteFailure(error)
    }
  }

  /// A database in memory that begins with all that another one holds.
  ///
  /// - Throws: `SQLiteFailure.foreign` or `.newerSchema` for what is not ours or too new.
  package static func openInMemory(
    copyOf contents: DatabaseQueue, schema: SchemaHistory
  ) throws(SQLiteFailure) -> SQLiteDatabase {
    do {
      let configuration = Pragmas.configuration(kind: .memory, schema: schema, maximumReaders: 1)
      let writer = try connect(.memory, configuration)
      try contents.backup(to: writer)
      let version = try writer.writeWithoutTransaction { db in
        try schema.check(db)
        try schema.migrate(db)
        return try SQLiteVersion(db)
      }
      return SQLiteDatabase(writer: writer, kind: .memory, version: version)
    } catch {
      throw SQLiteFailure(error)
    }
  }

  /// Runs `work` on one snapshot of the database.
  ///
  /// After `close()` it throws, on every kind of database: the library's own `DatabaseQueue.read` would crash.
  public func read<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    switch kind {
    case .walFile: try await writer.read(work)
    case .journalFile: try await writer.writeWithoutTransaction { db in try Self.deferred(work, in: db) }
    // Nobody else can write to it, so a transaction would guard against nothing.
    case .memory: try await writer.writeWithoutTransaction(work)
    }
  }

  /// The same, holding the caller's thread.
  ///
  /// Where there is one connection the library's own `read` forbids and allows writing around it, by pragmas after
  /// which SQLite compiles every prepared statement anew.
  public func readNow<Value>(_ work: (Database) throws -> Value) throws -> Value {
    switch kind {
    case .walFile: try writer.read(work)
    case .journalFile: try writer.writeWithoutTransaction { db in try Self.deferred(work, in: db) }
    case .memory: try writer.writeWithoutTransaction(work)
    }
  }

  private static func deferred<Value>(_ work: (Database) throws -> Value, in db: Database) throws -> Value {
    var value: Value?
    try db.inTransaction(.deferred) {
      value = try work(db)
      return .commit
    }
    guard let value else { throw SQLiteFailure.other("a transaction ended without a result") }
    return value
  }

  /// Whether `close()` was called; SQLite itself reports a closed connection as “out of memory”.
  public var isClosed: Bool { closing.isSet }

  /// Folds the write-ahead log back into the file, removes it and closes all connections, once running reads are done.
  public func close() throws(SQLiteFailure) {
    closing.set()
    do {
      if let pool = writer as? DatabasePool {
        // Behind the last read: its connection is given back a moment after the read has returned.
        try pool.barrierWriteWithoutTransaction { db in
          // The library would close them after the writer; who may only read cannot remove the log, so it would stay.
          pool.invalidateReadOnlyConnections()
          _ = try db.checkpoint(.truncate)
        }
      }
      try writer.close()
    } catch {
      throw SQLiteFailure(error)
    }
  }

  private static func connect(_ kind: SQLiteKind, _ configuration: Configuration) throws -> any DatabaseWriter {
    switch kind {
    case .memory: try DatabaseQueue(configuration: configuration)
    case .journalFile(let path): try DatabaseQueue(path: path, configuration: configuration)
    case .walFile(let path): try DatabasePool(path: path, configuration: configuration)
    }
  }
}

/// Says that a database was closed, to whoever still holds it.
private final class ClosingMark: @unchecked Sendable {
  private let lock = NSLock()
  // Read and written under `lock` only; that is why the class may be shared.
  private var value = false

  var isSet: Bool { lock.withLock { value } }

  func set() { lock.withLock { value = true } }
}
