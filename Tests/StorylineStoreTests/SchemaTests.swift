import Foundation
import GRDB
import StorylineSQLite
import StorylineTestSupport
import Testing

@testable import StorylineStore

@Suite struct SchemaTests {
  @Test func `each migration leads to the schema that was recorded for it`() throws {
    for number in 1...StoreSchema.history.latest {
      let history = SchemaHistory(
        applicationID: StoreSchema.applicationID,
        migrations: StoreSchema.history.migrations.filter { $0.number <= number })
      let dump = try SQLiteDatabase.open(.memory, schema: history).writer.read { db in
        try String.fetchAll(db, sql: "SELECT sql || ';' FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
      }
      Golden.expect(Data((dump.joined(separator: "\n\n") + "\n").utf8), equals: "schema-\(number).sql")
    }
  }

  @Test func `migrations are numbered from one without gaps`() {
    let numbers = StoreSchema.history.migrations.map(\.number)
    #expect(numbers == Array(1...numbers.count))
  }

  @Test func `a migration that fails leaves the schema as it was`() throws {
    let directory = try TestDirectory()
    let path = directory.file("store.sqlite")
    try SQLiteDatabase.open(.walFile(path), schema: StoreSchema.history).close()
    let broken = SchemaHistory(
      applicationID: StoreSchema.applicationID,
      migrations: StoreSchema.history.migrations + [
        Migration(
          number: StoreSchema.history.latest + 1, name: "broken",
          sql: "CREATE TABLE half_done (id BIGINT); SELECT no_such_function();")
      ])
    #expect(throws: SQLiteFailure.self) { try SQLiteDatabase.open(.walFile(path), schema: broken) }
    let database = try SQLiteDatabase.open(.walFile(path), schema: StoreSchema.history)
    let exists = try database.writer.read { try $0.tableExists("half_done") }
    #expect(!exists)
    try database.close()
  }

  @Test(arguments: [
    ("3.40.1", false), ("3.44.6", true), ("3.45.0", false), ("3.50.6", false), ("3.50.7", true), ("3.51.2", false),
    ("3.51.3", true), ("3.52.0", true),
  ])
  func `it is known which SQLite can lose a commit between two processes`(text: String, isFixed: Bool) throws {
    let parts = text.split(separator: ".").compactMap { Int($0) }
    let version = SQLiteVersion(major: parts[0], minor: parts[1], patch: parts[2])
    #expect(version.isWALResetFixed == isFixed)
  }
}
