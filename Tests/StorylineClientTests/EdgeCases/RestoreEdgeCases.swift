import Foundation
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// A server that goes back, or that erased something.
struct RestoreEdgeCases {
  /// A reader with two devices; last night's backup; and what was done today.
  private func today() async throws -> (World, [Replica], restore: () throws -> Void) {
    let world = try await World()
    try await world.publish(Sample.story, Sample.article("a1"), Sample.article("a2"))
    let devices = try await world.devices(2)
    try devices[0].setSaved(true, article: "a1")
    for id in ["kept", "deleted"] { try devices[0].write(Follow(on: true), id: id) }
    let highlight = Highlight(article: "a1", block: "b1", quote: "met in Brussels")
    try devices[0].write(highlight, id: "h-old")
    try await world.sync(devices[0], devices[1])
    let lastNight = try world.backup()
    try devices[0].setRead(true, article: "a1")
    try devices[0].setSaved(false, article: "a1")
    try devices[0].setSaved(true, article: "a2")
    try devices[0].write(highlight, id: "h-new")
    try devices[0].remove(LibraryKey(kind: .follow, id: "deleted"))
    try await world.publish(Sample.article("lost", "Published today and lost"))
    try await world.sync(devices[0], devices[1])
    return (world, devices, { try world.restore(lastNight) })
  }

  private func expectToday(_ replica: Replica) throws {
    #expect(try replica.articles().first { $0.id == "a1" }?.isRead == true)
    #expect(try replica.articles(ArticleFilter(savedOnly: true)).map(\.id) == ["a2"])
    #expect(try replica.isOn("kept") == true)
    #expect(try replica.isOn("deleted") == nil)
    #expect(try replica.records().filter { $0.kind == .highlight }.map(\.id) == ["h-new", "h-old"])
    #expect(try replica.status().pending == 0)
  }

  @Test func `edge case 12: after a restore that was told, today's marks, saves, highlights and deletions come back`()
    async throws
  {
    let (world, devices, restore) = try await today()
    try restore()
    try await world.store.markRestored()
    let seen = StatusList()
    let ours = world.transport
    let watching = RoutedTransport { request in
      let response = try await ours.send(request)
      if response.status == 410 { seen.add(try StorylineJSON.decode(Problem.self, from: response.body)) }
      return response
    }
    _ = try await world.engine(devices[1], watching).sync()
    #expect(seen.all.allSatisfy { $0.code == .epochChanged && $0.reasons == ["restored"] })
    #expect(Set(seen.all.map(\.stream)) == [.content, .library])
    try await world.sync(devices[0])
    let newcomer = try world.replica(node: 3)
    try await world.sync(newcomer)
    for replica in devices + [newcomer] {
      try expectToday(replica)
      // The content is the server's: what it does not have is gone, and is published again by its editor.
      #expect(Set(try replica.articles().map(\.id)) == ["a1", "a2"])
    }
  }

  @Test func `edge case 13: a restore that nobody told is noticed though the head is past the cursor again`()
    async throws
  {
    let (world, devices, restore) = try await today()
    let cursors = (try devices[0].cursor(of: .content), try devices[0].cursor(of: .library))
    try restore()
    // Another device and the newsroom go on, past where this device's cursors stand.
    let other = try world.replica(node: 7)
    for number in 0..<12 {
      try other.write(Follow(on: true), id: "n-\(number)")
      try await world.sync(other)
      try await world.publish(Sample.article(Identifier("later-\(number)")))
    }
    try await world.sync(devices[0], devices[1], other, devices[0])
    #expect(try devices[0].cursor(of: .content) != cursors.0)
    #expect(try devices[0].cursor(of: .library) != cursors.1)
    for replica in devices + [other] {
      try expectToday(replica)
      #expect(try replica.isOn("n-11") == true)
      #expect(try replica.articles().count == 14)
      #expect(!(try replica.articles().contains { $0.id == "lost" }))
    }
  }

  @Test func `edge case 14: a commit that power loss dropped after its acknowledgement comes back`() async throws {
    let world = try await World()
    let devices = try await world.devices(2)
    try devices[0].write(Follow(on: true), id: "e1")
    try await world.sync(devices[0])
    let before = try world.backup()
    try devices[0].write(Follow(on: true), id: "e2")
    #expect(try await world.engine(devices[0]).sync().pushed == 1)
    try world.restore(before)
    // The other device's write gets the seq that the lost one had; only the tag tells them apart.
    try devices[1].write(Follow(on: true), id: "e3")
    try await world.sync(devices[1], devices[0], devices[1])
    for replica in devices { #expect(try ["e1", "e2", "e3"].allSatisfy { try replica.isOn($0) == true }) }
    #expect(Set(try await world.serverRecords().map(\.id)) == ["e1", "e2", "e3"])
  }

  @Test func `edge case 15: a failover to a copy that lags, and back again, loses nothing`() async throws {
    let world = try await World()
    let devices = try await world.devices(2)
    try devices[0].write(Follow(on: true), id: "both")
    try await world.sync(devices[0])
    let lagging = try world.backup()
    try devices[0].write(Follow(on: true), id: "on-the-first")
    try await world.sync(devices[0])
    let first = try world.backup()
    // Another timeline is a new incarnation, there and back.
    var epochs = [try await world.store.contentHead().epoch]
    try world.restore(lagging)
    try await world.store.markRestored()
    epochs.append(try await world.store.contentHead().epoch)
    try devices[1].write(Follow(on: true), id: "on-the-second")
    try await world.sync(devices[1])
    try world.restore(first)
    try await world.store.markRestored()
    epochs.append(try await world.store.contentHead().epoch)
    #expect(Set(epochs).count == 3)
    try await world.sync(devices[0], devices[1], devices[0])
    for replica in devices {
      #expect(Set(try replica.records().map(\.id)) == ["both", "on-the-first", "on-the-second"])
      #expect(try replica.status().pending == 0)
    }
  }

  @Test func `edge case 16: a node that is behind is waited for, and nothing starts over`() async throws {
    let world = try await World()
    try await world.publish(Sample.story, Sample.article("a1"))
    let devices = try await world.devices(1)
    let place = try #require(try devices[0].cursor(of: .content))
    try await world.publish(Sample.article("a2"))
    let ours = world.transport
    let counting = FaultyTransport(
      RoutedTransport { request in
        guard request.headers.contains(where: { $0.name == "x-behind" }) else { return try await ours.send(request) }
        return try .problem(Problem(.replicaBehind), retryAfter: 1)
      })
    _ = try await world.engine(devices[0], Patience(counting, refusals: 2)).sync()
    #expect(world.clock.sleeps.count == 2)
    #expect(world.clock.sleeps.allSatisfy { $0 >= .seconds(1) })
    let asked = counting.requests.filter { $0.path.hasPrefix(Route.contentChanges.path) }.prefix(3).map(\.path)
    #expect(asked == Array(repeating: Route.contentChanges.path + "?after=\(place)", count: 3))
    #expect(!counting.requests.contains { $0.path.contains("after=start") })
    #expect(try devices[0].articles().count == 2)
  }

  @Test func `edge case 39: what was erased on one device goes from the other, and later edits survive`() async throws {
    let world = try await World()
    let devices = try await world.devices(2)
    for id in ["e1", "e2"] { try devices[0].write(Follow(on: true), id: id) }
    try await world.sync(devices[0], devices[1])
    try devices[1].write(Follow(on: false), id: "e2")
    try devices[1].write(Note(text: "before the erasure, never sent"), id: "n1")
    world.clock.advance(milliseconds: 1000)
    try await world.store.eraseLibrary(of: world.reader)
    world.clock.advance(milliseconds: 1000)
    try devices[1].write(Note(text: "after it"), id: "n2")
    try await world.sync(devices[1], devices[0], devices[1])
    for replica in devices {
      #expect(try replica.records().map(\.id) == ["n2"])
      #expect(try replica.status().pending == 0)
    }
    #expect(try await world.serverRecords().map(\.id) == ["n2"])
  }

  @Test func `edge case 39: with the account nothing survives, and nothing is sent any more`() async throws {
    let world = try await World()
    let devices = try await world.devices(2)
    try await world.store.eraseAccount(of: world.reader)
    world.clock.advance(milliseconds: 1000)
    try devices[1].write(Note(text: "after it"), id: "n1")
    let error = await #expect(throws: SyncError.self) { try await world.engine(devices[1]).sync() }
    guard case .accountDeleted = error else { Issue.record("\(String(describing: error))"); return }
    // The reader is told first; then all of it goes.
    #expect(try devices[1].status().accountDeletedAt != nil)
    try devices[1].wipe()
    #expect(try devices[1].records().isEmpty)
    await #expect(throws: StoreError.unknownReader) { try await world.serverRecords() }
  }
}

/// Problems that were answered.
private final class StatusList: @unchecked Sendable {
  private let lock = NSLock()
  // Read and written under `lock` only; that is why the class may be shared.
  private var problems: [Problem] = []

  var all: [Problem] { lock.withLock { problems } }

  func add(_ problem: Problem) { lock.withLock { problems.append(problem) } }
}

/// Sends the first requests for content to a node that is behind.
private actor Patience: HTTPTransport {
  private let inner: any HTTPTransport
  private var refusals: Int

  init(_ inner: any HTTPTransport, refusals: Int) {
    self.inner = inner
    self.refusals = refusals
  }

  func send(_ request: TransportRequest) async throws -> TransportResponse {
    var request = request
    if refusals > 0, request.path.hasPrefix(Route.contentChanges.path) {
      refusals -= 1
      request.headers.append(.init("x-behind", "1"))
    }
    return try await inner.send(request)
  }
}
