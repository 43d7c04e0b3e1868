import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import StorylineTestSupport
import Testing

import struct StorylineModels.Cursor

@testable import StorylineStore

@Suite struct LibraryPageTests {
  @Test func `a page ends after a whole commit, and the next one begins there`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    for commit in 1...4 {
      _ = try await test.store.sync(
        Samples.push((1...3).map { Samples.mutation($0, "c\(commit)-\($0)") }), for: reader)
    }
    let pages = try await walk(test, reader, limit: 4)
    #expect(pages.map { $0.changes.map(\.seq) } == [[1, 1, 1, 2, 2, 2], [3, 3, 3, 4, 4, 4]])
    #expect(pages.map(\.more) == [true, false])
    let single = try await walk(test, reader, limit: 1)
    #expect(single.map(\.changes.count) == [3, 3, 3, 3])
    #expect(single.last?.cursor == pages.last?.cursor)
  }

  @Test func `a page keeps to its bytes`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    let payload = String(repeating: "x", count: test.options.limits.payloadBytes)
    for commit in 0..<10 {
      let mutations = (0..<32).map { Samples.mutation($0, "c\(commit)-\($0)", payload: payload) }
      _ = try await test.store.sync(Samples.push(mutations), for: reader)
    }
    let pages = try await walk(test, reader, limit: nil)
    #expect(pages.map(\.changes.count) == [64, 64, 64, 64, 64])
  }

  @Test func `an empty replica hears of no deletion from before its start, and of all after it`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    let push = { (mutation: Mutation) in _ = try await test.store.sync(Samples.push([mutation]), for: reader) }
    try await push(Samples.mutation(1, "a"))
    try await push(Samples.mutation(1, "b"))
    try await push(Samples.mutation(1, "gone", deleted: true))
    try await push(Samples.mutation(1, "c"))
    let first = try await page(test, reader, after: nil, empty: true, limit: 1)
    #expect(first.changes.map(\.id) == ["a"] && first.more)
    // Deleted while the walk goes on: this one is news.
    try await push(Samples.mutation(1, "b", at: 1, deleted: true))
    let rest = try await walk(test, reader, limit: 1, from: first)
    #expect(rest.flatMap(\.changes).map(\.id) == ["c", "b"])
    #expect(rest.flatMap(\.changes).map(\.deleted) == [false, true])
    let full = try await walk(test, reader, limit: 1, empty: false).flatMap(\.changes)
    #expect(full.map(\.id) == ["a", "gone", "c", "b"])
  }

  @Test func `when the walk of an empty replica ends, its cursor is everybody's`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    for number in 1...3 {
      _ = try await test.store.sync(Samples.push([Samples.mutation(1, "a-\(number)")]), for: reader)
    }
    let bootstrap = try await walk(test, reader, limit: 1, empty: true)
    let plain = try await walk(test, reader, limit: 1, empty: false)
    #expect(bootstrap.first?.cursor != plain.first?.cursor)
    #expect(bootstrap.last?.cursor == plain.last?.cursor)
  }

  @Test func `a push answers with what others wrote, and may leave out its own rows`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    let start = try await page(test, reader, after: nil, empty: true).cursor
    _ = try await test.store.sync(Samples.push([Samples.mutation(1, "theirs")]), for: reader)
    let response = try await test.store.sync(Samples.push([Samples.mutation(1, "ours")], after: start), for: reader)
    #expect(response.changes.map(\.id) == ["theirs"])
    #expect(try await page(test, reader, after: response.cursor).changes.isEmpty)
    #expect(try await page(test, reader, after: start).changes.map(\.id) == ["theirs", "ours"])
  }

  @Test func `a sync without mutations only reads`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    _ = try await test.store.sync(Samples.push([Samples.mutation(1, "a")]), for: reader)
    let changes = try await test.writer.writeWithoutTransaction { $0.totalChangesCount }
    let response = try await test.store.sync(Samples.push([], limit: 10), for: reader)
    #expect(response.changes.map(\.id) == ["a"] && response.results.isEmpty)
    #expect(try await test.writer.writeWithoutTransaction { $0.totalChangesCount } == changes)
  }

  @Test(arguments: 1...10)
  func `replicas that push in any order and pull at any time end up equal to the server`(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let test = try TestStore()
    let reader = try await test.newReader()
    var replicas = (0..<3).map { _ in Replica() }
    var sent: [LibrarySyncRequest] = []
    for round in 0..<60 {
      let index = Int.random(in: 0..<replicas.count, using: &generator)
      let mutations = (0..<Int.random(in: 0...4, using: &generator)).map { number in
        Samples.mutation(
          number, "r-\(Int.random(in: 0..<8, using: &generator))", at: Int64.random(in: -5...5, using: &generator),
          node: UInt64.random(in: 0...1, using: &generator), payload: "\(round % 3)",
          deleted: Int.random(in: 0..<4, using: &generator) == 0)
      }
      let request = Samples.push(
        mutations, after: replicas[index].cursor, limit: Int.random(in: 1...5, using: &generator))
      sent.append(request)
      let response = try await test.store.sync(request, for: reader)
      // A lost answer: the replica learns nothing, and asks again some day.
      if Int.random(in: 0..<4, using: &generator) == 0 { continue }
      replicas[index].apply(request, response)
    }
    for request in sent.shuffled(using: &generator) {
      let replay = try await test.store.sync(LibrarySyncRequest(after: nil, mutations: request.mutations), for: reader)
      #expect(replay.results.allSatisfy { $0.status == .same || $0.status == .superseded }, "seed \(seed)")
    }
    let truth = Dictionary(
      uniqueKeysWithValues: try await walk(test, reader, limit: nil, empty: false).flatMap(\.changes).map {
        ($0.id, $0)
      })
    for index in replicas.indices {
      var more = true
      while more {
        let request = Samples.push([], after: replicas[index].cursor, limit: 2)
        let response = try await test.store.sync(request, for: reader)
        replicas[index].apply(request, response)
        more = response.more
      }
      #expect(replicas[index].stamps == truth.mapValues(\.stamp), "seed \(seed)")
    }
  }

  @Test func `waiting pushes of many devices are all answered, each under its own seq`() async throws {
    let test = try TestStore(.wal)
    var readers: [ReaderID] = []
    for _ in 0..<4 { readers.append(try await test.newReader()) }
    let known = readers
    let results = try await withThrowingTaskGroup(of: MutationResult.Status?.self) { group in
      for number in 0..<200 {
        group.addTask {
          // Every tenth push fails, and takes no other with it.
          let reader = number % 10 == 9 ? ReaderID.random() : known[number % 4]
          do {
            return try await test.store.sync(Samples.push([Samples.mutation(1, "a-\(number)")]), for: reader)
              .results.first?.status
          } catch StoreError.unknownReader {
            return nil
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.filter { $0 == .applied }.count == 180 && results.filter { $0 == nil }.count == 20)
    var records = 0
    for reader in readers {
      let changes = try await walk(test, reader, limit: nil, empty: false).flatMap(\.changes)
      records += changes.count
      #expect(changes.compactMap(\.seq) == Array(1...Int64(changes.count)))
    }
    #expect(records == 180)
  }

  /// A device's copy of a library: the highest rank of what it heard.
  private struct Replica {
    var cursor: Cursor?
    var stamps: [String: Stamp] = [:]

    mutating func apply(_ request: LibrarySyncRequest, _ response: LibrarySyncResponse) {
      for (mutation, result) in zip(request.mutations, response.results) where result.status == .applied {
        raise(mutation.id, Stamp(mutation.stamp))
      }
      for winner in response.results.compactMap(\.winner) { raise(winner.id, winner.stamp) }
      for record in response.changes { raise(record.id, record.stamp) }
      cursor = response.cursor
    }

    private mutating func raise(_ id: String, _ stamp: Stamp?) {
      guard let stamp else { return }
      stamps[id] = max(stamps[id] ?? stamp, stamp)
    }
  }

  private func page(
    _ test: TestStore, _ reader: ReaderID, after: Cursor?, empty: Bool = false, limit: Int? = nil
  ) async throws -> LibraryPage {
    try await test.store.libraryPage(after: after, empty: empty, limit: limit, for: reader)
  }

  private func walk(
    _ test: TestStore, _ reader: ReaderID, limit: Int?, empty: Bool = false, from start: LibraryPage? = nil
  ) async throws -> [LibraryPage] {
    var pages = [try await page(test, reader, after: start?.cursor, empty: start == nil && empty, limit: limit)]
    while let last = pages.last, last.more {
      pages.append(try await page(test, reader, after: last.cursor, limit: limit))
    }
    return pages
  }
}
