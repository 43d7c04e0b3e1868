import Foundation
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// What the engine does when the network, somebody in between, or the server does not behave.
struct FaultTests {
  /// A world with three articles in three pages, and a device with one mark to push.
  private func world() async throws -> (World, Replica) {
    var limits = ServiceLimits()
    limits.pageRows = 2
    let world = try await World(limits: limits)
    try await world.publish(Sample.story, Sample.source)
    for day in 1...3 {
      try await world.publish(
        Sample.article(Identifier("a\(day)"), day: day), Sample.event(Identifier("e\(day)"), article: "a1"))
    }
    let replica = try world.replica()
    try replica.write(Follow(on: true), id: "e1")
    return (world, replica)
  }

  private func expectComplete(_ replica: Replica) throws {
    #expect(try replica.articles().map(\.id) == ["a3", "a2", "a1"])
    #expect(try replica.status().pending == 0)
  }

  @Test(
    arguments: [
      Fault.loseRequest, .loseReply, .duplicate, .portal, .status(503), .status(500), .status(408),
      .status(425), .status(429, retryAfter: 3), .status(302), .cut(after: 0), .cut(after: 20), .cut(after: 100),
    ],
    0..<5)
  func `one fault at any place is got over within one sync`(fault: Fault, place: Int) async throws {
    let (world, replica) = try await world()
    let faulty = FaultyTransport(world.transport) { number, _ in number == place ? fault : .none }
    _ = try await world.engine(replica, faulty).sync()
    try expectComplete(replica)
    #expect(try await world.store.libraryHead(of: world.credentials) == 1)
  }

  /// Invariants I5 and I13: whatever byte a reply ends at, nothing of it is applied and the next sync repairs all.
  @Test func `edge case 22: a page that is cut after any byte changes nothing`() async throws {
    let (world, replica) = try await world()
    let whole = try await world.store.contentPage(after: .start).body
    for count in 0..<whole.count {
      #expect(throws: (any Error).self) { try ContentPage(parsing: whole.prefix(count)) }
    }
    for count in stride(from: 0, to: whole.count, by: 13) {
      let faulty = FaultyTransport(world.transport) { _, request in
        request.method == .get ? .cut(after: count) : .none
      }
      let error = await #expect(throws: SyncError.self) {
        try await world.engine(replica, faulty, limits: .small(retries: 0)).sync()
      }
      guard case .damagedReply = error else { Issue.record("cut after \(count): \(String(describing: error))"); return }
      #expect(try replica.status().hasContent == false, "cut after \(count)")
    }
    _ = try await world.engine(replica).sync()
    try expectComplete(replica)
  }

  @Test func `a library reply that is cut after any byte loses nothing and doubles nothing`() async throws {
    let (world, replica) = try await world()
    let reader = try #require(ReaderID(world.credentials.accountID))
    for count in stride(from: 0, to: 400, by: 7) {
      try replica.write(Follow(on: count % 2 == 0), id: "e1")
      let faulty = FaultyTransport(world.transport) { _, request in
        request.method == .post ? .cut(after: count) : .none
      }
      do {
        _ = try await world.engine(replica, faulty, limits: .small(retries: 0)).sync()
      } catch SyncError.damagedReply {
        // Cut before its end.
      }
      #expect(try replica.record(LibraryKey(kind: .follow, id: "e1"))?.decoded(as: Follow.self)?.on == (count % 2 == 0))
    }
    _ = try await world.engine(replica).sync()
    let page = try await world.store.libraryPage(after: nil, empty: false, limit: nil, for: reader)
    #expect(page.changes.map(\.payload) == (try replica.records().map(\.payload)))
    try expectComplete(replica)
  }

  @Test func `the library goes through when the content does not, and the other way round`() async throws {
    let (world, replica) = try await world()
    let noContent = FaultyTransport(world.transport) { _, request in request.method == .get ? .status(500) : .none }
    await #expect(throws: SyncError.self) { try await world.engine(replica, noContent).sync() }
    #expect(try replica.status().pending == 0)
    try replica.write(Follow(on: false), id: "e1")
    let noLibrary = FaultyTransport(world.transport) { _, request in request.method == .post ? .status(500) : .none }
    await #expect(throws: SyncError.self) { try await world.engine(replica, noLibrary).sync() }
    #expect(try replica.articles().count == 3)
    #expect(try replica.status().pending == 1)
    #expect(try replica.status().lastSyncedAt == nil)
  }

  @Test func `offline it repeats a few times with growing random waits, and then says so`() async throws {
    let (world, replica) = try await world()
    let faulty = FaultyTransport(world.transport) { _, _ in .loseRequest }
    await #expect(throws: SyncError.offline("the request was lost")) {
      try await world.engine(replica, faulty, limits: .small(retries: 3)).sync()
    }
    // Half of 1, 2 and 4 seconds: the test's random bits are half of all.
    #expect(world.clock.sleeps == [.seconds(0.5), .seconds(1), .seconds(2)])
    #expect(faulty.requests.count == 5)
  }

  @Test func `Retry-After is waited for, and a long one is handed to the app`() async throws {
    let (world, replica) = try await world()
    let short = FaultyTransport(world.transport, faults: [.status(429, retryAfter: 7)])
    _ = try await world.engine(replica, short).sync()
    #expect(world.clock.sleeps == [.seconds(7.5)])
    try replica.write(Follow(on: false), id: "e1")
    let long = FaultyTransport(world.transport) { _, _ in .status(503, retryAfter: 3600) }
    await #expect(throws: SyncError.wait(seconds: 3600)) { try await world.engine(replica, long).sync() }
    #expect(world.clock.sleeps.count == 1)
  }

  @Test(arguments: [400, 403, 404, 405, 409, 413, 415, 451])
  func `other refusals are not repeated`(status: Int) async throws {
    let (world, replica) = try await world()
    let faulty = FaultyTransport(world.transport) { _, request in request.method == .get ? .status(status) : .none }
    let error = await #expect(throws: SyncError.self) { try await world.engine(replica, faulty).sync() }
    guard case .problem(let problem) = error else { Issue.record("\(String(describing: error))"); return }
    #expect(problem.status == status)
    let paths = faulty.requests.map(\.path)
    #expect(paths.count == Set(paths).count)
  }

  @Test func `an untrusted certificate ends the sync at once`() async throws {
    let (world, replica) = try await world()
    let faulty = FaultyTransport(world.transport) { _, _ in .untrusted }
    await #expect(throws: SyncError.untrusted("made up by a test")) { try await world.engine(replica, faulty).sync() }
    #expect(faulty.requests.count == 1)
  }

  @Test func `a server that finds the app too old says so`() async throws {
    let (world, replica) = try await world()
    let problem = Problem(.clientTooOld, detail: "version 2 is needed", minClient: "2")
    let body = try StorylineJSON.encode(problem)
    let canned = CannedTransport([
      TransportResponse(status: 400, headers: ["content-type": "application/problem+json"], body: body)
    ])
    await #expect(throws: SyncError.updateApp("The app is too old for this server: version 2 is needed")) {
      try await world.engine(replica, canned).sync()
    }
    #expect(try replica.status().pending == 1)
  }

  @Test func `a stale page of a cache delays and never harms`() async throws {
    let (world, replica) = try await world()
    let caching = FaultyTransport(world.transport) { _, request in request.method == .get ? .stale : .none }
    _ = try await world.engine(replica, caching).sync()
    try expectComplete(replica)
    try await world.publish(Sample.article("a1", "Changed"), remove: .init(kind: .article, id: "a2"))
    let other = try world.replica(node: 2)
    // A second device through the same cache gets the old pages first, and the truth at their end.
    _ = try await world.engine(other, caching).sync()
    _ = try await world.engine(other).sync()
    _ = try await world.engine(replica).sync()
    #expect(try other.articles() == replica.articles())
    #expect(try other.articles().map(\.headline) == ["Allies meet", "Changed"])
  }

  @Test func `a page that leads to itself is damaged and does not turn in a circle`() async throws {
    let (world, replica) = try await world()
    _ = try await world.engine(replica).sync()
    let head = try await world.store.contentHead()
    let page = try ContentPage.wire(
      epoch: head.epoch, after: head.cursor, cursor: head.cursor, more: true, rows: [])
    let ours = world.transport
    let loop = RoutedTransport { request in
      guard request.method == .get else { return try await ours.send(request) }
      return TransportResponse(status: 200, headers: ["content-type": "application/json"], body: page)
    }
    let error = await #expect(throws: SyncError.self) { try await world.engine(replica, loop).sync() }
    guard case .damagedReply = error else { Issue.record("\(String(describing: error))"); return }
  }

  @Test(arguments: [Problem.Code.epochChanged, .cursorExpired, .cursorInvalid])
  func `a server that refuses every cursor is given up in a bounded number of requests`(
    code: Problem.Code
  ) async throws {
    let (world, replica) = try await world()
    _ = try await world.engine(replica).sync()
    let body = try StorylineJSON.encode(Problem(code, reasons: ["restored"]))
    let refusing = FaultyTransport(
      RoutedTransport { _ in
        TransportResponse(
          status: code.status, headers: ["content-type": "application/problem+json"], body: body)
      })
    await #expect(throws: SyncError.self) { try await world.engine(replica, refusing).sync() }
    #expect(refusing.requests.count <= 12)
    // All of it is still there, and the next sync with a healthy server ends the walk.
    try expectCompleteIgnoringOutbox(replica)
    _ = try await world.engine(replica).sync()
    try expectComplete(replica)
    #expect(try replica.record(LibraryKey(kind: .follow, id: "e1")) != nil)
  }

  private func expectCompleteIgnoringOutbox(_ replica: Replica) throws {
    #expect(try replica.articles().map(\.id) == ["a3", "a2", "a1"])
  }

  @Test func `a cursor of another server is dropped once and everything is fetched anew`() async throws {
    let (first, replica) = try await world()
    _ = try await first.engine(replica).sync()
    let second = try await World(clock: first.clock)
    try await second.publish(Sample.story, Sample.article("b1"))
    try replica.storage.write { try $0.run("UPDATE replica SET account = NULL") }
    _ = try await second.engine(replica).sync()
    #expect(try replica.articles().map(\.id) == ["b1"])
    // The mark was acknowledged by the first server; the second one lacks it and gets it.
    #expect(try await second.store.libraryHead(of: second.credentials) == 1)
  }

  @Test func `calls during a running sync wait for its result`() async throws {
    let (world, replica) = try await world()
    let traffic = Traffic()
    let ours = world.transport
    let counting = RoutedTransport { request in
      await traffic.enter()
      for _ in 0..<20 { await Task.yield() }
      let response = try await ours.send(request)
      await traffic.leave()
      return response
    }
    let engine = world.engine(replica, counting)
    try await withThrowingTaskGroup(of: SyncReport.self) { group in
      for _ in 0..<8 { group.addTask { try await engine.sync() } }
      try await group.waitForAll()
    }
    #expect(await traffic.peak == 1)
    try expectComplete(replica)
  }

  @Test func `cancelling stops the sync and loses nothing`() async throws {
    let (world, replica) = try await world()
    let engine = Box<SyncEngine>()
    let ours = world.transport
    let cancelling = RoutedTransport { request in
      let response = try await ours.send(request)
      if request.method == .get { await engine.value?.cancel() }
      return response
    }
    engine.value = world.engine(replica, cancelling)
    await #expect(throws: CancellationError.self) { try await engine.value?.sync() }
    _ = try await world.engine(replica).sync()
    try expectComplete(replica)
  }

  @Test func `the pause that the server asks for is reported`() async throws {
    let (world, replica) = try await world()
    let ours = world.transport
    let busy = RoutedTransport { request in
      var response = try await ours.send(request)
      guard request.method == .post else { return response }
      var reply = try StorylineJSON.decode(LibrarySyncResponse.self, from: response.body)
      reply.backoff = 90
      response.body = try StorylineJSON.encode(reply)
      return response
    }
    #expect(try await world.engine(replica, busy).sync().backoff == 90)
  }
}

/// A transport that is one function.
struct RoutedTransport: HTTPTransport {
  let answer: @Sendable (TransportRequest) async throws -> TransportResponse

  init(_ answer: @escaping @Sendable (TransportRequest) async throws -> TransportResponse) { self.answer = answer }

  func send(_ request: TransportRequest) async throws -> TransportResponse { try await answer(request) }
}

/// Counts requests under way.
actor Traffic {
  private var present = 0
  private(set) var peak = 0

  func enter() {
    present += 1
    peak = max(peak, present)
  }

  func leave() { present -= 1 }
}

final class Box<Value: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var held: Value?
  var value: Value? {
    get { lock.withLock { held } }
    set { lock.withLock { held = newValue } }
  }
}
