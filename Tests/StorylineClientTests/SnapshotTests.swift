import Foundation
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// A snapshot in the place of a walk: what is kept, what is shown meanwhile, and where it goes on (protocol, 2.4).
struct SnapshotTests {
  private func world() async throws -> (World, SnapshotServer) {
    let world = try await World()
    try await world.publish(
      Sample.story, Sample.source, Sample.article("a1", "First", day: 1), Sample.article("a2", "Second", day: 2),
      Sample.article("a3", "Third", day: 3), Sample.event("e1", article: "a1"), Sample.quote("q1", article: "a2"))
    let server = SnapshotServer(world.transport)
    server.publish(try await .init(of: world.store))
    return (world, server)
  }

  /// What a replica shows that was never offline.
  private func truth(_ world: World) async throws -> Contents {
    let replica = try world.replica(node: 99)
    _ = try await world.engine(replica).sync()
    return try Contents(replica)
  }

  private struct Contents: Equatable {
    var articles: [ArticleSummary]
    var events: [Event]
    var quotes: [Quote]
    var counts: [String: Int]

    init(_ replica: Replica) throws {
      articles = try replica.articles()
      events = try replica.timeline()
      quotes = try replica.quotes()
      counts = try replica.status().counts
    }
  }

  private func chunked(_ bytes: Int, retries: Int = 4) -> SyncLimits { SyncLimits(retries: retries, partChunk: bytes) }

  @Test func `an empty replica takes the snapshot, and what was published since in pages`() async throws {
    let (world, server) = try await world()
    try await world.publish(Sample.article("a4", "Fourth", day: 4), remove: .init(kind: .article, id: "a1"))
    let replica = try world.replica()
    let report = try await world.engine(replica, server).sync()
    #expect(try Contents(replica) == (try await truth(world)))
    #expect(server.requests.filter { $0.path.hasPrefix(Route.contentChanges.path) }.count == 1)
    #expect(!server.requests.contains { $0.path.contains("after=start") })
    #expect(report.contentChanged == 9)
    #expect(try replica.bootstrapProgress() == nil)
    #expect(try replica.search("fourth").count == 1)
  }

  @Test func `the front part can be read while the months come in`() async throws {
    let (world, server) = try await world()
    let replica = try world.replica()
    let stuck = FaultyTransport(server) { _, request in
      server.ranges.count >= 1 && request.path.contains("/parts/") ? .loseRequest : .none
    }
    await #expect(throws: SyncError.self) { try await world.engine(replica, stuck, limits: chunked(1 << 20)).sync() }
    #expect(try replica.story() != nil)
    #expect(try replica.articles().map(\.id) == ["a1"])
    let progress = try #require(try replica.bootstrapProgress())
    #expect(progress.partsDone == 1)
    #expect(progress.parts == 4)
    // Marks work meanwhile, and nothing that arrived is asked for again.
    try replica.setRead(true, article: "a1")
    server.forgetRequests()
    _ = try await world.engine(replica, server).sync()
    #expect(server.ranges.count == 3)
    #expect(try replica.articles().filter(\.isRead).map(\.id) == ["a1"])
    #expect(try Contents(replica).articles.count == (try await truth(world)).articles.count)
  }

  /// Each piece ends too early, whatever its size; that any one byte may be the last is in `CutReplyTests`.
  @Test func `edge case 22: a transfer that is cut again and again goes on from there each time`() async throws {
    let (world, server) = try await world()
    let expected = try await truth(world)
    let longest = try await SnapshotServer.Snapshot(of: world.store).manifest.parts.map(\.bytes).max() ?? 0
    for cut in [3, 64, 100, longest - 1, longest] {
      server.forgetRequests()
      let replica = try world.replica()
      let cutting = FaultyTransport(server) { _, request in request.path.contains("/parts/") ? .cut(after: cut) : .none
      }
      _ = try await world.engine(replica, cutting).sync()
      #expect(try Contents(replica) == expected, "cut after \(cut) bytes")
      // Every byte was asked for once: no range begins where another one began.
      #expect(Set(server.ranges).count == server.ranges.count)
    }
  }

  @Test func `after a restart of the app it goes on at the byte where it stopped`() async throws {
    let (world, server) = try await world()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("replica").path
    var runs = 0
    while runs < 1000 {
      runs += 1
      let replica = try Replica.open(at: path, now: world.clock.now, random: { 1 })
      // One piece of 64 bytes per life of the app.
      let before = server.ranges.count
      let mortal = FaultyTransport(server) { _, request in
        request.path.contains("/parts/") && server.ranges.count > before ? .loseRequest : .none
      }
      let isDone = (try? await world.engine(replica, mortal, limits: chunked(64, retries: 0)).sync()) != nil
      try replica.close()
      if isDone { break }
    }
    let replica = try Replica.open(at: path, now: world.clock.now, random: { 1 })
    #expect(try Contents(replica) == (try await truth(world)))
    #expect(runs > 4)
    #expect(Set(server.ranges).count == server.ranges.count)
    try replica.close()
  }

  @Test func `a server that does not know ranges is understood`() async throws {
    let (world, server) = try await world()
    let whole = RoutedTransport { request in
      var request = request
      request.headers.removeAll { $0.name == "range" }
      return try await server.send(request)
    }
    let replica = try world.replica()
    _ = try await world.engine(replica, whole, limits: chunked(10)).sync()
    #expect(try Contents(replica) == (try await truth(world)))
  }

  @Test func `edge case 23: damaged bytes are thrown away and fetched once more, past the cache`() async throws {
    let (world, server) = try await world()
    let damaging = RoutedTransport { request in
      var response = try await server.send(request)
      if request.path.contains("/parts/"), !request.path.contains("bust="), response.body.count > 20 {
        response.body[20] ^= 1
      }
      return response
    }
    let replica = try world.replica()
    _ = try await world.engine(replica, damaging).sync()
    #expect(try Contents(replica) == (try await truth(world)))
    let busts = server.requests.filter { $0.path.contains("bust=80000000") }
    #expect(busts.count == 4)
  }

  @Test func `edge case 23: a part that stays damaged is done without: the content comes in pages`() async throws {
    let (world, server) = try await world()
    let snapshot = try await SnapshotServer.Snapshot(of: world.store)
    let last = try #require(snapshot.manifest.parts.last)
    server.replacePart(last.sha256, with: Data(repeating: 0, count: last.bytes))
    let replica = try world.replica()
    _ = try await world.engine(replica, server).sync()
    #expect(try Contents(replica) == (try await truth(world)))
    #expect(server.ranges.filter { $0.hasPrefix(last.sha256.prefix(4)) }.count == 2)
    #expect(server.requests.contains { $0.path.contains("after=start") })
  }

  @Test func `edge case 24: of a snapshot that is superseded meanwhile, equal parts are kept`() async throws {
    let (world, server) = try await world()
    let old = try await SnapshotServer.Snapshot(of: world.store)
    try await world.publish(Sample.quote("q2", article: "a3"))
    let new = try await SnapshotServer.Snapshot(of: world.store)
    let gone = Set(old.manifest.parts.map(\.sha256)).subtracting(new.manifest.parts.map(\.sha256))
    #expect(gone.count == 1)
    let replica = try world.replica()
    let superseding = RoutedTransport { request in
      if request.path.contains("/parts/"), server.ranges.count == 2 {
        server.publish(new)
        server.removeParts(Array(gone))
      }
      return try await server.send(request)
    }
    _ = try await world.engine(replica, superseding).sync()
    #expect(try Contents(replica) == (try await truth(world)))
    // Five parts of the new one and one 404: nothing twice.
    #expect(server.ranges.count == new.manifest.parts.count + 1)
  }

  @Test func `with a cursor too old what is held stays readable until the new snapshot is complete`() async throws {
    let (world, server) = try await world()
    let replica = try world.replica()
    _ = try await world.engine(replica, server).sync()
    server.expire(try await world.store.contentHead().cursor)
    try await world.publish(
      Sample.article("a2", "Second, changed", day: 2), Sample.article("a5", "Fifth", day: 5),
      remove: .init(kind: .article, id: "a3"))
    server.publish(try await .init(of: world.store))
    server.forgetRequests()
    let before = try replica.articles()
    let stuck = FaultyTransport(server) { _, request in
      server.ranges.count >= 3 && request.path.contains("/parts/") ? .loseRequest : .none
    }
    await #expect(throws: SyncError.self) { try await world.engine(replica, stuck).sync() }
    #expect(try replica.articles() == before)
    _ = try await world.engine(replica, server).sync()
    #expect(try Contents(replica) == (try await truth(world)))
    #expect(try replica.articles().map(\.headline) == ["Fifth", "Second, changed", "First"])
    // The address came with the refusal: the pointer, which a cache may hold, was not asked.
    #expect(!server.requests.contains { $0.path == Route.contentSnapshot.path })
  }

  @Test func `two processes that take a snapshot at once end with one whole story`() async throws {
    let (world, server) = try await world()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("replica").path
    let first = try Replica.open(at: path, now: world.clock.now, random: { 1 })
    let second = try Replica.open(at: path, now: world.clock.now, random: { 2 })
    try await withThrowingTaskGroup(of: Void.self) { group in
      for replica in [first, second] {
        group.addTask { _ = try await world.engine(replica, server, limits: chunked(50)).sync() }
      }
      try await group.waitForAll()
    }
    let expected = try await truth(world)
    for replica in [first, second] {
      #expect(try Contents(replica) == expected)
      try replica.close()
    }
  }

  @Test func `an edit of another process between two steps is not undone`() async throws {
    let (world, server) = try await world()
    let replica = try world.replica()
    let ours = world.transport
    let racing = FaultyTransport(server)
    racing.onSend { request in
      guard request.path.contains("/parts/"), server.ranges.count == 3 else { return }
      // The other process walked to the end in pages meanwhile.
      try? replica.storage.write { db in
        let stream = try StreamRow.fetch(.content, in: db)
        guard stream.cursor == nil else { return }
        try db.run("UPDATE stream SET cursor = 'theirs' WHERE kind = 'content'")
      }
    }
    _ = try? await world.engine(replica, racing).sync()
    #expect(try replica.storage.read { try StreamRow.fetch(.content, in: $0) }.cursor != nil)
    // Whatever it made of the other's cursor, it ends where the server is.
    _ = try await world.engine(replica, ours).sync()
    #expect(try Contents(replica) == (try await truth(world)))
  }

  enum Hostility: CaseIterable { case bomb, rows, json, format, huge, noParts, badDigest }

  @Test(arguments: Hostility.allCases)
  func `a snapshot that cannot be used costs a walk and no harm`(hostility: Hostility) async throws {
    let (world, server) = try await world()
    let head = try await world.store.contentHead()
    var snapshot = SnapshotServer.Snapshot([[Data("{}".utf8)]], head: head, id: "bad")
    switch hostility {
    case .bomb:
      snapshot = .init([[Data(repeating: 32, count: SnapshotPart.maximumInflated + 1)]], head: head, id: "bad")
    case .rows: snapshot.manifest.parts[0].rows = 7
    case .json: break
    case .format: snapshot.manifest.format = 2
    case .huge: snapshot.manifest.parts[0].bytes = SnapshotPart.maximumBytes + 1
    case .noParts: snapshot.manifest.parts = []
    case .badDigest: snapshot.manifest.parts[0].sha256 = "../../../etc/passwd"
    }
    server.publish(snapshot)
    let replica = try world.replica()
    _ = try await world.engine(replica, server).sync()
    #expect(try Contents(replica) == (try await truth(world)))
  }

  @Test func `a redirect to elsewhere is a portal's and is not followed`() async throws {
    let (world, server) = try await world()
    let portal = RoutedTransport { request in
      guard request.path == Route.contentSnapshot.path else { return try await server.send(request) }
      return TransportResponse(status: 307, headers: ["location": "https://hotel.example/login"])
    }
    let replica = try world.replica()
    let error = await #expect(throws: SyncError.self) { try await world.engine(replica, portal).sync() }
    guard case .damagedReply = error else { Issue.record("\(String(describing: error))"); return }
    #expect(try replica.status().hasContent == false)
  }

  @Test func `a system that follows redirects by itself is understood`() async throws {
    let (world, server) = try await world()
    let manifest = try await SnapshotServer.Snapshot(of: world.store).manifest
    let following = RoutedTransport { request in
      guard request.path == Route.contentSnapshot.path else { return try await server.send(request) }
      return TransportResponse(
        status: 200, headers: ["content-type": "application/json"], body: try StorylineJSON.encode(manifest))
    }
    let replica = try world.replica()
    _ = try await world.engine(replica, following).sync()
    #expect(try Contents(replica) == (try await truth(world)))
    #expect(server.ranges.count == manifest.parts.count)
  }
}
