import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import StorylineTestSupport
import Testing

import struct StorylineModels.Cursor

@testable import StorylineStore

@Suite struct ContentPageTests {
  @Test func `page ends are multiples of powers of two, the largest that fits`() {
    #expect(PageBoundary.last(after: 0, below: 2) == 1)
    #expect(PageBoundary.last(after: 0, below: 17) == 16)
    #expect(PageBoundary.last(after: 0, below: 16) == 8)
    #expect(PageBoundary.last(after: 5, below: 100) == 64)
    #expect(PageBoundary.last(after: 5, below: 8) == 6)
    #expect(PageBoundary.last(after: 6, below: 9) == 8)
    #expect(PageBoundary.last(after: 64, below: 100) == 96)
    #expect(PageBoundary.last(after: (1 << 61) + 1, below: .max) == 1 << 62)
  }

  @Test(arguments: StoreKind.allCases)
  func `sealed pages say that there is more, and the tail ends at the head`(kind: StoreKind) async throws {
    let test = try TestStore(kind, limits: Self.limits(rows: 4))
    for number in 1...10 { try await test.publish([Samples.actor("a-\(number)")]) }
    let pages = try await test.walk()
    #expect(pages.map { $0.changes.map(\.rev) } == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]])
    #expect(pages.map(\.more) == [true, true, false])
    #expect(pages.last?.cursor == (try await test.store.contentHead().cursor))
  }

  @Test func `a page that would end at the head is the tail`() async throws {
    let test = try TestStore(limits: Self.limits(rows: 4))
    for number in 1...4 { try await test.publish([Samples.actor("a-\(number)")]) }
    let tail = try await test.page()
    #expect(tail.changes.count == 4 && !tail.more)
    try await test.publish([Samples.actor("a-5")])
    let sealed = try await test.page()
    #expect(sealed.changes.count == 4 && sealed.more && sealed.cursor == tail.cursor)
  }

  @Test func `a commit larger than a page comes in one piece`() async throws {
    let test = try TestStore(limits: Self.limits(rows: 4))
    try await test.publish([Samples.story])
    try await test.publish((0..<9).map { Samples.actor("a-\($0)") })
    let pages = try await test.walk()
    #expect(pages.map(\.changes.count) == [1, 9, 0])
    #expect(pages.map(\.more) == [true, true, false])
    #expect(pages[1].cursor == pages[2].cursor)
  }

  @Test func `a page keeps to its bytes as to its rows`() async throws {
    var limits = ServiceLimits()
    limits.pageBytes = 3000
    let test = try TestStore(limits: limits)
    for number in 1...20 {
      try await test.publish([Samples.actor("a-\(number)", name: String(repeating: "n", count: 500))])
    }
    let pages = try await test.walk()
    #expect(pages.allSatisfy { $0.changes.count <= 4 })
    #expect(pages.flatMap(\.changes).map(\.rev) == Array(1...20))
  }

  @Test(arguments: 1...8)
  func `from any valid cursor, the pages give each record once and cut no commit`(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let test = try TestStore(limits: Self.limits(rows: Int.random(in: 1...12, using: &generator)))
    var commits: [Int64: Set<String>] = [:]
    var cursors: [Cursor] = [.start]
    for _ in 0..<40 {
      let result = try await randomCommit(test, using: &generator)
      guard let rev = result.rev, let cursor = result.cursor else { continue }
      cursors.append(cursor)
      let ids = try await ids(at: rev, in: test)
      for earlier in commits.keys { commits[earlier]?.subtract(ids) }
      commits[rev] = ids
    }
    cursors += try await test.walk().map(\.cursor)
    let head = try await test.store.contentHead().cursor
    for cursor in cursors {
      let pages = try await test.walk(from: cursor)
      let start = cursor == .start ? 0 : try CursorCodec.place(of: cursor).seq
      let expected = commits.filter { $0.key > start && !$0.value.isEmpty }
      let changes = pages.flatMap(\.changes)
      #expect(Set(changes.map(\.id)).count == changes.count, "seed \(seed)")
      #expect(Dictionary(grouping: changes, by: \.rev).mapValues { Set($0.map(\.id)) } == expected, "seed \(seed)")
      #expect(changes.map(\.rev) == changes.map(\.rev).sorted(), "seed \(seed)")
      #expect(pages.last?.cursor == head, "seed \(seed)")
      for (page, next) in zip(pages, pages.dropFirst()) {
        let revs = Set(page.changes.map(\.rev))
        #expect(revs.isDisjoint(with: next.changes.map(\.rev)), "seed \(seed)")
      }
    }
  }

  @Test(arguments: 1...3)
  func `walks that start at different places soon ask for the same addresses`(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let test = try TestStore(limits: Self.limits(rows: 8))
    for number in 0..<200 { try await test.publish([Samples.actor("a-\(number)")]) }
    let addresses = try await test.walk().map(\.after)
    for _ in 0..<20 {
      let start = Int64.random(in: 1..<150, using: &generator)
      let cursor = try await test.writer.read { db in
        let stream = try ReadStream.content(in: db)
        return stream.cursor(seq: start, tag: try CheckCursor.tag(at: start, of: stream, in: db) ?? 0)
      }
      let walk = try await test.walk(from: cursor).map(\.after)
      let met = try #require(walk.firstIndex { addresses.contains($0) }, "seed \(seed), start \(start)")
      // Three steps lead from anywhere inside a page of eight to its end.
      #expect(met <= 3, "seed \(seed), start \(start)")
      #expect(walk[met...].elementsEqual(addresses.suffix(walk.count - met)), "seed \(seed), start \(start)")
    }
  }

  @Test func `a page's bytes are its rows as they were published`() async throws {
    let test = try TestStore()
    try await test.publish([Samples.story, Samples.article("first")])
    let page = try await test.store.contentPage(after: .start)
    let wires = try await test.writer.read {
      try Data.fetchAll($0, sql: "SELECT wire FROM content_record ORDER BY seq, kind, id")
    }
    #expect(page.rowCount == 2)
    let rows = wires.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ",")
    #expect(String(decoding: page.body, as: UTF8.self).hasSuffix(",\"changes\":[\(rows)]}"))
  }

  static func limits(rows: Int) -> ServiceLimits {
    var limits = ServiceLimits()
    limits.pageRows = rows
    return limits
  }

  private func randomCommit(_ test: TestStore, using generator: inout SeededGenerator) async throws -> PublishResult {
    let ids = (0..<25).map { "r-\($0)" }.shuffled(using: &generator).prefix(Int.random(in: 1...6, using: &generator))
    var entities: [Entity] = []
    var removals: [ContentCommit.Removal] = []
    for id in ids {
      if Int.random(in: 0..<4, using: &generator) == 0 {
        removals.append(.init(kind: .actor, id: id))
      } else {
        entities.append(Samples.actor(id, name: "Name \(Int.random(in: 0..<5, using: &generator))"))
      }
    }
    return try await test.publish(entities, removing: removals)
  }

  private func ids(at rev: Int64, in test: TestStore) async throws -> Set<String> {
    try await test.writer.read {
      try Set(String.fetchAll($0, sql: "SELECT id FROM content_record WHERE seq = ?", arguments: [rev]))
    }
  }
}
