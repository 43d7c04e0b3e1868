import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// What editors do while readers are away.
struct ContentEdgeCases {
  @Test func `edge case 25: what was edited between the snapshot and the tail is shown as it was edited`() async throws
  {
    let world = try await World()
    try await world.publish(Sample.story, Sample.source, Sample.article("a1", "Of the snapshot"), Sample.article("a2"))
    let server = SnapshotServer(world.transport)
    server.publish(try await .init(of: world.store))
    try await world.publish(Sample.article("a1", "Of the tail"))
    let replica = try world.replica()
    _ = try await world.engine(replica, server).sync()
    #expect(server.ranges.count > 1)
    #expect(try replica.articles().first { $0.id == "a1" }?.headline == "Of the tail")
    #expect(try replica.search("snapshot").isEmpty)
  }

  @Test func `edge case 25: a part that is older than what a replica holds does not take it back`() async throws {
    let world = try await World()
    try await world.publish(Sample.story, Sample.source, Sample.article("a1", "Old"), Sample.article("a2"))
    let old = try await SnapshotServer.Snapshot(of: world.store)
    let replica = try await world.devices(1)[0]
    try await world.publish(Sample.article("a1", "New"))
    try await world.sync(replica)
    let server = SnapshotServer(world.transport)
    server.publish(old)
    server.expire(try #require(try replica.cursor(of: .content)))
    try await world.publish(Sample.article("a3"))
    _ = try await world.engine(replica, server).sync()
    #expect(try replica.articles().first { $0.id == "a1" }?.headline == "New")
    #expect(try replica.articles().count == 3)
  }

  @Test func `edge case 26: an article whose source has not arrived yet is shown without it, and with it afterwards`()
    async throws
  {
    var limits = ServiceLimits()
    limits.pageRows = 1
    let world = try await World(limits: limits)
    try await world.publish(Sample.story)
    try await world.publish(Sample.article("a1"), Sample.event("e1", article: "a1"))
    try await world.publish(Sample.source)
    let replica = try world.replica()
    let counting = FaultyTransport(world.transport)
    let breaking = RoutedTransport { request in
      // The connection breaks before the page with the source.
      if request.path.hasPrefix(Route.contentChanges.path), counting.requests.count(of: .contentChanges) == 2 {
        throw TransportError.unreachable("made up by a test")
      }
      return try await counting.send(request)
    }
    await #expect(throws: SyncError.self) {
      try await world.engine(replica, breaking, limits: .small(retries: 0)).sync()
    }
    #expect(try replica.sources()["desk"] == nil)
    #expect(try replica.article("a1")?.summary.headline == "Allies meet")
    try await world.sync(replica)
    #expect(try replica.articles().map(\.source) == ["The Desk"])
  }

  @Test func `edge case 28: an article that was taken down and comes back is the same one, still read`() async throws {
    let world = try await World()
    try await world.publish(Sample.story, Sample.article("a1"), Sample.article("a2"))
    let devices = try await world.devices(2)
    try devices[0].markAllRead()
    let pub = try #require(try devices[0].articles().first { $0.id == "a1" }?.pub)
    try await world.publish(remove: .init(kind: .article, id: "a1"))
    try await world.sync(devices[0])
    #expect(try devices[0].articles().map(\.id) == ["a2"])
    try await world.publish(Sample.article("a1", "Back again"))
    // The second device never saw it gone.
    try await world.sync(devices[0], devices[1])
    for replica in devices {
      let article = try #require(try replica.articles().first { $0.id == "a1" })
      #expect(article.pub == pub)
      #expect(article.isRead)
      #expect(article.headline == "Back again")
      #expect(article.rev == 3)
    }
  }

  @Test func `edge case 29: an article dated before the last mark all read is unread all the same`() async throws {
    let world = try await World()
    try await world.publish(Sample.story, Sample.article("new", day: 20))
    let devices = try await world.devices(2)
    world.clock.advance(milliseconds: 86_400_000)
    try devices[0].markAllRead()
    #expect(try devices[0].articles(ArticleFilter(unreadOnly: true)).isEmpty)
    try await world.publish(Sample.article("dated-back", day: 1))
    try await world.sync(devices[0], devices[1])
    for replica in devices {
      #expect(try replica.articles().map(\.id) == ["new", "dated-back"])
      #expect(try replica.articles(ArticleFilter(unreadOnly: true)).map(\.id) == ["dated-back"])
    }
  }

  @Test func `edge case 40: an old version keeps what it does not know, and a new one shows it without fetching again`()
    async throws
  {
    let world = try await World()
    let poll = Data(#"{"id":"p1","question":"Why?","weight":1.10,"votes":9007199254740993}"#.utf8)
    try await world.publish(
      Sample.story, .unknown(kind: ContentKind(rawValue: "poll"), id: "p1", body: try RawJSON(validating: poll)))
    let stamp = Stamp(physical: UInt64(world.clock.now().milliseconds), counter: 0, node: 42)
    let payload = #"{"on":true,"tags":["a",1.10],"mood":9007199254740993}"#
    let mutations = [
      Mutation(m: 1, kind: .follow, id: "e1", stamp: stamp.description, payload: payload),
      Mutation(m: 2, kind: LibraryKind(rawValue: "vote"), id: "p1", stamp: stamp.description, payload: #"{"x":1.0}"#),
    ]
    _ = try await world.store.sync(LibrarySyncRequest(after: nil, mutations: mutations), for: world.reader)
    let devices = try await world.devices(2)
    let body: Data? = try devices[0].storage.read {
      try $0.row("SELECT body FROM content WHERE kind = 'poll'")?["body"]
    }
    #expect(body == poll)
    #expect(try devices[0].status().undecodable == 0)
    try devices[0].write(Follow(on: false), id: "e1")
    try await world.sync(devices[0], devices[1])
    let edited = try #require(try devices[1].record(LibraryKey(kind: .follow, id: "e1"))?.payload)
    #expect(edited == #"{"on":false,"tags":["a",1.10],"mood":9007199254740993}"#)
    #expect(try devices[1].record(LibraryKey(kind: LibraryKind(rawValue: "vote"), id: "p1"))?.payload == #"{"x":1.0}"#)
  }

  @Test func `edge case 43: a full disk leaves what was there readable, and the sync goes on when there is room`()
    async throws
  {
    let world = try await World()
    try await world.publish(Sample.story, Sample.article("a1"))
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("replica").path
    let replica = try Replica.open(at: path, now: world.clock.now, random: { 1 })
    try await world.sync(replica)
    let long = String(repeating: "A long text that needs much room. ", count: 3000)
    try await world.publish(Sample.article("a2", text: long), Sample.article("a3", text: long))
    let before = try replica.cursor(of: .content)
    let pages = try limitPages(of: replica, to: nil)
    let error = await #expect(throws: SyncError.self) { try await world.engine(replica).sync() }
    guard case .storage = error else { Issue.record("\(String(describing: error))"); return }
    #expect(try replica.cursor(of: .content) == before)
    #expect(try replica.articles().map(\.id) == ["a1"])
    #expect(try replica.article("a1") != nil)
    #expect(try replica.search("Brussels").count == 1)
    _ = try limitPages(of: replica, to: pages + 100_000)
    try await world.sync(replica)
    #expect(Set(try replica.articles().map(\.id)) == ["a1", "a2", "a3"])
    try replica.close()
  }

  /// Lets the file grow to so many pages; nil is as many as it has and a few, as on a disk that is full.
  private func limitPages(of replica: Replica, to limit: Int?) throws -> Int {
    try replica.storage.database.writer.writeWithoutTransaction { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      try db.execute(sql: "PRAGMA max_page_count = \(limit ?? pages + 4)")
      return pages
    }
  }
}
