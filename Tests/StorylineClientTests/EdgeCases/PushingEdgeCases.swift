import Foundation
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// What happens to a reader's writes on their way to the server.
struct PushingEdgeCases {
  @Test func `edge case 1: a push that is sent again is the same and doubles nothing`() async throws {
    let world = try await World()
    let devices = try await world.devices(2)
    for id in 0..<5 { try devices[0].write(Follow(on: true), id: "e\(id)") }
    let faulty = FaultyTransport(world.transport) { _, request in request.method == .post ? .loseReply : .none }
    await #expect(throws: SyncError.self) {
      try await world.engine(devices[0], faulty, limits: .small(retries: 2)).sync()
    }
    #expect(try devices[0].status().pending == 5)
    let held = try await world.serverRecords()
    #expect(held.count == 5)
    #expect(try await world.engine(devices[0]).sync().pushed == 5)
    #expect(try devices[0].status().pending == 0)
    #expect(try await world.serverRecords() == held)
    #expect(try await world.engine(devices[1]).sync().libraryChanged == 5)
  }

  @Test func `edge case 33: a deletion and a later edit of another device end with the later one everywhere`()
    async throws
  {
    for editIsLater in [true, false] {
      let world = try await World()
      let devices = try await world.devices(2)
      try devices[0].write(Follow(on: true), id: "e1")
      try await world.sync(devices[0], devices[1])
      // Both offline.
      if !editIsLater { try devices[1].write(Follow(on: false), id: "e1") }
      world.clock.advance(milliseconds: 60_000)
      try devices[0].remove(LibraryKey(kind: .follow, id: "e1"))
      world.clock.advance(milliseconds: 60_000)
      if editIsLater { try devices[1].write(Follow(on: false), id: "e1") }
      try await world.sync(devices[0], devices[1], devices[0])
      for replica in devices { #expect(try replica.isOn("e1") == (editIsLater ? false : nil)) }
      let newcomer = try world.replica(node: 3)
      try await world.sync(newcomer)
      #expect(try newcomer.isOn("e1") == (editIsLater ? false : nil))
    }
  }

  @Test func `edge case 34: keep unread, said later than mark all read on another device, wins`() async throws {
    let world = try await World()
    try await world.publish(Sample.story, Sample.article("a1"), Sample.article("a2"))
    let devices = try await world.devices(2)
    try devices[0].markAllRead()
    world.clock.advance(milliseconds: 1000)
    try devices[1].setRead(true, article: "a2")
    try devices[1].setRead(false, article: "a2")
    // In either order of arrival.
    try await world.sync(devices[1], devices[0], devices[1])
    for replica in devices {
      #expect(try replica.articles(ArticleFilter(unreadOnly: true)).map(\.id) == ["a2"])
    }
    world.clock.advance(milliseconds: 1000)
    try devices[0].markAllRead()
    try await world.sync(devices[0], devices[1])
    #expect(try devices[1].articles(ArticleFilter(unreadOnly: true)).isEmpty)
  }

  @Test func `edge case 35: thirty thousand marks go out in sixty requests, and reading goes on meanwhile`()
    async throws
  {
    let world = try await World()
    try await world.publish(Sample.story, Sample.article("a1"))
    let devices = try await world.devices(1)
    let replica = devices[0]
    let members = try RawJSON(encoding: ReadMark(read: true)).members()
    try replica.storage.write { db in
      for id in 0..<30_000 {
        let key = LibraryKey(kind: .read, id: "old-\(id)")
        try EditRecord(key: key, members: members, wall: world.clock.now()).run(in: db)
      }
    }
    // The server asks to pause: what is needed is finished first, and the app hears of the pause.
    let ours = world.transport
    let asking = RoutedTransport { request in
      #expect(try replica.articles().map(\.id) == ["a1"])
      var response = try await ours.send(request)
      guard request.path == Route.librarySync.path else { return response }
      var reply = try StorylineJSON.decode(LibrarySyncResponse.self, from: response.body)
      reply.backoff = 30
      response.body = try StorylineJSON.encode(reply)
      return response
    }
    let counting = FaultyTransport(asking)
    let report = try await world.engine(replica, counting).sync()
    #expect(report.pushed == 30_000)
    #expect(report.backoff == 30)
    #expect(counting.requests.count(of: .librarySync) == 60)
    #expect(try replica.status().pending == 0)
  }

  @Test func `edge case 36: what does not fit is kept, deletions pass, and it goes out once there is room`()
    async throws
  {
    var limits = ServiceLimits()
    limits.libraryRecords = 2
    let world = try await World(limits: limits)
    let devices = try await world.devices(1)
    let replica = devices[0]
    for id in ["a", "b", "c"] { try replica.write(Follow(on: true), id: id) }
    let report = try await world.engine(replica).sync()
    #expect((report.pushed, report.rejected) == (2, 1))
    let refused = try #require(try replica.quarantined().first)
    #expect(refused.record.id == "c")
    #expect(refused.problem.code == .quotaExceeded)
    #expect((refused.problem.limit, refused.problem.used) == (2, 2))
    try replica.remove(LibraryKey(kind: .follow, id: "a"))
    #expect(try await world.engine(replica).sync().pushed == 1)
    try replica.retryQuarantined()
    #expect(try await world.engine(replica).sync().pushed == 1)
    #expect(Set(try await world.serverRecords().filter { !$0.deleted }.map(\.id)) == ["b", "c"])
    #expect(try replica.quarantined().isEmpty)
  }

  @Test func `edge case 37: one mutation of five hundred that is invalid for ever stops none of the others`()
    async throws
  {
    let world = try await World()
    let devices = try await world.devices(1)
    for id in 0..<499 { try devices[0].write(Follow(on: true), id: "e\(id)") }
    // As a fault of an old version wrote it: no id of the protocol.
    try devices[0].write(Follow(on: true), id: "not an id")
    let counting = FaultyTransport(world.transport)
    let report = try await world.engine(devices[0], counting).sync()
    #expect((report.pushed, report.rejected) == (499, 1))
    #expect(counting.requests.count(of: .librarySync) == 1)
    #expect(try devices[0].quarantined().map(\.record.id) == ["not an id"])
    // It is not sent again.
    #expect(try await world.engine(devices[0]).sync().rejected == 0)
    #expect(try await world.serverRecords().count == 499)
  }

  @Test func `edge case 38: a token that ends in the middle of the queue keeps what is left of it`() async throws {
    let world = try await World()
    let devices = try await world.devices(1)
    for id in 0..<30 { try devices[0].write(Follow(on: true), id: "e\(id)") }
    let expiring = FaultyTransport(world.transport) { number, _ in number >= 2 ? .status(401) : .none }
    let error = await #expect(throws: SyncError.self) {
      try await world.engine(devices[0], expiring, limits: .small(mutations: 10)).sync()
    }
    guard case .signInNeeded = error else { Issue.record("\(String(describing: error))"); return }
    let pending = try devices[0].status().pending
    #expect((10...20).contains(pending))
    // Somebody else signs in on this device: nothing of the queue goes out in her name.
    let other = try await World.enrol(in: world.store)
    let watching = FaultyTransport(world.transport)
    await #expect(throws: SyncError.self) { try await world.engine(devices[0], watching, credentials: other).sync() }
    #expect(watching.requests.isEmpty)
    #expect(try devices[0].status().pending == pending)
    try await world.sync(devices[0])
    #expect(try devices[0].status().pending == 0)
    #expect(try await world.serverRecords().count == 30)
  }

  @Test func `edge case 42: a background task and the app that sync at once end with one whole replica`() async throws {
    var limits = ServiceLimits()
    limits.pageRows = 2
    let world = try await World(limits: limits)
    let other = try world.replica(node: 9)
    for number in 1...6 {
      try await world.publish(Sample.story, Sample.article(Identifier("a\(number)"), day: number))
      try other.write(Follow(on: true), id: "e\(number)")
      try await world.sync(other)
    }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("replica").path
    let processes = try [1, 2].map { node in
      try Replica.open(at: path, now: world.clock.now, random: { UInt64(node) })
    }
    try processes[0].write(Follow(on: true), id: "mine")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for replica in processes {
        group.addTask { _ = try await world.engine(replica, limits: .small(rows: 2)).sync() }
      }
      try await group.waitForAll()
    }
    for replica in processes {
      #expect(try replica.articles().map(\.id) == ["a6", "a5", "a4", "a3", "a2", "a1"])
      #expect(try replica.records().count == 7)
      #expect(try replica.status().pending == 0)
      #expect(try replica.cursor(of: .content) == (try await world.store.contentHead().cursor))
    }
    for replica in processes { try replica.close() }
  }
}
