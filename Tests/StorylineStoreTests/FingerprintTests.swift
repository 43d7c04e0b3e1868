import Foundation
import StorylineModels
import Testing

import struct StorylineModels.Cursor

@testable import StorylineStore

/// A database file that was put back while the service was stopped, and nobody said so (protocol, 2.9).
@Suite struct FingerprintTests {
  private let directory: TestDirectory
  private let path: String
  private let events = EventList()
  private let options: StoreOptions

  init() throws {
    directory = try TestDirectory()
    path = directory.file("store.sqlite")
    var options = StoreOptions(pepper: .random())
    options.report = { [events] in events.add($0) }
    self.options = options
  }

  @Test func `a file that is as it was left keeps its epoch, however the process ended`() async throws {
    let first = try await session { try await $0.publish(Self.commit("a")) }
    // As after kill -9: the side file of an earlier moment, with less in it than the database.
    let side = try Data(contentsOf: URL(filePath: path + ".fingerprint"))
    _ = try await session { try await $0.publish(Self.commit("b")) }
    try side.write(to: URL(filePath: path + ".fingerprint"))
    #expect(try await session() == first)
    #expect(events.all.isEmpty)
  }

  @Test func `yesterday's copy in the place of the file is found out`() async throws {
    let first = try await session { try await $0.publish(Self.commit("a")) }
    try copy(path, to: directory.file("backup"))
    #expect(try await session { try await $0.publish(Self.commit("b")) } == first)
    // Into the same file, so that only what is in it tells.
    let bytes = try Data(contentsOf: URL(filePath: directory.file("backup")))
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: bytes)
    try handle.close()
    let second = try await session()
    #expect(second != first)
    #expect(events.all == [.restoreFound("its content ends at 1, and 2 was published")])
    #expect(try await session() == second)
  }

  @Test func `the same bytes in another file count as restored, because nobody can know`() async throws {
    let first = try await session { try await $0.publish(Self.commit("a")) }
    try copy(path, to: directory.file("copy"))
    try FileManager.default.removeItem(atPath: path)
    try copy(directory.file("copy"), to: path)
    let cursor = try await session()
    #expect(cursor != first)
    #expect(events.all == [.restoreFound("the file is another one")])
  }

  @Test func `a side file that is lost or broken is written anew and changes nothing`() async throws {
    let first = try await session { try await $0.publish(Self.commit("a")) }
    try FileManager.default.removeItem(atPath: path + ".fingerprint")
    #expect(try await session() == first)
    try Data("{".utf8).write(to: URL(filePath: path + ".fingerprint"))
    #expect(try await session() == first)
    #expect(FingerprintFile(database: path).read() != nil)
    #expect(try FileManager.default.attributesOfItem(atPath: path + ".fingerprint")[.posixPermissions] as? Int == 0o600)
  }

  @Test func `an old cursor's way through several restores is followed`() async throws {
    _ = try await session { try await $0.publish(Self.commit("a")) }
    try copy(path, to: directory.file("backup"))
    var cursors: [Cursor] = []
    for _ in 0..<3 {
      let store = try StoryStore.open(at: path, options: options)
      cursors.append(try await store.contentHead().cursor)
      try store.close()
      try FileManager.default.removeItem(atPath: path)
      try copy(directory.file("backup"), to: path)
    }
    let store = try StoryStore.open(at: path, options: options)
    for cursor in cursors {
      let news = StoreError.epochChanged(
        stream: .content, epoch: try await store.contentHead().epoch, reasons: ["restored"])
      await #expect(throws: news) { try await store.contentPage(after: cursor) }
    }
    try store.close()
  }

  /// Opens the store, works with it, closes it; the epoch that it served.
  private func session<Value>(_ work: (StoryStore) async throws -> Value) async throws -> Epoch {
    let store = try StoryStore.open(at: path, options: options)
    _ = try await work(store)
    let epoch = try await store.contentHead().epoch
    try store.close()
    return epoch
  }

  private func session() async throws -> Epoch { try await session { _ in } }

  private func copy(_ source: String, to target: String) throws {
    try FileManager.default.copyItem(atPath: source, toPath: target)
  }

  private static func commit(_ id: String) -> ContentCommit {
    ContentCommit(entities: [Samples.actor(id)], author: "desk")
  }
}

/// What a store reported.
final class EventList: @unchecked Sendable {
  private let lock = NSLock()
  // Read and written under `lock` only; that is why the class may be shared.
  private var events: [StoreEvent] = []

  var all: [StoreEvent] { lock.withLock { events } }

  func add(_ event: StoreEvent) { lock.withLock { events.append(event) } }
}
