import StorylineClient
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

/// What screens read, after real syncs.
struct ReadingTests {
  @Test func `articles come newest first, with source, tags and marks`() async throws {
    let world = try await World()
    try await world.publish(
      Sample.story, Sample.source, Sample.article("old", day: 1), Sample.article("new", day: 3, tags: ["nato"]),
      Sample.article("mid", day: 2))
    let replica = try world.replica()
    _ = try await world.engine(replica).sync()
    #expect(try replica.articles().map(\.id) == ["new", "mid", "old"])
    #expect(try replica.articles().allSatisfy { $0.source == "The Desk" && !$0.isRead && !$0.isSaved })
    try replica.setRead(true, article: "mid")
    try replica.setSaved(true, article: "old")
    #expect(try replica.articles(ArticleFilter(unreadOnly: true)).map(\.id) == ["new", "old"])
    #expect(try replica.articles(ArticleFilter(savedOnly: true)).map(\.id) == ["old"])
    #expect(try replica.articles(ArticleFilter(tag: "nato")).map(\.id) == ["new"])
    #expect(try replica.articles(ArticleFilter(since: Timestamp("2024-07-02T00:00:00Z"))).map(\.id) == ["new", "mid"])
    #expect(try replica.articles(ArticleFilter(limit: 1)).map(\.id) == ["new"])
    #expect(try replica.story()?.title == "Ukraine and NATO")
  }

  @Test func `an article comes with the facts that rest on it`() async throws {
    let world = try await World()
    try await world.publish(
      Sample.story, Sample.source, Sample.article("a1"), Sample.article("a2"), Sample.event("e1", article: "a1"),
      Sample.event("e0", article: "a1", date: "2008-04"), Sample.quote("q1", article: "a1"),
      Sample.position("p1", article: "a2"), Sample.commitment("c1", article: "a1"), Sample.update("u1", article: "a1"))
    let replica = try world.replica()
    _ = try await world.engine(replica).sync()
    let view = try #require(try replica.article("a1"))
    #expect(view.facts.events.map(\.id) == ["e0", "e1"])
    #expect(view.facts.quotes.map(\.id) == ["q1"])
    #expect(view.facts.positions.isEmpty)
    #expect(view.facts.commitments.map(\.id) == ["c1"])
    #expect(view.updates.map(\.id) == ["u1"])
    #expect(view.summary.isCorrected)
    #expect(try replica.article("a2")?.summary.isCorrected == false)
    #expect(try replica.timeline().map(\.id) == ["e0", "e1"])
    #expect(try replica.article("nobody") == nil)
  }

  @Test func `a higher version counts as corrected, the note of its first publication does not`() async throws {
    let world = try await World()
    try await world.publish(
      Sample.story, Sample.article("a1", version: 2), Sample.article("a2"),
      Sample.update("u2", article: "a2", type: .new))
    let replica = try world.replica()
    _ = try await world.engine(replica).sync()
    let corrected = try replica.articles().filter(\.isCorrected).map(\.id)
    #expect(corrected == ["a1"])
  }

  @Test func `since the last visit new, changed and withdrawn articles are told apart`() async throws {
    let world = try await World()
    try await world.publish(
      Sample.story, Sample.source, Sample.article("kept"), Sample.article("fixed"),
      Sample.article("gone", "This will go"), Sample.article("pulled", "This too"))
    let replica = try world.replica()
    _ = try await world.engine(replica).sync()
    #expect(try replica.changes().newArticles.count == 4)
    #expect(try replica.changes().since == nil)
    world.clock.advance(milliseconds: 1000)
    try replica.markVisited()
    #expect(try replica.changes().isEmpty)
    try await world.publish(
      Sample.article("fixed", "Corrected", version: 2), Sample.article("new"), Sample.event("e1", article: "new"),
      Sample.article("pulled", "This too", status: .withdrawn),
      remove: .init(kind: .article, id: "gone", reason: "retracted"))
    _ = try await world.engine(replica).sync()
    let catchUp = try replica.changes()
    #expect(catchUp.newArticles.map(\.id) == ["new"])
    #expect(catchUp.changedArticles.map(\.id) == ["fixed"])
    #expect(
      Set(catchUp.withdrawn) == [
        WithdrawnArticle(id: "gone", headline: "This will go", reason: "retracted"),
        WithdrawnArticle(id: "pulled", headline: "This too", reason: nil),
      ])
    #expect(catchUp.facts.events.map(\.id) == ["e1"])
    #expect(Set(try replica.articles().map(\.id)) == ["kept", "fixed", "new"])
    // A second device that has never seen the story before knows it by the visit and the times.
    let second = try world.replica(node: 2)
    _ = try await world.engine(second).sync()
    #expect(try second.lastVisit() == replica.lastVisit())
    #expect(try second.changes().newArticles.map(\.id) == ["new"])
    #expect(try second.changes().changedArticles.map(\.id) == ["fixed"])
  }

  @Test func `all read up to here covers what is there, and a later unread wins`() async throws {
    let world = try await World()
    try await world.publish(Sample.story, Sample.article("a1"), Sample.article("a2"))
    let replica = try world.replica()
    _ = try await world.engine(replica).sync()
    try replica.setRead(false, article: "a2")
    try replica.markAllRead()
    #expect(try replica.articles().allSatisfy(\.isRead))
    try replica.setRead(false, article: "a2")
    #expect(try replica.articles().filter(\.isRead).map(\.id) == ["a1"])
    try await world.publish(Sample.article("a3", day: 1))
    _ = try await world.engine(replica).sync()
    #expect(Set(try replica.articles(ArticleFilter(unreadOnly: true)).map(\.id)) == ["a2", "a3"])
    #expect(try replica.articles().first { $0.id == "a1" }?.isRead == true)
  }

  @Test func `edge case 28: the read mark of an article survives its taking down and coming back`() async throws {
    let world = try await World()
    try await world.publish(Sample.story, Sample.article("a1"))
    let replica = try world.replica()
    _ = try await world.engine(replica).sync()
    try replica.setRead(true, article: "a1")
    try await world.publish(remove: .init(kind: .article, id: "a1"))
    _ = try await world.engine(replica).sync()
    #expect(try replica.articles().isEmpty)
    try await world.publish(Sample.article("a1"))
    _ = try await world.engine(replica).sync()
    #expect(try replica.articles().map(\.isRead) == [true])
  }

  @Test func `marking something twice writes once, and what is not there cannot be marked`() async throws {
    let world = try await World()
    try await world.publish(Sample.story, Sample.article("a1"))
    let replica = try world.replica()
    #expect(throws: ReplicaError.noContent) { try replica.markVisited() }
    _ = try await world.engine(replica).sync()
    try replica.setRead(true, article: "a1")
    let first = try replica.record(LibraryKey(kind: .read, id: "a1"))
    world.clock.advance(milliseconds: 5000)
    try replica.setRead(true, article: "a1")
    #expect(try replica.record(LibraryKey(kind: .read, id: "a1")) == first)
    #expect(throws: ReplicaError.noSuchArticle("a2")) { try replica.setRead(true, article: "a2") }
  }

  @Test func `the status counts what is there and what waits`() async throws {
    let world = try await World()
    let replica = try world.replica()
    #expect(try replica.status().hasContent == false)
    #expect(try replica.status().account == nil)
    try await world.publish(Sample.story, Sample.source, Sample.article("a1"), Sample.article("a2"))
    _ = try await world.engine(replica).sync()
    try replica.setRead(true, article: "a1")
    let status = try replica.status()
    #expect(status.hasContent)
    #expect(status.counts == ["story": 1, "source": 1, "article": 2])
    #expect(status.pending == 1)
    #expect(status.quarantined == 0)
    #expect(status.account == world.credentials.accountID)
    #expect(status.lastSyncedAt == world.clock.now())
  }
}
