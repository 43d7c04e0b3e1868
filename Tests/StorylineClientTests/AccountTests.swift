import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// An account that is no more.
struct AccountTests {
  private func deleted(_ world: World) throws -> RoutedTransport {
    let body = try StorylineJSON.encode(Problem(.accountDeleted, detail: "erased on 24 November"))
    return RoutedTransport { _ in
      TransportResponse(status: 410, headers: ["content-type": "application/problem+json"], body: body)
    }
  }

  @Test func `a deleted account stops the sync, is remembered, and removes nothing by itself`() async throws {
    let world = try await World()
    try await world.publish(Sample.story, Sample.article("a1"))
    let replica = try world.replica()
    _ = try await world.engine(replica).sync()
    try replica.setRead(true, article: "a1")
    let counting = FaultyTransport(try deleted(world))
    await #expect(throws: SyncError.accountDeleted("The account was deleted: erased on 24 November")) {
      try await world.engine(replica, counting).sync()
    }
    #expect(counting.requests.count == 1)
    #expect(try replica.status().accountDeletedAt == world.clock.now())
    #expect(try replica.articles().count == 1)
    #expect(try replica.status().pending == 1)
  }

  @Test func `wiping leaves a replica as new, and a stamp never comes twice`() async throws {
    let world = try await World()
    try await world.publish(Sample.story, Sample.article("a1"))
    let replica = try world.replica()
    _ = try await world.engine(replica).sync()
    try replica.setRead(true, article: "a1")
    let stamp = try #require(try replica.records().first?.stamp)
    try replica.wipe()
    #expect(try replica.records().isEmpty)
    #expect(try replica.search("allies").isEmpty)
    let status = try replica.status()
    #expect(!status.hasContent)
    #expect(status.account == nil)
    #expect(status.accountDeletedAt == nil)
    #expect(status.lastSyncedAt == nil)
    // Another reader may have it now.
    let other = try await World.enrol(in: world.store)
    _ = try await world.engine(replica, credentials: other).sync()
    #expect(try replica.articles().map(\.isRead) == [false])
    try replica.setRead(true, article: "a1")
    #expect(try #require(try replica.records().first?.stamp) > stamp)
  }
}
