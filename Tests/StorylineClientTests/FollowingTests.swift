import Foundation
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// An app on the screen: what it hears, what it sends by itself, and when.
@Suite(.serialized) struct FollowingTests {
  /// A world, a replica that is up to date, and an engine that follows.
  private struct Stage {
    let world: World
    let clock: SteppedClock
    let server: LiveServer
    let replica: Replica
    let engine: SyncEngine

    init(random: @escaping @Sendable () -> UInt64 = { 1 << 63 }) async throws {
      world = try await World()
      clock = SteppedClock()
      server = LiveServer(world.transport)
      try await world.publish(Sample.story, Sample.article("a1"))
      replica = try Replica.inMemory(now: clock.now, random: { 1 })
      engine = SyncEngine(
        replica: replica, credentials: world.credentials, transport: server, clock: clock, random: random)
    }

    /// Starts, and waits until it listens.
    func follow() async throws {
      await engine.start()
      try await until { server.opened == 1 }
      #expect(await engine.state == .live)
      server.forgetRequests()
    }

    /// Lets everything run until something holds; a test that waits for what never comes ends by the suite's limit.
    func until(_ holds: () async throws -> Bool) async throws {
      // Not by yielding: dozens of tests that spin leave nothing for what they wait for.
      while try await !holds() { try await Task.sleep(for: .milliseconds(2)) }
    }

    func place() throws -> LivePlace {
      try #require(try replica.storage.read(ReadPlace.place))
    }

    /// Sleeps until the next timer rings.
    func wake() async throws {
      try await until { !clock.naps.isEmpty }
      clock.advance(seconds: clock.naps[0])
    }
  }

  @Test(.timeLimit(.minutes(15)))
  func `edge case 17: what is published arrives without being asked for, spread over a while`()
    async throws
  {
    let stage = try await Stage()
    try await stage.follow()
    try await stage.world.publish(Sample.article("a2"))
    let place = try stage.place()
    try stage.server.state(try await stage.world.store.contentHead().cursor, place.library, spread: 4000)
    try await stage.until { !stage.clock.naps.isEmpty }
    // Half of four seconds: the test's random bits are half of all.
    #expect(stage.clock.naps == [2])
    #expect(stage.server.requests.isEmpty)
    try await stage.wake()
    try await stage.until { try stage.replica.articles().count == 2 }
    try await stage.until { await stage.engine.state == .live }
    #expect(stage.server.requests == ["GET live wait=0", "GET changes"])
    #expect(stage.server.opened == 1)
  }

  @Test(.timeLimit(.minutes(15))) func `a mark of another device is fetched at once`() async throws {
    let stage = try await Stage()
    try await stage.follow()
    let other = try stage.world.replica(node: 2)
    try other.write(Follow(on: true), id: "e1")
    _ = try await stage.world.engine(other).sync()
    let theirs = try #require(try other.storage.read(ReadPlace.place))
    try stage.server.state(theirs.content, theirs.library, spread: 4000)
    try await stage.until { try stage.replica.record(LibraryKey(kind: .follow, id: "e1")) != nil }
    #expect(stage.server.requests == ["GET live wait=0", "POST sync"])
  }

  @Test(.timeLimit(.minutes(15))) func `a mark is pushed after a second, together with others`() async throws {
    let stage = try await Stage()
    try await stage.follow()
    try stage.replica.setRead(true, article: "a1")
    try stage.replica.setSaved(true, article: "a1")
    try await stage.until { stage.clock.naps == [1] }
    #expect(stage.server.requests.isEmpty)
    try await stage.wake()
    try await stage.until { try stage.replica.status().pending == 0 }
    #expect(stage.server.requests.filter { $0 == "POST sync" }.count == 1)
  }

  @Test(.timeLimit(.minutes(15))) func `reading progress is pushed every fifteen seconds at most, and on leaving`()
    async throws
  {
    let stage = try await Stage()
    try await stage.follow()
    let key = "a1"
    for offset in 1...20 { try stage.replica.write(Progress(block: "b1", offset: offset, fraction: 0.5), id: key) }
    try await stage.until { stage.clock.naps == [15] }
    stage.clock.advance(seconds: 14)
    #expect(stage.server.requests.isEmpty)
    try await stage.wake()
    try await stage.until { try stage.replica.status().pending == 0 }
    #expect(stage.server.requests.filter { $0 == "POST sync" }.count == 1)
    try stage.replica.write(Progress(block: "b1", offset: 99, fraction: 0.9), id: key)
    await stage.engine.enterBackground()
    #expect(try stage.replica.status().pending == 0)
    #expect(await stage.engine.state == .paused(.init(.background)))
    try await stage.until { stage.clock.naps.isEmpty }
    // In the background nothing happens by itself.
    try stage.replica.setRead(true, article: "a1")
    for _ in 0..<200 { await Task.yield() }
    #expect(stage.clock.naps.isEmpty)
    await stage.engine.enterForeground()
    try await stage.until { stage.server.opened == 2 }
    #expect(try stage.replica.status().pending == 0)
  }

  @Test(.timeLimit(.minutes(15))) func `offline it tries again by itself, with growing random waits`() async throws {
    let stage = try await Stage()
    stage.server.onSend { _ in TransportResponse(status: 503, headers: ["retry-after": "3600"]) }
    await stage.engine.start()
    try await stage.until { await stage.engine.state != .bootstrapping && stage.clock.naps.count == 1 }
    // The server's hour, and half of ten seconds more.
    #expect(stage.clock.naps == [3605])
    guard case .paused(let pause) = await stage.engine.state else { Issue.record("not paused"); return }
    #expect(pause.why == .failed)
    #expect(pause.until == stage.clock.now().advanced(byMilliseconds: 3_605_000))
    // A mark does not make it knock sooner.
    try stage.replica.write(Follow(on: true), id: "e1")
    try await stage.until { stage.clock.naps.count == 2 }
    stage.server.forgetRequests()
    stage.clock.advance(seconds: 10)
    for _ in 0..<200 { await Task.yield() }
    #expect(stage.server.requests.isEmpty)
    for expected in [3601, 3602, 3604, 3608] {
      try await stage.wake()
      try await stage.until { stage.clock.naps == [Double(expected)] }
    }
    stage.server.onSend { _ in nil }
    try await stage.wake()
    try await stage.until { stage.server.opened == 1 }
    #expect(await stage.engine.state == .live)
    #expect(try stage.replica.status().pending == 0)
  }

  @Test(.timeLimit(.minutes(15)))
  func `edge case 18: a lost connection comes back after a random while, the server's bye when it says`()
    async throws
  {
    let stage = try await Stage()
    try await stage.follow()
    stage.clock.advance(seconds: 100)
    stage.server.close()
    try await stage.until { stage.clock.naps == [5] }
    try await stage.wake()
    try await stage.until { stage.server.opened == 2 }
    stage.server.say("event: bye\ndata: {\"retry_ms\":8231}\n\n")
    try await stage.until { stage.clock.naps == [8.231] }
    try await stage.wake()
    try await stage.until { stage.server.opened == 3 }
    #expect(await stage.engine.state == .live)
    // Nothing but connections was asked for: a new one says by itself what is new.
    #expect(stage.server.requests == ["STREAM live", "STREAM live"])
  }

  @Test(.timeLimit(.minutes(15))) func `three connections that end at once make it poll for an hour`() async throws {
    let stage = try await Stage()
    let polls = Box<Int>()
    try await stage.follow()
    stage.server.onSend { request in
      guard request.path.contains("wait=25") else { return nil }
      polls.value = (polls.value ?? 0) + 1
      guard polls.value ?? 0 >= 50 else { return TransportResponse(status: 204) }
      return TransportResponse(status: 503, headers: ["retry-after": "7200"])
    }
    for count in 2...3 {
      stage.server.close()
      try await stage.wake()
      try await stage.until { stage.server.opened == count }
    }
    stage.server.close()
    try await stage.wake()
    try await stage.until { polls.value == 50 }
    try await stage.until { stage.clock.naps == [7200] }
    #expect(stage.server.opened == 3)
    try await stage.wake()
    // The hour is over: it listens again.
    try await stage.until { stage.server.opened == 4 }
  }

  @Test(.timeLimit(.minutes(15))) func `a transport that cannot stream polls, and hears as much`() async throws {
    let stage = try await Stage()
    stage.server.onOpen { _ in throw StreamingUnsupported() }
    let library = Box<Cursor>()
    let isNew = Box<Bool>()
    stage.server.onSend { request in
      guard request.path.contains("wait=25") else { return nil }
      guard isNew.value == true, let cursor = library.value else { return TransportResponse(status: 204) }
      let body = try? StorylineJSON.encode(LiveState(content: Cursor(rawValue: "new"), library: cursor))
      return TransportResponse(status: 200, headers: ["content-type": "application/json"], body: body ?? Data())
    }
    await stage.engine.start()
    try await stage.until { stage.server.requests.contains("GET live wait=25") }
    try await stage.world.publish(Sample.article("a2"))
    library.value = try stage.place().library
    isNew.value = true
    try await stage.until { try stage.replica.articles().count == 2 }
    isNew.value = false
    await stage.engine.stop()
    #expect(await stage.engine.state == .paused(.init(.stopped)))
  }

  @Test(.timeLimit(.minutes(15))) func `the pause that the server asks for is kept`() async throws {
    let stage = try await Stage()
    let ours = stage.world.transport
    let busy = RoutedTransport { request in
      var response = try await ours.send(request)
      guard request.method == .post else { return response }
      var reply = try StorylineJSON.decode(LibrarySyncResponse.self, from: response.body)
      reply.backoff = 90
      response.body = try StorylineJSON.encode(reply)
      return response
    }
    let engine = SyncEngine(
      replica: stage.replica, credentials: stage.world.credentials, transport: LiveServer(busy), clock: stage.clock,
      random: { 1 << 63 })
    await engine.start()
    try await stage.until { await engine.state == .live }
    try stage.replica.setRead(true, article: "a1")
    try await stage.until { stage.clock.naps == [1] }
    stage.clock.advance(seconds: 1)
    try await stage.until { stage.clock.naps == [89] }
    #expect(try stage.replica.status().pending == 1)
    stage.clock.advance(seconds: 89)
    try await stage.until { try stage.replica.status().pending == 0 }
  }

  @Test(.timeLimit(.minutes(15))) func `who is signed out waits for a new token, and marks wait with her`() async throws
  {
    let stage = try await Stage()
    try await stage.follow()
    stage.server.onSend { _ in TransportResponse(status: 401) }
    try stage.replica.setRead(true, article: "a1")
    try await stage.until { !stage.clock.naps.isEmpty }
    try await stage.wake()
    try await stage.until { await stage.engine.state == .signedOut }
    #expect(try stage.replica.status().pending == 1)
    #expect(stage.clock.naps.isEmpty)
    stage.server.onSend { _ in nil }
    await stage.engine.signIn(stage.world.credentials)
    try await stage.until { await stage.engine.state == .live }
    #expect(try stage.replica.status().pending == 0)
  }

  @Test(.timeLimit(.minutes(15))) func `in the background one wake costs one request if nothing is new`() async throws {
    let stage = try await Stage()
    try await stage.follow()
    await stage.engine.enterBackground()
    #expect(await stage.engine.wakeInBackground(deadline: .seconds(25)) == .nothingNew)
    #expect(stage.server.requests == ["GET live wait=0"])
    try await stage.world.publish(Sample.article("a2"))
    #expect(await stage.engine.wakeInBackground(deadline: .seconds(25)) == .news)
    #expect(await stage.engine.state == .paused(.init(.background)))
    let opened = stage.server.opened
    #expect(opened == 1)
    #expect(try stage.replica.articles().count == 2)
  }

  @Test(.timeLimit(.minutes(15))) func `a wake ends when its time is up`() async throws {
    let stage = try await Stage()
    let gate = Box<Bool>()
    let slow = RoutedTransport { _ in
      gate.value = true
      while true {
        try Task.checkCancellation()
        await Task.yield()
      }
    }
    let engine = SyncEngine(
      replica: stage.replica, credentials: stage.world.credentials, transport: slow, clock: stage.clock)
    async let outcome = engine.wakeInBackground(deadline: .seconds(25))
    try await stage.until { gate.value == true && stage.clock.naps == [25] }
    stage.clock.advance(seconds: 25)
    #expect(await outcome == .outOfTime)
  }

  @Test(.timeLimit(.minutes(15))) func `the status tells of every state on the way`() async throws {
    let stage = try await Stage()
    let engine = stage.engine
    let stream = await engine.status
    var statuses = stream.makeAsyncIterator()
    #expect(await statuses.next()?.state == .empty)
    _ = try await engine.sync()
    // A slow listener gets the newest only.
    let last = await statuses.next()
    #expect(last?.state == .live)
    #expect(last?.pending == 0)
    #expect(last?.lastSyncedAt == stage.clock.now())
    #expect(last?.bootstrap == nil)
  }
}
