import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// Markings that are taken back, by new versions.
struct UndoTests {
  private func world() async throws -> (World, Replica) {
    let world = try await World()
    try await world.publish(Sample.story, Sample.article("a1"), Sample.article("a2"), Sample.article("a3"))
    let replica = try world.replica()
    _ = try await world.engine(replica).sync()
    return (world, replica)
  }

  private func unread(_ replica: Replica) throws -> Set<String> {
    Set(try replica.articles(ArticleFilter(unreadOnly: true)).map(\.id.rawValue))
  }

  @Test func `a mark is taken back and put on again, on every device`() async throws {
    let (world, replica) = try await world()
    let token = try replica.setRead(true, article: "a1")
    _ = try await world.engine(replica).sync()
    let marked = try #require(try replica.records().first)
    let result = try replica.undo(token)
    #expect(result.refused.isEmpty)
    #expect(try unread(replica) == ["a1", "a2", "a3"])
    let undone = try #require(try replica.records().first)
    #expect(undone.stamp > marked.stamp)
    #expect(!undone.deleted)
    _ = try await world.engine(replica).sync()
    let other = try world.replica(node: 2)
    _ = try await world.engine(other).sync()
    #expect(try unread(other) == ["a1", "a2", "a3"])
    try replica.undo(result.redo)
    #expect(try unread(replica) == ["a2", "a3"])
    #expect(try replica.record(marked.key)?.payload == marked.payload)
  }

  @Test func `what was changed since is left alone, and named`() async throws {
    let (world, replica) = try await world()
    let token = try replica.setSaved(true, article: "a1")
    _ = try await world.engine(replica).sync()
    let other = try world.replica(node: 2)
    _ = try await world.engine(other).sync()
    world.clock.advance(milliseconds: 1000)
    try other.write(SavedMark(saved: true, folder: "later"), id: "a1")
    _ = try await world.engine(other).sync()
    _ = try await world.engine(replica).sync()
    let before = try replica.records()
    let result = try replica.undo(token)
    #expect(result.refused == [LibraryKey(kind: .saved, id: "a1")])
    #expect(result.redo.isEmpty)
    #expect(try replica.records() == before)
  }

  @Test func `marking what is marked already gives nothing to take back`() async throws {
    let (_, replica) = try await world()
    #expect(try !replica.setRead(true, article: "a1").isEmpty)
    #expect(try replica.setRead(true, article: "a1").isEmpty)
  }

  @Test func `all read is taken back to the state before, explicit unread marks included`() async throws {
    let (world, replica) = try await world()
    try replica.markAllRead()
    try replica.setRead(false, article: "a2")
    try await world.publish(Sample.article("a4"))
    _ = try await world.engine(replica).sync()
    let before = try unread(replica)
    #expect(before == ["a2", "a4"])
    let token = try replica.markAllRead()
    #expect(try unread(replica).isEmpty)
    let result = try replica.undo(token)
    #expect(try unread(replica) == before)
    let redone = try replica.undo(result.redo)
    #expect(try unread(replica).isEmpty)
    try replica.undo(redone.redo)
    #expect(try unread(replica) == before)
    _ = try await world.engine(replica).sync()
    let other = try world.replica(node: 2)
    _ = try await world.engine(other).sync()
    #expect(try unread(other) == before)
  }

  @Test func `the first all read of a reader can be taken back too`() async throws {
    let (_, replica) = try await world()
    try replica.setRead(true, article: "a3")
    let token = try replica.markAllRead()
    try replica.undo(token)
    #expect(try unread(replica) == ["a1", "a2"])
  }

  @Test func `a note that was deleted comes back word for word`() async throws {
    let (_, replica) = try await world()
    try replica.write(Note(text: "remember  this"), id: "n1")
    let key = LibraryKey(kind: .note, id: "n1")
    let payload = try #require(try replica.record(key)?.payload)
    let token = try replica.remove(key)
    #expect(try replica.record(key)?.deleted == true)
    try replica.undo(token)
    #expect(try replica.record(key)?.payload == payload)
    #expect(try replica.record(key)?.deleted == false)
  }
}
