import Foundation
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// What stands between a device and the server: caches, portals, connections that break.
struct CacheEdgeCases {
  /// Three articles in three pages and more, and a device that holds them.
  private func world() async throws -> (World, Replica) {
    var limits = ServiceLimits()
    limits.pageRows = 2
    let world = try await World(limits: limits)
    try await world.publish(Sample.story, Sample.source)
    for day in 1...3 {
      try await world.publish(
        Sample.article(Identifier("a\(day)"), day: day), Sample.event(Identifier("e\(day)"), article: "a1"))
    }
    return (world, try await world.devices(1)[0])
  }

  @Test func `edge case 19: pages of before an epoch change cost a few rounds and no content`() async throws {
    let (world, replica) = try await world()
    let cache = PageCache(world.transport)
    // Filled by another device; a tail is kept for seconds only, a sealed page for long.
    let other = try world.replica(node: 2)
    _ = try await world.engine(other, cache).sync()
    let before = try replica.articles()
    try await world.store.markRestored()
    try await world.publish(Sample.article("a4", day: 4))
    // As long as the cache answers from before the change, every walk from its beginning ends at the origin with 410.
    cache.requests = []
    await #expect(throws: SyncError.wait(seconds: 300)) { try await world.engine(replica, cache).sync() }
    #expect(cache.requests.filter { $0 == "/v1/content/changes?after=start" }.count <= 3)
    #expect(cache.requests.count <= 20)
    #expect(try replica.articles() == before, "the old content stays on the screen")
    cache.forget()
    _ = try await world.engine(replica, cache).sync()
    #expect(try replica.articles().map(\.id) == ["a4", "a3", "a2", "a1"])
  }

  @Test func `edge case 19: with a snapshot the stale pages are not even asked for`() async throws {
    let (world, replica) = try await world()
    let cache = PageCache(world.transport)
    let other = try world.replica(node: 2)
    _ = try await world.engine(other, cache).sync()
    try await world.store.markRestored()
    try await world.publish(Sample.article("a4", day: 4))
    let snapshots = SnapshotServer(cache)
    snapshots.publish(try await .init(of: world.store))
    _ = try await world.engine(replica, snapshots).sync()
    #expect(try replica.articles().map(\.id) == ["a4", "a3", "a2", "a1"])
    #expect(!snapshots.requests.contains { $0.path.contains("after=start") })
  }

  @Test func `edge case 20: a cache that strips the query costs a few requests and no content`() async throws {
    let (world, replica) = try await world()
    let before = try replica.articles()
    try await world.publish(Sample.article("a4", day: 4))
    let ours = world.transport
    // The server's own answer to a request without `after` (Tests/StorylineServerTests asserts it over HTTP).
    let stripping = FaultyTransport(
      RoutedTransport { request in
        guard request.path.hasPrefix(Route.contentChanges.path) else { return try await ours.send(request) }
        return try .problem(Problem(.cursorInvalid, detail: "The parameter “after” is missing."))
      })
    let error = await #expect(throws: SyncError.self) { try await world.engine(replica, stripping).sync() }
    guard case .problem(let problem) = error else { Issue.record("\(String(describing: error))"); return }
    #expect(problem.code == .cursorInvalid)
    #expect(stripping.requests.count(of: .contentChanges) <= 3)
    #expect(try replica.articles() == before)
    try await world.sync(replica)
    #expect(try replica.articles().map(\.id) == ["a4", "a3", "a2", "a1"])
  }

  enum Portal: CaseIterable { case html, otherJSON, otherPlace, otherHistory }

  @Test(arguments: Portal.allCases)
  func `edge case 21: what a captive portal answers counts as a network error, and nothing is applied`(
    portal: Portal
  ) async throws {
    let (world, replica) = try await world()
    try await world.publish(Sample.article("a4", day: 4), remove: .init(kind: .article, id: "a1"))
    let before = (try replica.articles(), try replica.cursor(of: .content), try replica.cursor(of: .library))
    try replica.write(Follow(on: true), id: "e1")
    let foreign = try await World()
    try await foreign.publish(Sample.story, Sample.article("b1"))
    let hotel: TransportResponse =
      switch portal {
      case .html:
        TransportResponse(status: 200, headers: ["content-type": "text/html"], body: Data("<html>Hello</html>".utf8))
      case .otherJSON: .json(Data(#"{"login":"https://hotel.example"}"#.utf8))
      case .otherPlace: .json(try await world.store.contentPage(after: .start).body)
      case .otherHistory: .json(try await foreign.store.contentPage(after: .start).body)
      }
    let captive = FaultyTransport(RoutedTransport { _ in hotel })
    let error = await #expect(throws: SyncError.self) {
      try await world.engine(replica, captive, limits: .small(retries: 2)).sync()
    }
    guard case .damagedReply = error else { Issue.record("\(String(describing: error))"); return }
    #expect(captive.requests.count > 2, "it is asked again, as after any network error")
    #expect(try replica.articles() == before.0)
    #expect(try replica.cursor(of: .content) == before.1)
    #expect(try replica.cursor(of: .library) == before.2)
    #expect(try replica.status().pending == 1)
    try await world.sync(replica)
    #expect(try replica.articles().map(\.id) == ["a4", "a3", "a2"])
    #expect(try replica.status().pending == 0)
  }

  @Test
  func `edge case 48: a cursor that the server does not understand any more is dropped once, and nothing is lost`()
    async throws
  {
    let (world, replica) = try await world()
    try replica.write(Follow(on: true), id: "acknowledged")
    try await world.sync(replica)
    try replica.write(Follow(on: true), id: "pending")
    // As a later release of the server, which was rolled back, had made them.
    for kind in StreamKind.allCases {
      let cursor = try #require(try replica.cursor(of: kind))
      let later = try #require(cursor.ofLaterVersion())
      try replica.storage.write { db in
        var stream = try StreamRow.fetch(kind, in: db)
        stream.cursor = later
        try stream.save(in: db)
      }
    }
    let counting = FaultyTransport(world.transport)
    _ = try await world.engine(replica, counting).sync()
    #expect(try replica.articles().map(\.id) == ["a3", "a2", "a1"])
    #expect(try replica.isOn("acknowledged") == true)
    #expect(Set(try await world.serverRecords().map(\.id)) == ["acknowledged", "pending"])
    #expect(try replica.status().pending == 0)
    #expect(try replica.cursor(of: .content) == (try await world.store.contentHead().cursor))
  }
}

/// Keeps every sealed page for ever, and tails not at all: what a content delivery network may do at worst.
private final class PageCache: HTTPTransport, @unchecked Sendable {
  private let inner: any HTTPTransport
  private let lock = NSLock()
  // Read and written under `lock` only; that is why the class may be shared.
  private var pages: [String: TransportResponse] = [:]
  private var sent: [String] = []

  init(_ inner: any HTTPTransport) { self.inner = inner }

  var requests: [String] {
    get { lock.withLock { sent } }
    set { lock.withLock { sent = newValue } }
  }

  func forget() { lock.withLock { pages = [:] } }

  func send(_ request: TransportRequest) async throws -> TransportResponse {
    let kept = lock.withLock {
      sent.append(request.path)
      return request.method == .get ? pages[request.path] : nil
    }
    if let kept { return kept }
    let response = try await inner.send(request)
    if response.status == 200, let page = try? ContentPage(parsing: response.body), page.more {
      lock.withLock { pages[request.path] = response }
    }
    return response
  }
}
