import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import StorylineTestSupport
import Testing

import struct StorylineModels.Cursor

@testable import StorylineStore

@Suite struct SnapshotTests {
  @Test(arguments: StoreKind.allCases, 1...4)
  func `the months' parts hold each live row once and nothing else`(kind: StoreKind, seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let test = try TestStore(kind)
    for month in ["2024-11", "2024-12", "2025-01"] {
      try test.goTo(month)
      for _ in 0..<6 { try await Self.randomCommit(test, using: &generator) }
    }
    var shape = SnapshotShape()
    shape.rowBytes = Int.random(in: 200...4000, using: &generator)
    shape.frontArticles = 3
    let manifest = try await test.store.publishSnapshot(shape: shape)
    let (front, months) = try await test.rows(of: manifest)
    let live = try await test.liveRows()
    #expect(months.count == Set(months).count, "seed \(seed)")
    #expect(Set(months) == Set(live), "seed \(seed)")
    #expect(Set(front).isSubset(of: live), "seed \(seed)")
    #expect(manifest.parts.first?.role == .front && manifest.parts.dropFirst().allSatisfy { $0.role == nil })
    let spans = manifest.parts.compactMap(\.span)
    #expect(spans == spans.sorted(by: >), "seed \(seed)")
    #expect(manifest.entities == front.count + months.count && manifest.format == SnapshotManifest.format)
    #expect(manifest.bytes == manifest.parts.reduce(0) { $0 + $1.bytes })
    #expect(manifest.cursor == (try await test.store.contentHead().cursor))
  }

  @Test func `a month keeps its parts when others are added to and edited`() async throws {
    let test = try TestStore()
    for month in ["2024-10", "2024-11", "2024-12"] {
      try test.goTo(month)
      try await test.publish([Samples.article("a-\(month)"), Samples.actor("actor-\(month)")])
    }
    let before = try await test.store.publishSnapshot()
    try await test.publish([Samples.article("new"), Samples.article("a-2024-11", headline: "Corrected")])
    let after = try await test.store.publishSnapshot()
    #expect(after.id != before.id)
    #expect(TestStore.digests(after, "2024-10") == TestStore.digests(before, "2024-10"))
    #expect(TestStore.digests(after, "2024-11") != TestStore.digests(before, "2024-11"))
    #expect(TestStore.digests(after, "2024-12") != TestStore.digests(before, "2024-12"))
  }

  @Test func `an edit rewrites one part of its month`() async throws {
    let test = try TestStore()
    try await test.publish((0..<64).map { Samples.actor("actor-\($0)", name: String(repeating: "n", count: 200)) })
    var shape = SnapshotShape()
    shape.rowBytes = 4000
    let before = try await test.store.publishSnapshot(shape: shape)
    try await test.publish([Samples.actor("actor-17", name: "Another name")])
    let after = try await test.store.publishSnapshot(shape: shape)
    let (old, new) = (Set(before.parts.map(\.sha256)), Set(after.parts.map(\.sha256)))
    #expect(before.parts.count > 5)
    #expect(old.subtracting(new).count == 1 && new.subtracting(old).count == 1)
  }

  @Test func `parts keep to their size, in rows and as files`() async throws {
    let test = try TestStore()
    var generator = SeededGenerator(seed: 1)
    for commit in 0..<4 {
      try await test.publish(
        (0..<20).map { number in
          // Letters at random hardly shrink.
          let name = String(
            decoding: (0..<500).map { _ in UInt8.random(in: 97...122, using: &generator) }, as: UTF8.self)
          return Samples.actor("actor-\(commit)-\(number)", name: name)
        })
    }
    var shape = SnapshotShape()
    shape.rowBytes = 100_000
    shape.fileBytes = 3000
    let manifest = try await test.store.publishSnapshot(shape: shape)
    #expect(manifest.parts.dropFirst().count > 10)
    #expect(manifest.parts.dropFirst().allSatisfy { $0.bytes <= 3000 || $0.rows == 1 })
    #expect(Set(try await test.rows(of: manifest).months) == Set(try await test.liveRows()))
  }

  @Test func `the front part has the story, the newest articles, and what belongs to them`() async throws {
    let test = try TestStore()
    try await test.publish([Samples.story, Self.source("desk"), Self.source("other"), Samples.actor("old")])
    for number in 1...4 { try await test.publish([Self.article("article-\(number)", actor: "actor-\(number)")]) }
    try await test.publish(
      (1...4).map { Samples.actor("actor-\($0)") } + [
        Samples.actor("speaker"), Self.quote("q-new", in: "article-4", by: "speaker"),
        Self.quote("q-old", in: "article-1", by: "old"), Self.update("u-new", of: "article-3"),
        Self.update("u-old", of: "article-2"),
      ])
    var shape = SnapshotShape()
    shape.frontArticles = 2
    let manifest = try await test.store.publishSnapshot(shape: shape)
    let part = try #require(manifest.parts.first)
    let ids = try await test.rows(of: part).map { try ContentChange(wire: RawJSON(validating: $0)).id }
    #expect(
      Set(ids) == [
        "sample-story", "article-3", "article-4", "desk", "actor-3", "actor-4", "q-new", "speaker", "u-new",
      ])
  }

  @Test func `a full front part leaves out what comes last`() async throws {
    let test = try TestStore()
    try await test.publish([Samples.story] + (0..<9).map { Samples.article("article-\($0)") })
    var shape = SnapshotShape()
    shape.rowBytes = 1200
    let manifest = try await test.store.publishSnapshot(shape: shape)
    let (front, months) = try await test.rows(of: manifest)
    #expect((2...5).contains(front.count))
    #expect(front.reduce(0) { $0 + $1.count } <= 1200)
    #expect(months.count == 10)
  }

  @Test(arguments: 1...4)
  func `who has a snapshot goes on from its cursor without a gap`(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let test = try TestStore()
    for _ in 0..<5 { try await Self.randomCommit(test, using: &generator) }
    let manifest = try await test.store.publishSnapshot()
    let (front, months) = try await test.rows(of: manifest)
    for _ in 0..<8 { try await Self.randomCommit(test, using: &generator) }
    var replica: [ContentKey: ContentChange] = [:]
    let changes = try (front + months).map { try ContentChange(wire: RawJSON(validating: $0)) }
    for change in changes + (try await test.walk(from: manifest.cursor)).flatMap(\.changes) {
      let key = ContentKey(kind: change.kind, id: change.id)
      if change.rev > replica[key]?.rev ?? 0 { replica[key] = change }
    }
    let live = try Set(replica.values.filter { !$0.isDeleted }.map { try $0.wire().data })
    #expect(live == Set(try await test.liveRows()), "seed \(seed)")
  }

  @Test func `a snapshot names its own place, and one of now is not made twice`() async throws {
    let test = try TestStore()
    await #expect(throws: StoreError.nothingPublished) { try await test.store.publishSnapshot() }
    #expect(try await test.store.newestSnapshot() == nil)
    try await test.publish([Samples.story])
    let head = try await test.store.contentHead()
    #expect(head.snapshot == nil)
    let manifest = try await test.store.publishSnapshot()
    #expect(manifest.cursor == head.cursor && manifest.epoch == head.epoch)
    #expect(manifest.id.wholeMatch(of: /1-[0-9a-f]{8}/) != nil)
    test.clock.advance(milliseconds: 1000)
    #expect(try await test.store.publishSnapshot() == manifest)
    try await test.publish([Samples.actor("aland")])
    #expect(try await test.store.newestSnapshot() == manifest)
    #expect(try await test.store.contentHead().snapshot == "/v1/content/snapshots/\(manifest.id)")
  }

  @Test func `a story of which everything was removed has a snapshot of nothing`() async throws {
    let test = try TestStore()
    try await test.publish([Samples.story])
    try await test.publish([], removing: [.init(kind: .story, id: "sample-story")])
    let manifest = try await test.store.publishSnapshot()
    #expect(manifest.parts.map(\.rows) == [0] && manifest.parts.allSatisfy { $0.bytes > 0 })
    #expect(try await test.rows(of: manifest).front.isEmpty)
  }

  @Test func `any bytes of a part can be had, and none of a part that is not there`() async throws {
    let test = try TestStore()
    try await test.publish([Samples.story])
    let part = try #require(try await test.store.publishSnapshot().parts.first)
    let whole = try #require(try await test.store.snapshotPart(part.sha256, range: 0..<part.bytes))
    #expect(try await test.store.snapshotPartSize(part.sha256) == part.bytes)
    for range in [0..<1, 5..<20, (part.bytes - 1)..<part.bytes, 0..<part.bytes] {
      #expect(try await test.store.snapshotPart(part.sha256, range: range) == Data(whole[range]))
    }
    for name in [String(repeating: "0", count: 64), "", "zz", part.sha256.uppercased(), String(part.sha256.dropLast())]
    {
      #expect(try await test.store.snapshotPartSize(name) == nil)
      #expect(try await test.store.snapshotPart(name, range: 0..<1) == nil)
    }
  }

  @Test func `months are those of the calendar, in UTC`() throws {
    let month = try SnapshotMonth(of: try #require(Timestamp("2024-12-31T23:59:59.999Z")).milliseconds)
    #expect(month.name == "2024-12")
    #expect(month.start == Timestamp("2024-12-01T00:00:00Z")?.milliseconds)
    #expect(month.end == Timestamp("2025-01-01T00:00:00Z")?.milliseconds)
    #expect(try SnapshotMonth(of: month.end).name == "2025-01")
    #expect(try SnapshotMonth(of: 0).name == "1970-01")
  }

  static func randomCommit(_ test: TestStore, using generator: inout SeededGenerator) async throws {
    let numbers = (0..<30).shuffled(using: &generator).prefix(Int.random(in: 1...8, using: &generator))
    var entities: [Entity] = []
    var removals: [ContentCommit.Removal] = []
    for number in numbers {
      let version = Int.random(in: 0..<5, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: removals.append(.init(kind: .article, id: "article-\(number)"))
      case 1: entities.append(Samples.actor("actor-\(number)", name: "Name \(version)"))
      default: entities.append(Samples.article("article-\(number)", headline: "Headline \(version)"))
      }
    }
    try await test.publish(entities, removing: removals)
  }

  private static func source(_ id: String) -> Entity { .source(Source(id: Identifier(id), name: id, type: "agency")) }

  private static func article(_ id: String, actor: String) -> Entity {
    .article(
      Article(
        id: Identifier(id), story: "sample-story", headline: id, source: "desk", actors: [Identifier(actor)],
        blocks: [Block(id: "b1", role: .paragraph, text: "Words.")]))
  }

  private static func quote(_ id: String, in article: String, by speaker: String) throws -> Entity {
    .quote(
      Quote(
        id: Identifier(id), story: "sample-story", text: "Words.", speaker: Identifier(speaker),
        date: try #require(PartialDate("2024-07-11")),
        evidence: [Evidence(article: Identifier(article), block: "b1", exact: "Words.")]))
  }

  private static func update(_ id: String, of article: String) -> Entity {
    .update(
      Update(
        id: Identifier(id), story: "sample-story", target: .init(kind: .article, id: article), type: .correction,
        at: Timestamp(milliseconds: 0), note: "A note."))
  }
}
