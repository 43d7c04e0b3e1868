import GRDB
import StorylineModels
package import StorylineSQLite

/// The file behind a replica: opening it, and running operations in transactions.
package struct ReplicaStorage: Sendable {
  package let database: SQLiteDatabase
  let hub = ChangeHub()

  /// A file up to this size is checked whenever it is opened, which takes some milliseconds; a larger one once a day.
  private static let alwaysChecked = 16 * 1024 * 1024
  private static let checkInterval: Int64 = 24 * 3600 * 1000

  /// - Parameter node: used if the file is new.
  static func open(_ kind: SQLiteKind, node: UInt64, now: Timestamp) throws -> ReplicaStorage {
    try mapped {
      try establish(
        SQLiteDatabase.open(kind, schema: ReplicaSchema.history, maximumReaders: 2), node: node, now: now)
    }
  }

  /// In memory, with all that another replica holds.
  static func openInMemory(copyOf contents: DatabaseQueue, node: UInt64, now: Timestamp) throws -> ReplicaStorage {
    try mapped {
      try establish(
        SQLiteDatabase.openInMemory(copyOf: contents, schema: ReplicaSchema.history), node: node, now: now)
    }
  }

  private static func establish(_ database: SQLiteDatabase, node: UInt64, now: Timestamp) throws -> ReplicaStorage {
    try database.writer.write { db in
      try ReplicaRow.establish(node: node, in: db)
      if database.kind.path != nil { try check(at: now, in: db) }
      if try ReplicaRow.fetch(db).decoder != ReplicaSchema.decoder { try ReindexContent().run(in: db) }
    }
    return ReplicaStorage(database: database)
  }

  /// A damaged page that nobody has read yet would otherwise be found in the middle of something.
  private static func check(at now: Timestamp, in db: Database) throws {
    let size = try db.number("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()") ?? 0
    if size > alwaysChecked {
      let last = try db.number("SELECT coalesce(checked_at, 0) FROM replica") ?? 0
      guard !(0..<checkInterval).contains(now.milliseconds - last) else { return }
      try db.run("UPDATE replica SET checked_at = ?", [now.milliseconds])
    }
    let finding = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? ""
    guard finding == "ok" else { throw SQLiteFailure.damaged(finding) }
  }

  func read<Value>(_ operation: (Database) throws -> Value) throws -> Value {
    try Self.mapped { try database.readNow(operation) }
  }

  /// One transaction: all of it or nothing.
  func write<Value>(_ operation: (Database) throws -> Value) throws -> Value {
    try Self.mapped {
      let value = try database.writer.write { try Self.logged(operation, in: $0) }
      if hub.isHeard { try database.readNow(hub.announce) }
      return value
    }
  }

  /// The same for what the reader does herself: whoever pushes her marks hears of it.
  func edit<Value>(_ kind: LibraryKind, _ operation: (Database) throws -> Value) throws -> Value {
    let value = try write(operation)
    hub.noteEdit(kind)
    return value
  }

  /// The same without blocking the caller's thread.
  func writeAsync<Value: Sendable>(_ operation: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    do {
      let value = try await database.writer.write { try Self.logged(operation, in: $0) }
      if hub.isHeard { try await database.read { [hub] in try hub.announce(in: $0) } }
      return value
    } catch {
      throw Self.failure(error)
    }
  }

  /// Tells the feeds of this process what other processes wrote.
  func announceForeignChanges() async throws {
    guard hub.isHeard else { return }
    do { try await database.read { [hub] in try hub.announce(in: $0) } } catch { throw Self.failure(error) }
  }

  /// Everything goes, but for the clock: a stamp must not come twice from one node.
  func wipe() throws {
    try write { try WipeReplica().run(in: $0) }
    // What was deleted stays in the file's free pages until it is written anew.
    try Self.mapped { try database.writer.writeWithoutTransaction { try $0.execute(sql: "VACUUM") } }
  }

  func close() throws { try Self.mapped { try database.close() } }

  private static func logged<Value>(_ operation: (Database) throws -> Value, in db: Database) throws -> Value {
    let value = try operation(db)
    try ChangeLog.trim(in: db)
    return value
  }

  private static func mapped<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch { throw failure(error) }
  }

  private static func failure(_ error: any Error) -> any Error {
    if error is ReplicaError || error is CancellationError { return error }
    let failure = SQLiteFailure(error)
    if case .damaged = failure { return ReplicaError.damaged(failure.description) }
    return ReplicaError.storage(failure.description)
  }
}

extension ReplicaSchema {
  /// “SLrp” marks a file as a replica.
  static let history = SchemaHistory(applicationID: 0x534C_7270, migrations: migrations)
}
