import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import Testing

import struct StorylineModels.Cursor

@testable import StorylineStore

/// Cursors of another history, stream or server.
@Suite struct HistoryTests {
  @Test func `a cursor of a library is none of the content's, and the other way round`() async throws {
    let test = try TestStore()
    let (reader, other) = (try await test.newReader(), try await test.newReader())
    let content = try await test.store.contentHead().cursor
    let library = try await test.store.libraryPage(after: nil, empty: true, limit: nil, for: reader).cursor
    await #expect(throws: StoreError.cursorInvalid("it belongs to another stream")) {
      try await test.store.contentPage(after: library)
    }
    for cursor in [content, try await test.store.libraryPage(after: nil, empty: true, limit: nil, for: other).cursor] {
      await #expect(throws: StoreError.cursorInvalid("it belongs to another stream")) {
        try await test.store.libraryPage(after: cursor, empty: false, limit: nil, for: reader)
      }
    }
  }

  @Test func `a cursor of another server is refused`() async throws {
    let (test, other) = (try TestStore(), try TestStore())
    let foreign = try await other.store.contentHead().cursor
    await #expect(throws: StoreError.cursorInvalid("it belongs to another stream")) {
      try await test.store.contentPage(after: foreign)
    }
  }

  @Test func `a new incarnation of the server is a new epoch of every stream`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    try await test.publish([Samples.story])
    let content = try await test.store.contentHead()
    let library = try await test.store.libraryPage(after: nil, empty: true, limit: nil, for: reader)
    try await execute(test, "UPDATE instance SET incarnation = randomblob(16)")
    let epoch = try await test.store.contentHead().epoch
    #expect(epoch != content.epoch)
    await #expect(throws: StoreError.epochChanged(stream: .content, epoch: epoch, reasons: ["restored"])) {
      try await test.store.contentPage(after: content.cursor)
    }
    let libraryEpoch = try await test.store.libraryPage(after: nil, empty: true, limit: nil, for: reader).epoch
    #expect(libraryEpoch != library.epoch)
    await #expect(throws: StoreError.epochChanged(stream: .library, epoch: libraryEpoch, reasons: ["restored"])) {
      try await test.store.libraryPage(after: library.cursor, empty: false, limit: nil, for: reader)
    }
  }

  @Test func `the reasons of all changes since the cursor's epoch are named`() async throws {
    let test = try TestStore()
    let cursor = try await test.store.contentHead().cursor
    try await test.store.markRestored()
    try await test.writer.write { db in
      for (generation, reason) in [(1, "rekeyed"), (2, "compacted")] {
        try db.execute(
          sql: """
            INSERT INTO epoch_change (stream, old_epoch, new_epoch, reason, at, generation)
            VALUES (1, ?, ?, ?, 0, ?)
            """,
          arguments: [Data.random(count: 16), Data.random(count: 16), reason, generation])
      }
      try db.execute(sql: "UPDATE stream SET generation = 2 WHERE id = 1")
    }
    let epoch = try await test.store.contentHead().epoch
    let reasons = ["compacted", "rekeyed", "restored"]
    await #expect(throws: StoreError.epochChanged(stream: .content, epoch: epoch, reasons: reasons)) {
      try await test.store.contentPage(after: cursor)
    }
  }

  @Test func `an unannounced restore is noticed by a cursor ahead of the head`() async throws {
    let test = try TestStore(.wal)
    try await test.publish([Samples.story])
    let (backup, epoch) = (try await snapshot(test), try await test.store.contentHead().epoch)
    try await test.publish([Samples.actor("aland")])
    let ahead = try await test.store.contentHead().cursor
    let restored = try StoryStore.open(at: backup, options: test.options)
    await #expect(throws: StoreError.epochChanged(stream: .content, epoch: epoch, reasons: ["restored"])) {
      try await restored.contentPage(after: ahead)
    }
    try restored.close()
  }

  @Test func `an unannounced restore is noticed by the tag when the head is past the cursor again`() async throws {
    let test = try TestStore(.wal)
    let reader = try await test.newReader()
    try await test.publish([Samples.story])
    _ = try await test.store.sync(Samples.push([Samples.mutation(1, "a")]), for: reader)
    let common = try await test.store.contentHead().cursor
    let backup = try await snapshot(test)
    try await test.publish([Samples.actor("aland")])
    _ = try await test.store.sync(Samples.push([Samples.mutation(1, "b")]), for: reader)
    let lost = try await test.store.contentHead().cursor
    let lostLibrary = try await test.store.libraryPage(after: nil, empty: true, limit: nil, for: reader).cursor
    let restored = try StoryStore.open(at: backup, options: test.options)
    for number in 0..<3 {
      _ = try await restored.publish(ContentCommit(entities: [Samples.actor("b-\(number)")], author: "desk"))
      _ = try await restored.sync(Samples.push([Samples.mutation(1, "c-\(number)")]), for: reader)
    }
    await #expect(throws: StoreError.self) { try await restored.contentPage(after: lost) }
    await #expect(throws: StoreError.self) {
      try await restored.sync(Samples.push([Samples.mutation(1, "d")], after: lostLibrary), for: reader)
    }
    let library = try await restored.libraryPage(after: nil, empty: true, limit: nil, for: reader)
    #expect(!library.changes.contains { $0.id == "d" })
    // What both histories share is still a place in this one.
    #expect(try await restored.contentPage(after: common).rowCount == 3)
    try restored.close()
  }

  @Test func `a cursor before forgotten deletions has expired`() async throws {
    let test = try TestStore()
    var cursors: [Cursor] = []
    for number in 0..<3 { cursors += [try await test.publish([Samples.actor("a-\(number)")]).cursor].compactMap { $0 } }
    try await execute(test, "UPDATE stream SET floor = 2 WHERE id = 1")
    await #expect(throws: StoreError.cursorExpired(snapshot: nil)) {
      try await test.store.contentPage(after: cursors[0])
    }
    await #expect(throws: StoreError.cursorExpired(snapshot: nil)) { try await test.store.contentPage(after: .start) }
    #expect(try await test.store.contentPage(after: cursors[1]).rowCount == 1)
  }

  @Test func `a library forgets the tags of old commits, and takes older cursors at their word`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    let first = try await test.store.sync(Samples.push([Samples.mutation(1, "a")]), for: reader).cursor
    try await execute(
      test, "UPDATE stream SET head = \(PushMutations.rememberedCommits), tag = 1 WHERE kind = 'library'")
    _ = try await test.store.sync(Samples.push([Samples.mutation(1, "b")]), for: reader)
    let logged = try await test.writer.read {
      try Int64.fetchAll($0, sql: "SELECT seq FROM commit_log WHERE stream <> 1 ORDER BY seq")
    }
    #expect(logged == [PushMutations.rememberedCommits + 1])
    let page = try await test.store.libraryPage(after: first, empty: false, limit: nil, for: reader)
    #expect(page.changes.map(\.id) == ["b"])
  }

  /// A copy of the database as it is now, as a backup has it.
  private func snapshot(_ test: TestStore) async throws -> String {
    let path = test.directory.file("backup.sqlite")
    let queue = try DatabaseQueue(path: path)
    try test.writer.backup(to: queue)
    try queue.close()
    return path
  }

  private func execute(_ test: TestStore, _ sql: String) async throws {
    try await test.writer.write { try $0.execute(sql: sql) }
  }
}
