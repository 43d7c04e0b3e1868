import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import StorylineTestSupport
import Testing

@testable import StorylineStore

@Suite struct PublishTests {
  @Test(arguments: StoreKind.allCases)
  func `what is published comes in a page, all under one seq`(kind: StoreKind) async throws {
    let test = try TestStore(kind)
    let result = try await test.publish([Samples.story, Samples.actor("aland"), Samples.article("first")])
    #expect((result.rev, result.written, result.unchanged, result.removed) == (1, 3, 0, 0))
    let page = try await test.page()
    #expect(page.changes.map(\.id).sorted() == ["aland", "first", "sample-story"])
    #expect(page.changes.allSatisfy { $0.rev == 1 && $0.updatedAt == test.clock.now() })
    #expect(page.changes.compactMap(\.num).sorted() == [1, 2, 3])
    #expect(page.cursor == result.cursor)
    #expect(!page.more)
    let head = try await test.store.contentHead()
    #expect(head.cursor == result.cursor && head.epoch == page.epoch && head.updatedAt == test.clock.now())
    #expect(try await test.store.storyID() == "sample-story")
    #expect(try page.changes.compactMap { try $0.entity() }.contains(Samples.story))
  }

  @Test func `an empty store has a head without a time, no story, and an empty page`() async throws {
    let test = try TestStore()
    let head = try await test.store.contentHead()
    #expect(head.updatedAt == nil)
    #expect(try await test.store.storyID() == nil)
    let page = try await test.page()
    #expect(page.changes.isEmpty && !page.more && page.cursor == head.cursor && page.after == .start)
    #expect(try await test.page(after: page.cursor).cursor == page.cursor)
  }

  @Test(arguments: StoreKind.allCases)
  func `publishing the same again makes no commit`(kind: StoreKind) async throws {
    let test = try TestStore(kind)
    let entities = [Samples.story, Samples.actor("aland"), Samples.article("first")]
    try await test.publish(entities)
    let head = try await test.store.contentHead()
    test.clock.advance(milliseconds: 5000)
    let again = try await test.publish(entities, removing: [.init(kind: .actor, id: "nobody")])
    #expect((again.cursor, again.rev, again.written, again.unchanged) == (nil, nil, 0, 4))
    #expect(try await test.store.contentHead() == head)
  }

  @Test func `only what changed is written and moves to the end of the log`() async throws {
    let test = try TestStore()
    try await test.publish([Samples.actor("aland"), Samples.actor("bland"), Samples.actor("cland")])
    let result = try await test.publish([
      Samples.actor("aland"), Samples.actor("bland", name: "Renamed"), Samples.actor("dland"),
    ])
    #expect((result.rev, result.written, result.unchanged) == (2, 2, 1))
    let changes = try await test.page().changes
    #expect(changes.map(\.id) == ["aland", "cland", "bland", "dland"])
    #expect(changes.map(\.num) == [1, 3, 2, 4])
  }

  @Test func `edge case 28: a record that was removed and comes back keeps its number and its place in the order`()
    async throws
  {
    let test = try TestStore()
    try await test.publish([Samples.article("first"), Samples.article("second")])
    let before = try #require(try await test.page().changes.first { $0.id == "first" })
    let removal = ContentCommit.Removal(kind: .article, id: "first", reason: "retracted")
    let removed = try await test.publish([], removing: [removal])
    #expect((removed.rev, removed.written, removed.removed) == (2, 0, 1))
    let tombstone = try #require(try await test.page().changes.last)
    #expect(tombstone.isDeleted && tombstone.id == "first" && tombstone.reason == "retracted" && tombstone.rev == 2)
    #expect(try await test.publish([], removing: [removal]).rev == nil)
    #expect(try await test.store.contentRecords().map(\.id) == ["second"])
    try await test.publish([Samples.article("first")])
    let after = try #require(try await test.page().changes.last)
    #expect(after.id == "first" && after.rev == 3 && !after.isDeleted)
    #expect(after.num == before.num && after.pub == before.pub && after.body == before.body)
  }

  @Test func `a removed record may get another reason`() async throws {
    let test = try TestStore()
    try await test.publish([Samples.article("first")])
    try await test.publish([], removing: [.init(kind: .article, id: "first", reason: "retracted")])
    let result = try await test.publish([], removing: [.init(kind: .article, id: "first", reason: "legal")])
    #expect(result.rev == 3)
    #expect(try await test.page().changes.map(\.reason) == ["legal"])
  }

  @Test func `numbers are never given twice`() async throws {
    let test = try TestStore()
    try await test.publish([Samples.actor("aland")])
    try await test.publish([], removing: [.init(kind: .actor, id: "aland")])
    try await test.publish([Samples.actor("bland")])
    #expect(try await test.store.contentRecords().map(\.num) == [2])
  }

  @Test func `articles get order keys by their publisher's date, then by id, the undated last`() async throws {
    let test = try TestStore()
    try await test.publish([
      Samples.article("undated"), Samples.article("late", publishedAt: "2024-07-12T06:00:00Z"),
      Samples.article("early-b", publishedAt: "2008-04-04T06:00:00Z"),
      Samples.article("early-a", publishedAt: "2008-04-04T06:00:00Z"), Samples.actor("aland"),
    ])
    let records = try await test.store.contentRecords()
    let articles = records.filter { $0.pub != nil }.sorted { $0.pub ?? "" < $1.pub ?? "" }
    #expect(articles.map(\.id) == ["early-a", "early-b", "late", "undated"])
    #expect(records.first { $0.id == "aland" }?.pub == nil)
    #expect(articles.allSatisfy { $0.pub.flatMap { ULID($0) } != nil })
  }

  @Test
  func
    `edge case 29: a later publication sorts after an earlier one, though dated back and though the clock went back`()
    async throws
  {
    let test = try TestStore()
    for number in 1...5 {
      test.clock.advance(milliseconds: -3_600_000)
      try await test.publish([Samples.article("article-\(number)", publishedAt: "200\(9 - number)-01-01T00:00:00Z")])
    }
    let articles = try await test.store.contentRecords().sorted { $0.pub ?? "" < $1.pub ?? "" }
    #expect(articles.map(\.id) == (1...5).map { "article-\($0)" })
    #expect(Set(articles.map(\.pub)).count == 5)
    #expect(articles.compactMap(\.updatedAt) == articles.compactMap(\.updatedAt).sorted())
  }

  @Test func `an article's version counts its changes, and the editor need not`() async throws {
    let test = try TestStore()
    try await test.publish([Samples.article("first", headline: "One")])
    #expect(try await version(test) == 1)
    try await test.publish([Samples.article("first", headline: "Two")])
    #expect(try await version(test) == 2)
    // The editor's file still says version 1, and says nothing new.
    #expect(try await test.publish([Samples.article("first", headline: "Two")]).rev == nil)
    #expect(try await test.publish([Samples.article("first", headline: "Two", version: 2)]).rev == nil)
    try await test.publish([Samples.article("first", headline: "Two", version: 7)])
    #expect(try await version(test) == 7)
    try await test.publish([Samples.article("first", headline: "Three", version: 9)])
    #expect(try await version(test) == 9)
    #expect(try await test.publish([Samples.article("first", headline: "Three", version: 3)]).rev == nil)
  }

  @Test func `a plan tells what a commit would do, and does nothing`() async throws {
    let test = try TestStore()
    try await test.publish([Samples.actor("aland"), Samples.actor("bland"), Samples.article("first")])
    try await test.publish([], removing: [.init(kind: .actor, id: "bland")])
    let head = try await test.store.contentHead()
    let plan = try await test.store.plan(
      ContentCommit(
        entities: [
          Samples.actor("aland"), Samples.actor("bland"), Samples.actor("cland"),
          Samples.article("first", headline: "Other"),
        ],
        removals: [.init(kind: .actor, id: "nobody")], author: "desk"))
    #expect(plan.steps.map(\.change) == [.none, .restore, .create, .update, .none])
    #expect(try await test.store.contentHead() == head)
  }

  @Test func `a commit with too many rows or bytes is refused whole`() async throws {
    var limits = ServiceLimits()
    limits.commitRows = 3
    limits.commitBytes = 1000
    let test = try TestStore(limits: limits)
    try await test.publish([Samples.actor("aland")])
    let head = try await test.store.contentHead()
    await #expect {
      try await test.publish((0..<4).map { Samples.actor("a-\($0)") })
    } throws: { error in
      guard case StoreError.commitTooLarge(rows: 4, bytes: _, rowLimit: 3, byteLimit: 1000) = error else {
        return false
      }
      return true
    }
    await #expect(throws: StoreError.self) {
      try await test.publish([Samples.actor("bland", name: String(repeating: "n", count: 1000))])
    }
    #expect(try await test.store.contentHead() == head)
    #expect(try await test.store.contentRecords().map(\.id) == ["aland"])
  }

  @Test func `a malformed id, or a record that occurs twice, is refused by name`() async throws {
    let test = try TestStore()
    await #expect(throws: StoreError.malformed("the actor “aland” occurs twice in one commit")) {
      try await test.publish([Samples.actor("aland")], removing: [.init(kind: .actor, id: "aland")])
    }
    await #expect(throws: StoreError.self) { try await test.publish([Samples.actor("Not An Id")]) }
    #expect(try await test.store.contentHead().updatedAt == nil)
  }

  @Test func `a kind that this version does not know is stored and passed on byte for byte`() async throws {
    let test = try TestStore()
    let body = try RawJSON(validating: Data(#"{"id":"poll-1", "odds" : 1.10,"n":9007199254740993}"#.utf8))
    try await test.publish([.unknown(kind: ContentKind(rawValue: "poll"), id: "poll-1", body: body)])
    #expect(try await test.page().changes.first?.body == body)
  }

  @Test func `the log names each commit's author and size`() async throws {
    let test = try TestStore()
    try await test.publish([Samples.story, Samples.actor("aland")])
    let text = try await test.writer.read {
      try String.fetchAll($0, sql: "SELECT seq || ' ' || author || ' ' || row_count || ' ' || at FROM commit_log")
    }
    #expect(text == ["1 desk 2 \(test.clock.now().milliseconds)"])
  }

  private func version(_ test: TestStore) async throws -> Int? {
    guard case .article(let article) = try await test.store.contentRecords().first?.entity() else { return nil }
    return article.version
  }
}
