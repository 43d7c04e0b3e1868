import Foundation
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// What a sync costs where nothing is new, and what it must not miss.
struct PollTests {
  private func upToDate() async throws -> (World, Replica) {
    let world = try await World()
    try await world.publish(Sample.story, Sample.article("a1"))
    let replica = try world.replica()
    _ = try await world.engine(replica).sync()
    return (world, replica)
  }

  @Test func `a device that is up to date makes one request`() async throws {
    let (world, replica) = try await upToDate()
    world.clock.advance(milliseconds: 60_000)
    let counting = FaultyTransport(world.transport)
    let report = try await world.engine(replica, counting).sync()
    #expect(counting.requests.map(\.path).allSatisfy { $0.hasPrefix("/v1/live?content=") && $0.hasSuffix("&wait=0") })
    #expect(counting.requests.count == 1)
    #expect(report.requests == 1)
    #expect(try replica.status().lastSyncedAt == world.clock.now())
  }

  @Test func `what is new in one stream costs a request for that stream only`() async throws {
    let (world, replica) = try await upToDate()
    try await world.publish(Sample.article("a2"))
    let content = FaultyTransport(world.transport)
    _ = try await world.engine(replica, content).sync()
    #expect(content.requests.map(\.method) == [.get, .get])
    #expect(try replica.articles().count == 2)
    let other = try world.replica(node: 2)
    try other.write(Follow(on: true), id: "e1")
    _ = try await world.engine(other).sync()
    let library = FaultyTransport(world.transport)
    _ = try await world.engine(replica, library).sync()
    #expect(library.requests.map(\.method) == [.get, .post])
    #expect(try replica.records().count == 1)
  }

  @Test(arguments: [
    Fault.loseRequest, .loseReply, .cut(after: 3), .portal, .status(404), .status(400), .status(410), .status(500),
    .status(503, retryAfter: 3600), .status(401),
  ])
  func `whatever goes wrong with the question, nothing new is missed`(fault: Fault) async throws {
    let (world, replica) = try await upToDate()
    try await world.publish(Sample.article("a2"))
    let faulty = FaultyTransport(world.transport) { _, request in request.path.contains("/live") ? fault : .none }
    _ = try await world.engine(replica, faulty).sync()
    #expect(try replica.articles().count == 2)
  }

  @Test func `who has something to push does not ask first`() async throws {
    let (world, replica) = try await upToDate()
    try replica.setRead(true, article: "a1")
    let counting = FaultyTransport(world.transport)
    _ = try await world.engine(replica, counting).sync()
    #expect(counting.requests.map(\.method) == [.post, .get])
  }
}

/// Requests that are compressed.
struct CompressionTests {
  private func marked(_ count: Int) async throws -> (World, Replica) {
    let world = try await World()
    let replica = try world.replica()
    for number in 0..<count { try replica.write(Follow(on: true), id: "e\(number)") }
    return (world, replica)
  }

  private func isCompressed(_ request: TransportRequest) -> Bool {
    request.headers.contains { $0.name == "content-encoding" }
  }

  @Test func `a large push goes out compressed, a small one as it is`() async throws {
    let (world, replica) = try await marked(100)
    let watching = FaultyTransport(world.transport)
    _ = try await world.engine(replica, watching).sync()
    let push = try #require(watching.requests.first { $0.method == .post })
    #expect(isCompressed(push))
    #expect(try #require(push.body).count * 4 < #require(try push.plainBody).count)
    #expect(try replica.status().pending == 0)
    try replica.write(Follow(on: false), id: "e1")
    let small = FaultyTransport(world.transport)
    _ = try await world.engine(replica, small).sync()
    #expect(!small.requests.contains(where: isCompressed))
  }

  @Test(arguments: [400, 415]) func `a server that does not take it gets it as it is`(status: Int) async throws {
    let (world, replica) = try await marked(100)
    let old = FaultyTransport(world.transport) { _, request in isCompressed(request) ? .status(status) : .none }
    _ = try await world.engine(replica, old).sync()
    #expect(try replica.status().pending == 0)
    #expect(old.requests.filter(isCompressed).count == 1)
  }
}

/// What listeners hear of changes.
struct ChangeFeedTests {
  @Test func `marks and arrivals are told, acknowledgements are not`() async throws {
    let world = try await World()
    try await world.publish(Sample.story, Sample.article("a1"))
    let replica = try world.replica()
    var feed = try replica.changeFeed().makeAsyncIterator()
    _ = try await world.engine(replica).sync()
    #expect(await feed.next() == ReplicaChanges(content: [.story: ["ukraine-nato"], .article: ["a1"]]))
    try replica.setRead(true, article: "a1")
    let read = LibraryKey(kind: .read, id: "a1")
    #expect(await feed.next() == ReplicaChanges(library: [read]))
    _ = try await world.engine(replica).sync()
    try replica.setSaved(true, article: "a1")
    #expect(await feed.next() == ReplicaChanges(library: [LibraryKey(kind: .saved, id: "a1")]))
    try await world.publish(remove: .init(kind: .article, id: "a1"))
    _ = try await world.engine(replica).sync()
    #expect(await feed.next() == ReplicaChanges(content: [.article: ["a1"]]))
  }

  @Test func `what another process wrote is told with the next write, and too much is told as everything`() async throws
  {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("replica").path
    let (ours, theirs) = (try Replica.open(at: path), try Replica.open(at: path))
    var feed = try ours.changeFeed().makeAsyncIterator()
    try theirs.write(Follow(on: true), id: "theirs")
    try ours.write(Follow(on: true), id: "ours")
    #expect(
      await feed.next()
        == ReplicaChanges(library: [LibraryKey(kind: .follow, id: "theirs"), LibraryKey(kind: .follow, id: "ours")]))
    try theirs.storage.write { db in
      for number in 0...ChangeLog.length {
        try EditRecord(Follow(on: true), id: "e\(number)", wall: ours.now()).run(in: db)
      }
    }
    try ours.write(Follow(on: false), id: "ours")
    #expect(await feed.next() == ReplicaChanges(isEverything: true))
    for replica in [ours, theirs] { try replica.close() }
  }
}
