import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import StorylineTestSupport
import Testing

@testable import StorylineStore

@Suite struct LibraryTests {
  @Test(arguments: StoreKind.allCases)
  func `a mark of one device reaches another of the same reader, byte for byte`(kind: StoreKind) async throws {
    let test = try TestStore(kind)
    let reader = try await test.newReader()
    let payload = "{\"read\" : true,\"x\":1.10,\"u\":\"\\u0041é\"}"
    let pushed = try await sync(test, reader, [Samples.mutation(7, payload: payload)])
    #expect(pushed.results.map(\.m) == [7] && statuses(pushed) == [.applied])
    #expect(pushed.changes.isEmpty && !pushed.more && pushed.now == test.clock.now())
    let pulled = try await pull(test, reader)
    #expect(pulled.changes.map(\.payload) == [payload] && pulled.changes.map(\.seq) == [1])
    #expect(pulled.cursor == pushed.cursor && pulled.epoch == pushed.epoch)
  }

  @Test func `the same version again is the same, and the head stays`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    let mutations = [Samples.mutation(1, "a"), Samples.mutation(2, "b", deleted: true)]
    let first = try await sync(test, reader, mutations)
    let second = try await sync(test, reader, mutations.reversed())
    #expect(statuses(first) == [.applied, .applied])
    #expect(statuses(second) == [.same, .same])
    #expect(second.cursor == first.cursor)
    let log = try await test.writer.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM commit_log") }
    #expect(log == 1)
  }

  @Test func `a lower stamp is superseded by the winner, which comes along`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    try await sync(test, reader, [Samples.mutation(1, at: 100, payload: "winner")])
    let response = try await sync(test, reader, [Samples.mutation(1, at: 99, payload: "loser")])
    #expect(statuses(response) == [.superseded])
    let winner = try #require(response.results.first?.winner)
    #expect(
      winner.payload == "winner" && winner.seq == 1 && winner.stamp.description == Samples.mutation(1, at: 100).stamp)
  }

  @Test(arguments: StoreKind.allCases)
  func `a guarded version goes over nothing that is newer than its base`(kind: StoreKind) async throws {
    let test = try TestStore(kind)
    let reader = try await test.newReader()
    let stamps = [10, 20, 30, 40].map { Samples.mutation(1, at: Int64($0)).stamp }
    func guarded(at time: Int64, base: String?, deleted: Bool = false) -> Mutation {
      var mutation = Samples.mutation(1, at: time, payload: "\(time)", deleted: deleted)
      (mutation.base, mutation.guarded) = (base, true)
      return mutation
    }
    #expect(statuses(try await sync(test, reader, [guarded(at: 20, base: nil)])) == [.applied])
    let head = try await pull(test, reader).cursor
    // Unseen, or an older one seen; a deletion asks no less.
    for refused in [
      guarded(at: 40, base: nil), guarded(at: 40, base: stamps[0]), guarded(at: 40, base: stamps[0], deleted: true),
    ] {
      let result = try #require(try await sync(test, reader, [refused]).results.first)
      #expect(result.status == .conflict)
      #expect(result.winner?.payload == "20" && result.winner?.stamp.description == stamps[1])
    }
    #expect(try await pull(test, reader).cursor == head)
    // Itself once more, one of lower rank, and bases that are the stored version or newer.
    #expect(statuses(try await sync(test, reader, [guarded(at: 20, base: nil)])) == [.same])
    #expect(statuses(try await sync(test, reader, [guarded(at: 10, base: nil)])) == [.superseded])
    #expect(statuses(try await sync(test, reader, [guarded(at: 30, base: stamps[1])])) == [.applied])
    #expect(statuses(try await sync(test, reader, [guarded(at: 40, base: stamps[3], deleted: true)])) == [.applied])
    // Over a deletion anything goes, and who does not ask is not guarded.
    #expect(statuses(try await sync(test, reader, [guarded(at: 50, base: stamps[0])])) == [.applied])
    #expect(statuses(try await sync(test, reader, [Samples.mutation(1, at: 60)])) == [.applied])
  }

  @Test(arguments: [false, true])
  func `equal stamps go to the deletion, then to the larger hash, whichever came first`(reversed: Bool) async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    // SHA-256 of "1" begins with 6b, of "2" with d4, of "3" with 4e.
    let versions = ["3", "1", "2"].map { Samples.mutation(1, payload: $0) } + [Samples.mutation(1, deleted: true)]
    for version in reversed ? versions.reversed() : versions { try await sync(test, reader, [version]) }
    #expect(try await pull(test, reader).changes.map(\.deleted) == [true])
    let other = try await test.newReader()
    for version in reversed ? versions.dropLast().reversed() : versions.dropLast() {
      try await sync(test, other, [version])
    }
    #expect(try await pull(test, other).changes.map(\.payload) == ["2"])
  }

  @Test func `a stamp too far ahead is refused until it is stamped anew`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    let response = try await sync(
      test, reader, [Samples.mutation(1, "a", at: 60_000), Samples.mutation(2, "b", at: 60_001)])
    #expect(statuses(response) == [.applied, .clockAhead])
    // Now 60 s is the library's highest time: one second above it is fine, more is not, within one request too.
    let next = try await sync(
      test, reader,
      [
        Samples.mutation(1, "c", at: 61_000), Samples.mutation(2, "d", at: 61_001),
        Samples.mutation(3, "e", at: 62_000),
      ])
    #expect(statuses(next) == [.applied, .clockAhead, .clockAhead])
  }

  @Test func `a server clock that goes back refuses nothing that it took before`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    try await sync(test, reader, [Samples.mutation(1, "a", at: 0)])
    test.clock.advance(milliseconds: -3_600_000)
    #expect(statuses(try await sync(test, reader, [Samples.mutation(1, "b", at: 59_000)])) == [.applied])
  }

  @Test func `a library that a wrong server clock poisoned lives on`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    let years: Int64 = 14 * 365 * 86_400_000
    test.clock.advance(milliseconds: years)
    try await sync(test, reader, [Samples.mutation(1, "a", at: years + 30_000)])
    test.clock.advance(milliseconds: -years)
    #expect(statuses(try await sync(test, reader, [Samples.mutation(1, "a", at: years + 31_000)])) == [.applied])
    let other = try await test.newReader()
    #expect(statuses(try await sync(test, other, [Samples.mutation(1, "a", at: years)])) == [.clockAhead])
  }

  @Test func `each malformed mutation is rejected with its problem, and the others go on`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    let good = Samples.mutation(0, "good")
    var bad: [Mutation] = []
    for text in ["", "Read", "1read", String(repeating: "k", count: 33), "läs"] {
      bad.append(changed(good) { $0.kind = LibraryKind(rawValue: text) })
    }
    for text in ["", "a b", "ä", "a\n", String(repeating: "i", count: 129)] {
      bad.append(changed(good) { $0.id = text })
    }
    for text in ["", "x", good.stamp + "0", good.stamp.uppercased() + " ", "-1"] {
      bad.append(changed(good) { $0.stamp = text })
    }
    for text in ["", "AES", "json;x"] { bad.append(changed(good) { $0.enc = text }) }
    bad.append(changed(good) { $0.payload = nil })
    bad.append(changed(good) { $0.payload = "a\u{0}b" })
    bad.append(changed(good) { $0.deleted = true })
    let response = try await sync(test, reader, bad + [good])
    #expect(response.results.dropLast().allSatisfy { $0.status == .rejected && $0.problem?.code == .mutationInvalid })
    #expect(response.results.last?.status == .applied)
    #expect(try await pull(test, reader).changes.map(\.id) == ["good"])
  }

  @Test func `a payload over the limit is rejected and one at the limit is not`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    let limit = test.options.limits.payloadBytes
    let response = try await sync(
      test, reader,
      [
        Samples.mutation(1, "a", payload: String(repeating: "x", count: limit)),
        Samples.mutation(2, "b", payload: String(repeating: "ä", count: limit / 2) + "x"),
      ])
    #expect(statuses(response) == [.applied, .rejected])
    #expect(response.results.last?.problem?.code == .payloadTooLarge)
    #expect(response.results.last?.problem?.limit == limit)
  }

  @Test func `edge case 36: a full library takes no more records, and deletions always`() async throws {
    var limits = ServiceLimits()
    limits.libraryRecords = 2
    let test = try TestStore(limits: limits)
    let reader = try await test.newReader()
    let response = try await sync(
      test, reader, [Samples.mutation(1, "a"), Samples.mutation(2, "b"), Samples.mutation(3, "c")])
    #expect(statuses(response) == [.applied, .applied, .rejected])
    let problem = response.results.last?.problem
    #expect(problem?.code == .quotaExceeded && problem?.limit == 2 && problem?.used == 2)
    let next = try await sync(
      test, reader,
      [
        Samples.mutation(1, "unknown", at: 1, deleted: true), Samples.mutation(2, "a", at: 1, payload: "changed"),
        Samples.mutation(3, "b", at: 1, deleted: true), Samples.mutation(4, "c", at: 1),
        Samples.mutation(5, "d", at: 1), Samples.mutation(6, "b", at: 2),
      ])
    #expect(statuses(next) == [.applied, .applied, .applied, .applied, .rejected, .rejected])
  }

  @Test func `a library full of bytes takes what makes it smaller`() async throws {
    var limits = ServiceLimits()
    limits.libraryBytes = 100
    let test = try TestStore(limits: limits)
    let reader = try await test.newReader()
    let text = { String(repeating: "x", count: $0) }
    let response = try await sync(
      test, reader,
      [
        Samples.mutation(1, "a", payload: text(60)), Samples.mutation(2, "b", payload: text(41)),
        Samples.mutation(3, "b", payload: text(40)), Samples.mutation(4, "a", at: 1, payload: text(61)),
        Samples.mutation(5, "a", at: 1, payload: text(59)), Samples.mutation(6, "c", payload: text(1)),
        Samples.mutation(7, "d", payload: text(1)),
      ])
    #expect(
      statuses(response) == [.applied, .rejected, .applied, .rejected, .applied, .applied, .rejected])
    let use = try await test.writer.read {
      try String.fetchOne($0, sql: "SELECT live_records || ' ' || live_bytes FROM stream WHERE kind = 'library'")
    }
    #expect(use == "3 100")
  }

  @Test func `two mutations of one record in one request count in their order`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    let response = try await sync(
      test, reader,
      [
        Samples.mutation(1, at: 1, payload: "one"), Samples.mutation(2, at: 3, payload: "three"),
        Samples.mutation(3, at: 2, payload: "two"), Samples.mutation(4, at: 3, payload: "three"),
      ])
    #expect(statuses(response) == [.applied, .applied, .superseded, .same])
    #expect(try await pull(test, reader).changes.map(\.payload) == ["three"])
  }

  @Test func `two readers do not see each other's libraries`() async throws {
    let test = try TestStore()
    let (one, two) = (try await test.newReader(), try await test.newReader())
    try await sync(test, one, [Samples.mutation(1, "mine", payload: "of one")])
    try await sync(test, two, [Samples.mutation(1, "mine", payload: "of two")])
    #expect(try await pull(test, one).changes.map(\.payload) == ["of one"])
    #expect(try await pull(test, two).changes.map(\.payload) == ["of two"])
  }

  @Test func `a reader who does not exist has no library`() async throws {
    let test = try TestStore()
    await #expect(throws: StoreError.unknownReader) { try await pull(test, .random()) }
    await #expect(throws: StoreError.unknownReader) { try await sync(test, .random(), [Samples.mutation(1)]) }
  }

  @Test func `an invalid cursor stops a push before anything is applied`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    await #expect(throws: StoreError.self) {
      try await test.store.sync(Samples.push([Samples.mutation(1)], after: .start), for: reader)
    }
    #expect(try await pull(test, reader).changes.isEmpty)
  }

  @Test func `more mutations than the limit are refused together`() async throws {
    var limits = ServiceLimits()
    limits.mutationsPerRequest = 2
    let test = try TestStore(limits: limits)
    let reader = try await test.newReader()
    await #expect(throws: StoreError.tooManyMutations(limit: 2)) {
      try await sync(test, reader, (1...3).map { Samples.mutation($0, "a-\($0)") })
    }
    #expect(try await pull(test, reader).changes.isEmpty)
  }

  @discardableResult
  private func sync(_ test: TestStore, _ reader: ReaderID, _ mutations: [Mutation]) async throws -> LibrarySyncResponse
  {
    try await test.store.sync(Samples.push(mutations), for: reader)
  }

  private func pull(_ test: TestStore, _ reader: ReaderID) async throws -> LibraryPage {
    try await test.store.libraryPage(after: nil, empty: false, limit: nil, for: reader)
  }

  private func statuses(_ response: LibrarySyncResponse) -> [MutationResult.Status] { response.results.map(\.status) }

  private func changed(_ mutation: Mutation, _ change: (inout Mutation) -> Void) -> Mutation {
    var mutation = mutation
    change(&mutation)
    return mutation
  }
}
