import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import Testing

import struct StorylineModels.Cursor

@testable import StorylineStore

/// Edge cases of the protocol's list that the store alone decides; others carry their number in the suites beside it.
@Suite(.timeLimit(.minutes(2))) struct EdgeCaseTests {
  @Test func `edge case 7: a counter that ran over stands in the next millisecond, and is taken`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    // A minute ahead is the edge of what is taken; the library's own time lets it go a second further.
    #expect(try await push([Samples.mutation(1, "a", at: 60_000, counter: .max)], test, reader) == [.applied])
    let next = [
      Samples.mutation(1, "b", at: 60_001, counter: 0), Samples.mutation(2, "c", at: 60_001, counter: .max),
      Samples.mutation(3, "d", at: 60_002, counter: 0),
    ]
    #expect(try await push(next, test, reader) == [.applied, .applied, .applied])
  }

  @Test func `edge case 15: served from another copy and back, every change is another history`() async throws {
    let directory = try TestDirectory()
    let (path, other) = (directory.file("store.sqlite"), directory.file("replica.sqlite"))
    let options = StoreOptions(pepper: .random())
    var cursors: [Cursor] = []
    func serve(_ id: String) async throws -> Epoch {
      let store = try StoryStore.open(at: path, options: options)
      for cursor in cursors {
        let news = StoreError.epochChanged(
          stream: .content, epoch: try await store.contentHead().epoch, reasons: ["restored"])
        await #expect(throws: news) { try await store.contentPage(after: cursor) }
      }
      _ = try await store.publish(ContentCommit(entities: [Samples.actor(id)], author: "desk"))
      let head = try await store.contentHead()
      cursors.append(head.cursor)
      try store.close()
      return head.epoch
    }
    var epochs = [try await serve("a")]
    // The copy lags by nothing but what comes now; then the first one comes back with what it had.
    try FileManager.default.copyItem(atPath: path, toPath: other)
    for id in ["b", "c"] {
      let aside = directory.file("aside-\(id)")
      try FileManager.default.moveItem(atPath: path, toPath: aside)
      try FileManager.default.moveItem(atPath: other, toPath: path)
      try FileManager.default.moveItem(atPath: aside, toPath: other)
      epochs.append(try await serve(id))
    }
    #expect(Set(epochs).count == 3)
  }

  @Test func `edge case 44: an import of 1800 rows is one page, and of more than 2000 is refused when published`()
    async throws
  {
    let test = try TestStore()
    try await test.publish([Samples.story])
    let before = try await test.store.contentHead().cursor
    let result = try await test.publish((0..<1800).map { Samples.actor("actor-\($0)") })
    #expect(result.written == 1800)
    let page = try await test.page(after: before)
    #expect(page.changes.count == 1800)
    #expect(page.changes.allSatisfy { $0.rev == 2 })
    let head = try await test.store.contentHead()
    #expect(page.cursor == head.cursor)
    await #expect {
      try await test.publish((0..<2001).map { Samples.actor("more-\($0)") })
    } throws: { error in
      guard case StoreError.commitTooLarge(rows: 2001, bytes: _, rowLimit: 2000, byteLimit: _) = error else {
        return false
      }
      return true
    }
    #expect(try await test.store.contentHead() == head)
  }

  /// Editors work with the tool, one folder at a time. To refuse the second of two by the revision that it was made on
  /// (`If-Match`, 412) comes with the editors' own routes.
  @Test func `edge case 45: two saves of one article follow each other, and a save that is repeated counts once`()
    async throws
  {
    let test = try TestStore(.wal)
    try await test.publish([Samples.story, Samples.article("first", headline: "As it was")])
    async let one = test.publish([Samples.article("first", headline: "Of one editor")])
    async let other = test.publish([Samples.article("first", headline: "Of the other editor")])
    let revs = [try await one.rev, try await other.rev].compactMap(\.self).sorted()
    #expect(revs == [2, 3])
    let saved = try #require(try await test.page().changes.first { $0.id == "first" })
    guard case .article(let article) = try saved.entity() else { Issue.record("no article"); return }
    #expect((saved.rev, article.version) == (3, 3))
    // The answer got lost, and the tool sends the same again: the first result stands.
    let repeated = try await test.publish([Samples.article("first", headline: article.headline)])
    #expect((repeated.rev, repeated.written, repeated.unchanged) == (nil, 0, 1))
    #expect(try await test.page().changes.first { $0.id == "first" } == saved)
  }

  @Test func `edge case 46: what a commit needs to be prepared is done before it takes the write lock`() async throws {
    let test = try TestStore(.wal)
    let reader = try await test.newReader()
    let large = ContentCommit(
      entities: (0..<1000).map { Samples.article("a-\($0)", headline: String(repeating: "long ", count: 50)) },
      author: "desk")
    // While a large commit is encoded and digested, over and over, a push goes through.
    let preparing = Task {
      var count = 0
      while !Task.isCancelled {
        _ = try PreparedCommit(large)
        count += 1
      }
      return count
    }
    #expect(try await push([Samples.mutation(1)], test, reader) == [.applied])
    preparing.cancel()
    _ = try await preparing.value
    // With the lock in somebody else's hands, `publish` still looks at every record: it refuses without waiting.
    let hold = await WriterHold(test.writer)
    var faulty = large
    faulty.entities.append(Samples.actor("Not An Id"))
    await #expect(throws: StoreError.self) { try await test.store.publish(faulty) }
    // Both wait for the lock now, and neither for the other one's preparation.
    async let published = test.store.publish(large)
    async let pushed = push([Samples.mutation(1, "b")], test, reader)
    hold.release()
    #expect(try await published.written == 1000)
    #expect(try await pushed == [.applied])
  }

  @Test func `edge case 47: one reader's cursor in the hands of another is refused, and an operator hears of it`()
    async throws
  {
    let events = EventList()
    let test = try TestStore(report: { events.add($0) })
    let (one, other) = (try await test.newReader(), try await test.newReader())
    let cursor = try await test.store.sync(Samples.push([Samples.mutation(1, "secret")]), for: one).cursor
    await #expect(throws: StoreError.cursorInvalid("it belongs to another stream")) {
      try await test.store.sync(Samples.push([Samples.mutation(1, "mine")], after: cursor), for: other)
    }
    #expect(events.all == [.foreignCursor(.library)])
    let page = try await test.store.libraryPage(after: nil, empty: false, limit: nil, for: other)
    #expect(page.changes.isEmpty)
  }

  private func push(_ mutations: [Mutation], _ test: TestStore, _ reader: ReaderID) async throws
    -> [MutationResult.Status]
  {
    try await test.store.sync(Samples.push(mutations), for: reader).results.map(\.status)
  }
}
