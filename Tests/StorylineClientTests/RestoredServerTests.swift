import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import StorylineTestSupport
import Testing

@testable import StorylineClient
@testable import StorylineStore

/// Scenarios of a server that was put back to an older copy, too rare for random play to find.
struct RestoredServerTests {
  private func follow(_ id: String) -> LibraryKey { LibraryKey(kind: .follow, id: id) }

  private func copy(_ world: World) throws -> DatabaseQueue {
    let copy = try DatabaseQueue()
    try world.store.database.writer.backup(to: copy)
    return copy
  }

  private func restore(_ world: World, _ copy: DatabaseQueue) throws {
    try copy.backup(to: world.store.database.writer)
  }

  private func smallWorld() async throws -> (World, Replica, Replica) {
    var limits = ServiceLimits()
    limits.pageRows = 3
    let world = try await World(limits: limits)
    return (world, try world.replica(node: 1), try world.replica(node: 2))
  }

  /// The write is acknowledged while the device's cursor stands far before it. The server then goes back to before
  /// the write and not to before the cursor: nothing tells the device, so it must still have it in its outbox.
  @Test func `a write that was acknowledged in the middle of a walk survives`() async throws {
    let (world, first, second) = try await smallWorld()
    _ = try await world.engine(first).sync()
    for id in 1...5 {
      try second.write(Follow(on: true), id: "e\(id)")
      _ = try await world.engine(second).sync()
    }
    let backup = try copy(world)
    try first.write(Follow(on: true), id: "mine")
    var oneRequest = SyncLimits.small(rows: 3)
    oneRequest.requests = 1
    await #expect(throws: SyncError.self) { try await world.engine(first, limits: oneRequest).sync() }
    #expect(try first.record(follow("e3")) != nil)
    #expect(try first.record(follow("e5")) == nil)
    try restore(world, backup)
    for replica in [first, second] { _ = try await world.engine(replica).sync() }
    #expect(try second.record(follow("mine"))?.payload == first.record(follow("mine"))?.payload)
    #expect(try first.status().pending == 0)
  }

  /// The same for the version of another device that won over ours meanwhile, if that device never comes back.
  @Test func `a winner that came in the middle of a walk survives`() async throws {
    let (world, first, second) = try await smallWorld()
    _ = try await world.engine(first).sync()
    try first.write(Follow(on: false), id: "shared")
    for id in 1...5 {
      try second.write(Follow(on: true), id: "e\(id)")
      _ = try await world.engine(second).sync()
    }
    let backup = try copy(world)
    world.clock.advance(milliseconds: 1000)
    try second.write(Follow(on: true), id: "shared")
    _ = try await world.engine(second).sync()
    var oneRequest = SyncLimits.small(rows: 3)
    oneRequest.requests = 1
    await #expect(throws: SyncError.self) { try await world.engine(first, limits: oneRequest).sync() }
    let winner = try #require(try second.record(follow("shared")))
    #expect(try first.record(follow("shared"))?.stamp == winner.stamp)
    #expect(try first.record(follow("e5")) == nil)
    #expect(try first.status().pending == 1, "it goes out again")
    try restore(world, backup)
    _ = try await world.engine(first).sync()
    let third = try world.replica(node: 3)
    _ = try await world.engine(third).sync()
    #expect(try third.record(follow("shared"))?.stamp == winner.stamp)
    #expect(try first.status().pending == 0)
  }

  /// Its stamp is refused and it needs another; one below what others hold on the server by now would lose to that.
  @Test func `what heals is stamped above what the server holds`() throws {
    let noon = Timestamp(milliseconds: 1_733_040_000_000)
    let replica = try Replica.inMemory(now: { noon }, random: { 1 })
    func version(_ stamp: Stamp, _ text: String) -> LibraryRecord {
      LibraryRecord(kind: .note, id: "n1", stamp: stamp, payload: #"{"text":"\#(text)"}"#)
    }
    let ours = version(Stamp(physical: 1_800_000_000_000, counter: 0, node: 1), "new")
    let theirs = version(Stamp(physical: UInt64(noon.milliseconds), counter: 3, node: .max), "old")
    let row = try replica.storage.write { db in
      var clock = try ReplicaRow.fetch(db).clock
      clock.merge(ours.stamp)
      try LibraryRow(record: ours, acked: true).save(in: db)
      _ = try MergeRecord(version: theirs, walk: 1, isAfterReturn: true).run(clock: &clock, wall: noon, in: db)
      try RestampOutbox(refused: [ours.key: ours.stamp], serverTime: noon, wall: noon).run(clock: &clock, in: db)
      return try LibraryRow.fetch(ours.key, in: db)
    }
    #expect(row?.record.payload == ours.payload)
    #expect(row?.dirt == .healing)
    #expect(row.map { $0.record.stamp > theirs.stamp && $0.record.stamp < ours.stamp } == true)
  }

  @Test func `edge case 13: marks and deletions of today come back after last night's copy`() async throws {
    let (world, first, second) = try await smallWorld()
    for id in ["kept", "deleted"] { try first.write(Follow(on: true), id: id) }
    for replica in [first, second] { _ = try await world.engine(replica).sync() }
    let lastNight = try copy(world)
    try first.remove(follow("deleted"))
    try first.write(Follow(on: true), id: "today")
    for replica in [first, second] { _ = try await world.engine(replica).sync() }
    try restore(world, lastNight)
    for replica in [second, first, second] { _ = try await world.engine(replica).sync() }
    for replica in [first, second] {
      #expect(try replica.record(follow("today"))?.deleted == false)
      #expect(try replica.record(follow("deleted"))?.deleted == true)
      #expect(try replica.status().pending == 0)
    }
    let third = try world.replica(node: 3)
    _ = try await world.engine(third).sync()
    #expect(Set(try third.records().filter { !$0.deleted }.map(\.id)) == ["kept", "today"])
  }

  @Test func `content that the restored server does not have goes, and what it publishes anew is taken`() async throws {
    let (world, first, _) = try await smallWorld()
    try await world.publish(Sample.story, Sample.article("a1", "First"))
    let lastNight = try copy(world)
    try await world.publish(Sample.article("a1", "Lost correction", version: 2), Sample.article("a2", "Lost"))
    try await world.publish(Sample.article("a3", "Lost too"))
    _ = try await world.engine(first).sync()
    #expect(try first.articles().count == 3)
    try restore(world, lastNight)
    try await world.publish(Sample.article("a1", "Corrected again", version: 2))
    _ = try await world.engine(first).sync()
    #expect(try first.articles().map(\.headline) == ["Corrected again"])
    #expect(try first.search("lost").isEmpty)
  }

  @Test(arguments: [
    (["restored"], ["acked", "edited"]), (["compacted"], ["edited"]),
    (["compacted", "restored"], ["acked", "edited"]),
    (["rekeyed"], ["acked", "edited"]), (["compacted", "rekeyed"], ["acked", "edited"]),
    (["something-new"], ["acked", "edited"]), (["compacted", "something-new"], ["acked", "edited"]),
    ([], ["acked", "edited"]),
  ])
  func `what the server lacks after its history changed depends on the reasons`(
    reasons: [String], expected: [String]
  ) async throws {
    let (world, first, _) = try await smallWorld()
    let empty = try copy(world)
    try first.write(Follow(on: true), id: "acked")
    _ = try await world.engine(first).sync()
    try first.write(Follow(on: true), id: "edited")
    try restore(world, empty)
    let ours = world.transport
    let told = RoutedTransport { request in
      // The real refusal, with the reasons of this case.
      var response = try await ours.send(request)
      guard response.status == 410, var problem = try? StorylineJSON.decode(Problem.self, from: response.body) else {
        return response
      }
      problem.reasons = reasons
      response.body = try StorylineJSON.encode(problem)
      return response
    }
    _ = try await world.engine(first, told).sync()
    #expect(try first.records().map(\.id) == expected)
    let other = try world.replica(node: 2)
    _ = try await world.engine(other).sync()
    #expect(try other.records().map(\.id) == expected)
  }

  @Test func `what its reader had erased is dropped here too, sent or not, and later marks survive`() async throws {
    let (world, first, _) = try await smallWorld()
    let empty = try copy(world)
    try first.write(Follow(on: true), id: "acked")
    _ = try await world.engine(first).sync()
    try first.write(Follow(on: true), id: "edited")
    let erasedAt = Stamp(physical: UInt64(world.clock.now().milliseconds), counter: .max, node: .max)
    world.clock.advance(milliseconds: 1000)
    try first.write(Follow(on: true), id: "later")
    try restore(world, empty)
    let ours = world.transport
    let told = RoutedTransport { request in
      var response = try await ours.send(request)
      guard response.status == 410, var problem = try? StorylineJSON.decode(Problem.self, from: response.body) else {
        return response
      }
      problem.reasons = ["purged"]
      problem.purgedBefore = erasedAt
      response.body = try StorylineJSON.encode(problem)
      return response
    }
    _ = try await world.engine(first, told).sync()
    #expect(try first.records().map(\.id) == ["later"])
    let other = try world.replica(node: 2)
    _ = try await world.engine(other).sync()
    #expect(try other.records().map(\.id) == ["later"])
  }
}
