import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import Testing

@testable import StorylineStore

@Suite struct RefusalTests {
  private let options = StoreOptions(pepper: .random())

  @Test func `a database of a newer program is refused in plain words and left alone`() throws {
    let directory = try TestDirectory()
    let path = directory.file("store.sqlite")
    try StoryStore.open(at: path, options: options).close()
    try execute("PRAGMA user_version = 7", at: path)
    let before = try Data(contentsOf: URL(filePath: path))
    let error = #expect(throws: StoreError.newerSchema(found: 7, known: StoreSchema.history.latest)) {
      try StoryStore.open(at: path, options: options)
    }
    #expect(error.map(String.init(describing:))?.contains("use a newer program") == true)
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
  }

  @Test(arguments: ["PRAGMA application_id = 77", "CREATE TABLE foreign_table (id)", "PRAGMA user_version = 1"])
  func `a database of another application is refused and left alone`(mark: String) throws {
    let directory = try TestDirectory()
    let path = directory.file("store.sqlite")
    try execute(mark, at: path)
    let before = try Data(contentsOf: URL(filePath: path))
    #expect(throws: StoreError.foreignDatabase) { try StoryStore.open(at: path, options: options) }
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
  }

  @Test func `a file that is not a database is refused and left alone`() throws {
    let directory = try TestDirectory()
    let path = directory.file("store.sqlite")
    let bytes = Data(repeating: UInt8(ascii: "x"), count: 8192)
    try bytes.write(to: URL(filePath: path))
    let error = #expect(throws: StoreError.self) { try StoryStore.open(at: path, options: options) }
    #expect(isDamaged(error))
    #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
  }

  @Test func `a database file that was cut short is refused`() async throws {
    let directory = try TestDirectory()
    let path = directory.file("store.sqlite")
    let store = try StoryStore.open(at: path, options: options)
    _ = try await store.publish(ContentCommit(entities: [Samples.story], author: "desk"))
    try store.close()
    let bytes = try Data(contentsOf: URL(filePath: path))
    try bytes.prefix(bytes.count / 2).write(to: URL(filePath: path))
    let error = #expect(throws: StoreError.self) { try StoryStore.open(at: path, options: options) }
    #expect(isDamaged(error))
  }

  @Test func `a database that was not closed and whose pages are broken is refused`() async throws {
    let directory = try TestDirectory()
    let (path, copy) = (directory.file("store.sqlite"), directory.file("copy.sqlite"))
    let store = try StoryStore.open(at: path, options: options)
    for round in 0..<20 {
      let entities = (0..<20).map { Samples.article("article-\(round)-\($0)") }
      _ = try await store.publish(ContentCommit(entities: entities, author: "desk"))
    }
    _ = try await store.database.writer.writeWithoutTransaction { try $0.checkpoint(.full) }
    _ = try await store.publish(ContentCommit(entities: [Samples.story], author: "desk"))
    // As after a crash: the file with its log, copied while the store was open.
    var bytes = try Data(contentsOf: URL(filePath: path))
    try Data(contentsOf: URL(filePath: path + "-wal")).write(to: URL(filePath: copy + "-wal"))
    try store.close()
    bytes.replaceSubrange((20 * 4096)..<(40 * 4096), with: Data(repeating: 0xAA, count: 20 * 4096))
    try bytes.write(to: URL(filePath: copy))
    let error = #expect(throws: StoreError.self) { try StoryStore.open(at: copy, options: options) }
    #expect(isDamaged(error))
  }

  @Test func `a directory that does not exist is named`() throws {
    let directory = try TestDirectory()
    let path = directory.file("missing/store.sqlite")
    let error = #expect(throws: StoreError.self) { try StoryStore.open(at: path, options: options) }
    #expect(error.map(String.init(describing:))?.contains("missing/store.sqlite") == true)
  }

  @Test func `a full disk is reported, changes nothing, and is over when there is room again`() async throws {
    let test = try TestStore(.wal)
    let reader = try await test.newReader()
    try await test.publish([Samples.story])
    let head = try await test.store.contentHead()
    let pages = try await limitPages(test, to: nil)
    let large = (0..<200).map { Samples.article("article-\($0)", headline: String(repeating: "long ", count: 100)) }
    await #expect(throws: StoreError.diskFull) { try await test.publish(large) }
    let mutations = (0..<100).map { Samples.mutation($0, "a-\($0)", payload: String(repeating: "p", count: 9000)) }
    await #expect(throws: StoreError.diskFull) { try await test.store.sync(Samples.push(mutations), for: reader) }
    #expect(try await test.store.contentHead() == head)
    #expect(try await test.page().changes.map(\.id) == ["sample-story"])
    #expect(try await test.store.libraryPage(after: nil, empty: true, limit: nil, for: reader).changes.isEmpty)
    _ = try await limitPages(test, to: pages + 10_000)
    #expect(try await test.publish(large).rev == 2)
    #expect(
      try await test.store.sync(Samples.push(mutations), for: reader).results.allSatisfy { $0.status == .applied })
  }

  @Test func `a database that somebody else holds is busy`() async throws {
    let test = try TestStore(.file)
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: test.directory.file("store.sqlite"), configuration: configuration)
    try await test.writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA busy_timeout = 20") }
    try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
    await #expect(throws: StoreError.busy) { try await test.publish([Samples.story]) }
    try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    #expect(try await test.publish([Samples.story]).rev == 1)
  }

  private func limitPages(_ test: TestStore, to limit: Int?) async throws -> Int {
    try await test.writer.writeWithoutTransaction { db in
      let count = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(limit ?? count)")
      return count
    }
  }

  private func execute(_ sql: String, at path: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
    try queue.close()
  }

  private func isDamaged(_ error: StoreError?) -> Bool {
    if case .damaged = error { true } else { false }
  }
}
