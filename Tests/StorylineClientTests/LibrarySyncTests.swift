import Foundation
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

struct LibrarySyncTests {
  private let read = LibraryKey(kind: .read, id: "a1")
  private let note = LibraryKey(kind: .note, id: "n1")

  /// A world with one article, and two devices that have it.
  private func pair() async throws -> (World, Replica, Replica) {
    let world = try await World()
    try await world.publish(Sample.story, Sample.article("a1"))
    let (first, second) = (try world.replica(node: 1), try world.replica(node: 2))
    for replica in [first, second] { _ = try await world.engine(replica).sync() }
    return (world, first, second)
  }

  @Test func `a mark made offline reaches the other device`() async throws {
    let (world, first, second) = try await pair()
    try first.setRead(true, article: "a1")
    let report = try await world.engine(first).sync()
    #expect(report.pushed == 1)
    #expect(try first.status().pending == 0)
    _ = try await world.engine(second).sync()
    #expect(try second.articles().first?.isRead == true)
    #expect(
      try second.record(read)
        == first.record(read).map {
          var record = $0; record.seq = try second.record(read)?.seq; return record
        })
  }

  @Test func `only a replica that holds nothing does without the deletions`() async throws {
    let (world, first, _) = try await pair()
    try first.write(Follow(on: true), id: "gone")
    try first.remove(LibraryKey(kind: .follow, id: "gone"))
    _ = try await world.engine(first).sync()
    let (empty, holding) = (try world.replica(node: 3), try world.replica(node: 4))
    try holding.write(Follow(on: true), id: "other")
    for replica in [empty, holding] { _ = try await world.engine(replica).sync() }
    #expect(try empty.records().isEmpty)
    #expect(try holding.record(LibraryKey(kind: .follow, id: "gone"))?.deleted == true)
  }

  @Test func `the later of two edits wins on both devices`() async throws {
    let (world, first, second) = try await pair()
    try first.setSaved(true, article: "a1")
    world.clock.advance(milliseconds: 10)
    try second.setSaved(true, article: "a1")
    try second.setSaved(false, article: "a1")
    for replica in [second, first, second] { _ = try await world.engine(replica).sync() }
    #expect(try first.articles().first?.isSaved == false)
    #expect(try second.articles().first?.isSaved == false)
    #expect(try first.status().pending == 0)
  }

  @Test func `edge case 1: a lost reply is answered as the same the next time`() async throws {
    let (world, first, _) = try await pair()
    try first.setRead(true, article: "a1")
    let faulty = FaultyTransport(world.transport, faults: [.loseReply])
    _ = try await world.engine(first, faulty).sync()
    #expect(try first.status().pending == 0)
    #expect(try await world.store.libraryHead(of: world.credentials) == 1)
  }

  @Test func `edge case 2: an edit made while its push is under way stays in the outbox and goes out next`()
    async throws
  {
    let (world, first, second) = try await pair()
    try first.setRead(true, article: "a1")
    let faulty = FaultyTransport(world.transport)
    let once = Once()
    faulty.onSend { request in
      guard request.path == Route.librarySync.path, once.isFirst() else { return }
      world.clock.advance(milliseconds: 1)
      #expect(throws: Never.self) { try first.setRead(false, article: "a1") }
    }
    _ = try await world.engine(first, faulty).sync()
    #expect(try first.status().pending == 0)
    _ = try await world.engine(second).sync()
    #expect(try second.record(read)?.decoded(as: ReadMark.self)?.read == false)
    #expect(faulty.requests.filter { $0.path == Route.librarySync.path }.count == 2)
  }

  @Test func `edge case 3: a server row of lower rank does not undo a pending edit`() async throws {
    let (world, first, second) = try await pair()
    try second.setRead(false, article: "a1")
    _ = try await world.engine(second).sync()
    world.clock.advance(milliseconds: 10)
    try first.setRead(true, article: "a1")
    let (pulled, _) = try await pullOnly(world, first)
    #expect(pulled == 1)
    #expect(try first.articles().first?.isRead == true)
    #expect(try first.status().pending == 1)
  }

  /// Pulls with the outbox held back, as happens when a page comes while an edit is being made.
  private func pullOnly(_ world: World, _ replica: Replica) async throws -> (rows: Int, LibraryOutcome) {
    var preparation = PrepareLibraryRequest(limits: ServiceLimits(), batch: 0, held: [], wall: world.clock.now())
    let request = try replica.storage.read { try preparation.run(in: $0) }
    preparation = PrepareLibraryRequest(limits: ServiceLimits(), batch: 0, held: [], wall: world.clock.now())
    let reader = try #require(ReaderID(world.credentials.accountID))
    let response = try await world.store.sync(request.body, for: reader)
    let outcome = try replica.storage.write {
      try ApplyLibraryResponse(
        request: request, response: response, held: [], sentAt: world.clock.now(), receivedAt: world.clock.now()
      ).run(in: $0)
    }
    return (response.changes.count, outcome)
  }

  @Test func `edge case 4: a clock three years ahead is learned, and its edits keep their order`() async throws {
    let (world, first, second) = try await pair()
    let fast = ManualClock(world.clock.now().advanced(byMilliseconds: 3 * 365 * 86_400_000))
    let wrong = Replica(storage: first.storage, now: fast.now)
    for id in 0..<200 {
      fast.advance(milliseconds: 1)
      try wrong.write(Follow(on: true), id: "e\(id)")
    }
    let faulty = FaultyTransport(world.transport)
    let report = try await world.engine(wrong, faulty, clock: fast).sync()
    #expect(report.pushed == 200)
    #expect(faulty.requests.filter { $0.path == Route.librarySync.path }.count == 2)
    _ = try await world.engine(second).sync()
    let stamps = try (0..<200).map { try #require(try second.record(LibraryKey(kind: .follow, id: "e\($0)"))).stamp }
    #expect(stamps == stamps.sorted())
    let latest = UInt64(world.clock.now().milliseconds) + 60_000
    #expect(stamps.allSatisfy { $0.physical <= latest })
    // The offset is known now: no second round the next time.
    try wrong.write(Follow(on: false), id: "e0")
    let next = FaultyTransport(world.transport)
    _ = try await world.engine(wrong, next, clock: fast).sync()
    #expect(next.requests.filter { $0.path == Route.librarySync.path }.count == 1)
  }

  @Test func `edge case 5: a clock at 1970 still overwrites what its reader saw`() async throws {
    let (world, first, second) = try await pair()
    try first.setSaved(true, article: "a1")
    for replica in [first, second] { _ = try await world.engine(replica).sync() }
    let dead = Replica(storage: second.storage, now: { Timestamp(milliseconds: 0) })
    try dead.setSaved(false, article: "a1")
    for replica in [second, first] { _ = try await world.engine(replica).sync() }
    #expect(try first.articles().first?.isSaved == false)
  }

  @Test func `edge case 37: one bad mutation goes to quarantine and the others go through`() async throws {
    let (world, first, _) = try await pair()
    try first.write(Note(text: String(repeating: "x", count: 20_000)), id: "too-large")
    try first.setRead(true, article: "a1")
    let report = try await world.engine(first).sync()
    #expect(report.pushed == 1)
    #expect(report.rejected == 1)
    #expect(try first.status().pending == 0)
    #expect(try first.quarantined().map(\.record.id) == ["too-large"])
    #expect(try first.quarantined().first?.problem.code == .payloadTooLarge)
    // Edited to an acceptable size it goes out.
    try first.write(Note(text: "short"), id: "too-large")
    #expect(try first.quarantined().isEmpty)
    #expect(try await world.engine(first).sync().pushed == 1)
  }

  @Test func `what was refused can be let out again`() async throws {
    let (world, first, _) = try await pair()
    try first.write(Note(text: String(repeating: "x", count: 20_000)), id: "n")
    _ = try await world.engine(first).sync()
    try first.retryQuarantined()
    #expect(try first.status().pending == 1)
    #expect(try first.quarantined().isEmpty)
  }

  @Test func `many edits go out in requests of the size that the server takes`() async throws {
    let (world, first, second) = try await pair()
    for id in 0..<57 { try first.write(Follow(on: true), id: "e\(id)") }
    let faulty = FaultyTransport(world.transport)
    _ = try await world.engine(first, faulty, limits: .small(mutations: 10, rows: 7)).sync()
    #expect(faulty.requests.filter { $0.path == Route.librarySync.path }.count == 6)
    let report = try await world.engine(second, limits: .small(rows: 7)).sync()
    #expect(report.libraryChanged == 57)
  }

  @Test func `a request that the server finds too large is halved until it fits`() async throws {
    let clock = ManualClock()
    var limits = ServiceLimits()
    limits.mutationsPerRequest = 10
    let world = try await World(limits: limits, clock: clock)
    let replica = try world.replica()
    for id in 0..<35 { try replica.write(Follow(on: true), id: "e\(id)") }
    #expect(try await world.engine(replica).sync().pushed == 35)
  }

  @Test func `edge case 40: members that this version does not know survive an edit, numbers as they were written`()
    async throws
  {
    let (world, first, _) = try await pair()
    let payload = #"{"x":{"deep":[1.10,9007199254740993]},"read":false,"mood":"calm"}"#
    let stamp = Stamp(physical: UInt64(world.clock.now().milliseconds), counter: 0, node: 42)
    let mutation = Mutation(m: 1, kind: .read, id: "a1", stamp: stamp.description, payload: payload)
    let reader = try #require(ReaderID(world.credentials.accountID))
    _ = try await world.store.sync(LibrarySyncRequest(after: nil, mutations: [mutation]), for: reader)
    _ = try await world.engine(first).sync()
    #expect(try first.record(read)?.payload == payload)
    try first.setRead(true, article: "a1")
    let edited = try #require(try first.record(read)?.payload)
    #expect(edited.hasPrefix(#"{"x":{"deep":[1.10,9007199254740993]},"read":true,"mood":"calm""#))
  }

  @Test func `a payload of a newer encoding is kept, passed on and not edited`() async throws {
    let (world, first, _) = try await pair()
    let stamp = Stamp(physical: UInt64(world.clock.now().milliseconds), counter: 0, node: 42)
    let mutation = Mutation(m: 1, kind: .read, id: "a1", stamp: stamp.description, enc: "aead1", payload: "c2VhbGVk")
    let reader = try #require(ReaderID(world.credentials.accountID))
    _ = try await world.store.sync(LibrarySyncRequest(after: nil, mutations: [mutation]), for: reader)
    _ = try await world.engine(first).sync()
    #expect(try first.record(read)?.payload == "c2VhbGVk")
    #expect(throws: ReplicaError.sealed(read, encoding: "aead1")) { try first.setRead(true, article: "a1") }
  }

  @Test func `edge case 32: the loser of two notes is kept as a copy on every device`() async throws {
    let (world, first, second) = try await pair()
    try first.write(Note(text: "base"), id: "n1")
    for replica in [first, second] { _ = try await world.engine(replica).sync() }
    try first.write(Note(text: "from the first"), id: "n1")
    world.clock.advance(milliseconds: 10)
    try second.write(Note(text: "from the second"), id: "n1")
    for replica in [second, first, second] { _ = try await world.engine(replica).sync() }
    for replica in [first, second] {
      let notes = try replica.records().compactMap { $0.decoded(as: Note.self) }
      #expect(Set(notes.map(\.text)) == ["from the first", "from the second"])
      #expect(try replica.record(note)?.decoded(as: Note.self)?.text == "from the second")
      #expect(notes.first { $0.text == "from the first" }?.conflictOf == "n1")
    }
  }

  @Test func `edge case 32: a note that lost with the same text, or was seen, leaves no copy`() async throws {
    let (world, first, second) = try await pair()
    try first.write(Note(text: "same"), id: "n1")
    world.clock.advance(milliseconds: 10)
    try second.write(Note(text: "same"), id: "n1")
    for replica in [second, first] { _ = try await world.engine(replica).sync() }
    try second.write(Note(text: "next"), id: "n1")
    for replica in [second, first, second] { _ = try await world.engine(replica).sync() }
    #expect(try first.records().filter { $0.kind == .note }.count == 1)
    #expect(try second.records().filter { $0.kind == .note }.count == 1)
  }

  @Test func `edge case 38: another account's credentials do not push, and send nothing`() async throws {
    let (world, first, _) = try await pair()
    try first.setRead(true, article: "a1")
    let other = try await World.enrol(in: world.store)
    let faulty = FaultyTransport(world.transport)
    let error = await #expect(throws: SyncError.self) {
      try await world.engine(first, faulty, credentials: other).sync()
    }
    guard case .otherAccount = error else { Issue.record("\(String(describing: error))"); return }
    #expect(faulty.requests.isEmpty)
    #expect(try first.status().pending == 1)
    #expect(try await world.engine(first).sync().pushed == 1)
  }

  @Test func `edge case 38: a token that is not accepted asks to sign in and keeps the outbox`() async throws {
    let (world, first, _) = try await pair()
    try first.setRead(true, article: "a1")
    var expired = world.credentials
    expired.accessToken = "sla_no"
    let error = await #expect(throws: SyncError.self) {
      try await world.engine(first, credentials: expired).sync()
    }
    guard case .signInNeeded = error else { Issue.record("\(String(describing: error))"); return }
    #expect(try first.status().pending == 1)
  }

  @Test func `edge case 42: a page that another process overtook is dropped, but its results count`() async throws {
    let (world, first, second) = try await pair()
    try second.setSaved(true, article: "a1")
    _ = try await world.engine(second).sync()
    try first.setRead(true, article: "a1")
    let faulty = FaultyTransport(world.transport)
    let once = Once()
    faulty.onSend { request in
      guard request.path == Route.librarySync.path, once.isFirst() else { return }
      #expect(throws: Never.self) {
        try first.storage.write { db in
          var stream = try StreamRow.fetch(.library, in: db)
          stream.cursor = nil
          try stream.save(in: db)
        }
      }
    }
    _ = try await world.engine(first, faulty).sync()
    #expect(try first.status().pending == 0)
    #expect(try first.articles().first?.isSaved == true)
  }
}

/// True once.
final class Once: @unchecked Sendable {
  private let lock = NSLock()
  private var isUsed = false

  func isFirst() -> Bool {
    lock.withLock {
      defer { isUsed = true }
      return !isUsed
    }
  }
}

extension StoryStore {
  /// The highest seq that any record of this reader has.
  func libraryHead(of credentials: Credentials) async throws -> Int64 {
    let reader = try #require(ReaderID(credentials.accountID))
    let page = try await libraryPage(after: nil, empty: false, limit: nil, for: reader)
    return page.changes.compactMap(\.seq).max() ?? 0
  }
}
