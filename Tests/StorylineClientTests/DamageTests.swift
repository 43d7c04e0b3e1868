import Foundation
import GRDB
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// Files that were damaged, copied, or put back from a backup.
struct DamageTests {
  private func inFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder.appendingPathComponent("replica").path)
  }

  /// A file with content, acknowledged marks and unsent ones.
  private func fill(_ path: String) async throws -> World {
    let world = try await World()
    try await world.publish(Sample.story, Sample.source)
    for number in 0..<40 {
      try await world.publish(Sample.article(Identifier("a\(number)"), text: String(repeating: "Words. ", count: 200)))
    }
    let replica = try Replica.open(at: path, now: world.clock.now, random: { 1 })
    _ = try await world.engine(replica).sync()
    try replica.setRead(true, article: "a1")
    _ = try await world.engine(replica).sync()
    try replica.setSaved(true, article: "a2")
    try replica.write(Note(text: "mine"), id: "n1")
    try replica.close()
    return world
  }

  /// Overwrites the pages of one table, or of everything but the schema.
  private func damage(_ path: String, table: String) throws {
    let pages = try DatabaseQueue(path: path).read { db in
      try Int.fetchAll(db, sql: "SELECT rootpage FROM sqlite_master WHERE name = ?", arguments: [table])
    }
    let size = try DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: "PRAGMA page_size") ?? 0 }
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    for page in pages {
      try file.seek(toOffset: UInt64((page - 1) * size))
      try file.write(contentsOf: Data(repeating: 0xA5, count: size))
    }
    try file.close()
  }

  @Test(arguments: ["content", "article", "evidence", "search_data"])
  func `with content damaged every mark is saved, and the content comes again`(table: String) async throws {
    try await inFolder { path in
      let world = try await fill(path)
      try damage(path, table: table)
      #expect(throws: ReplicaError.self) { try Replica.open(at: path) }
      do { _ = try Replica.open(at: path) } catch ReplicaError.damaged {}
      let report = try Replica.rebuild(at: path, now: world.clock.now, random: { 2 })
      #expect(report.records == 3)
      #expect(report.unsent == 2)
      #expect(FileManager.default.fileExists(atPath: report.damagedPath))
      let replica = try Replica.open(at: path, now: world.clock.now)
      #expect(try replica.status().account == world.credentials.accountID)
      _ = try await world.engine(replica).sync()
      #expect(try replica.articles().count == 40)
      #expect(try replica.articles().filter(\.isRead).map(\.id) == ["a1"])
      #expect(try replica.articles().filter(\.isSaved).map(\.id) == ["a2"])
      #expect(try replica.status().pending == 0)
      let other = try world.replica(node: 3)
      _ = try await world.engine(other).sync()
      #expect(try other.record(LibraryKey(kind: .note, id: "n1"))?.decoded(as: Note.self)?.text == "mine")
      try replica.close()
    }
  }

  @Test func `with the marks damaged what the server has comes back`() async throws {
    try await inFolder { path in
      let world = try await fill(path)
      try damage(path, table: "library")
      #expect(throws: ReplicaError.self) { try Replica.open(at: path) }
      #expect(try Replica.rebuild(at: path, now: world.clock.now, random: { 2 }).records == 0)
      let replica = try Replica.open(at: path, now: world.clock.now)
      _ = try await world.engine(replica).sync()
      #expect(try replica.articles().filter(\.isRead).map(\.id) == ["a1"])
      try replica.close()
    }
  }

  @Test func `of a file that is no database nothing is saved, and one can start again`() async throws {
    try await inFolder { path in
      try Data(repeating: 0x20, count: 8192).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: ReplicaError.self) { try Replica.open(at: path) }
      guard case .damaged = error else { Issue.record("\(String(describing: error))"); return }
      #expect(try Replica.rebuild(at: path).records == 0)
      #expect(try Replica.open(at: path).status().hasContent == false)
    }
  }

  @Test func `stamps after a rebuild are above all stamps before it`() async throws {
    try await inFolder { path in
      let world = try await fill(path)
      try damage(path, table: "content")
      world.clock.set(Timestamp(milliseconds: 0))
      _ = try Replica.rebuild(at: path, now: world.clock.now, random: { 2 })
      let replica = try Replica.open(at: path, now: world.clock.now)
      let highest = try #require(try replica.records().map(\.stamp).max())
      try replica.write(Follow(on: true), id: "e1")
      #expect(try #require(try replica.record(LibraryKey(kind: .follow, id: "e1"))?.stamp) > highest)
      try replica.close()
    }
  }

  @Test func `edge case 10: a copy that gets another device id takes a new node and keeps everything else`()
    async throws
  {
    let world = try await World()
    try await world.publish(Sample.story, Sample.article("a1"))
    let first = try world.replica(node: 1)
    _ = try await world.engine(first).sync()
    try first.setRead(true, article: "a1")
    let second = try Replica.inMemory(restoring: first.copy(), now: world.clock.now)
    var credentials = world.credentials
    credentials.deviceID = "0000000000000099"
    _ = try await world.engine(second, credentials: credentials).sync()
    try second.setSaved(true, article: "a1")
    try first.setSaved(true, article: "a1")
    let key = LibraryKey(kind: .saved, id: "a1")
    #expect(try first.record(key)?.stamp.node == 1)
    #expect(try second.record(key)?.stamp.node != 1)
    #expect(try second.articles().map(\.isRead) == [true])
    #expect(try second.status().pending == 1)
    for replica in [first, second, first] { _ = try await world.engine(replica).sync() }
    #expect(try first.record(key)?.stamp == second.record(key)?.stamp)
    // The same device goes on with its node.
    _ = try await world.engine(second, credentials: credentials).sync()
    let node = try second.record(key)?.stamp.node
    try second.setSaved(false, article: "a1")
    #expect(try second.storage.read { try ReplicaRow.fetch($0).clock.node } != 1)
    #expect(node != nil)
  }
}
