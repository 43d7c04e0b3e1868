import Foundation
import StorylineModels
import StorylineStore
import StorylineTestSupport

@testable import StorylineClient

extension CutScene {
  private static func isPage(_ request: TransportRequest, _ response: TransportResponse) -> Bool {
    request.path.hasPrefix(Route.contentChanges.path)
  }

  private static func isRefusedPage(_ request: TransportRequest, _ response: TransportResponse) -> Bool {
    isPage(request, response) && response.status == 410
  }

  private static func isManifest(_ request: TransportRequest, _ response: TransportResponse) -> Bool {
    request.path.hasPrefix(Route.contentSnapshot.path + "s/")
  }

  /// The page of one commit to a device that has all before it.
  static func pages() async throws -> [CutScene] {
    let poll = Entity.unknown(
      kind: ContentKind(rawValue: "poll"), id: "p1",
      body: try RawJSON(validating: Data(#"{"question":"Who pays?","weights":[1.10,9007199254740993]}"#.utf8)))
    let commits: [(String, [Entity], [ContentCommit.Removal])] = [
      ("a page with a new article", [Sample.article("a3", "A third meeting", day: 3, tags: ["nato"])], []),
      ("a page with a changed article", [Sample.article("a1", "Allies met", text: "They had met.", version: 2)], []),
      ("a page with a deletion", [], [.init(kind: .article, id: "a2")]),
      ("a page with an event", [Sample.event("e2", article: "a1")], []),
      ("a page with a kind of later versions", [poll], []),
    ]
    var scenes: [CutScene] = []
    for (name, entities, removals) in commits {
      let (world, replica) = try await caughtUp()
      _ = try await world.store.publish(ContentCommit(entities: entities, removals: removals, author: "test"))
      scenes.append(try CutScene(name, world, replica, cutting: isPage))
    }
    return scenes
  }

  /// A walk from the beginning in several pages, cut at its first, in its middle and at its end.
  static func walk() async throws -> [CutScene] {
    var scenes: [CutScene] = []
    // One request is the library's, one asks for a snapshot; the rest are pages.
    for (name, requests) in [("the first page of a walk", 0), ("a page in a walk", 3), ("the last page of a walk", 4)] {
      var limits = ServiceLimits()
      limits.pageRows = 2
      let world = try await World(limits: limits)
      try await world.publish(Sample.story)
      for id in ["s1", "s2", "s3", "s4"] {
        try await world.publish(.source(Source(id: Identifier(id), name: "The Desk", type: "publisher")))
      }
      let replica = try world.replica()
      if requests > 0 {
        var few = SyncLimits(retries: 0)
        few.requests = requests
        _ = try? await world.engine(replica, limits: few).sync()
      }
      scenes.append(try CutScene(name, world, replica, cutting: isPage))
    }
    return scenes
  }

  /// A snapshot's manifest and its parts, on a device that holds nothing.
  static func snapshot() async throws -> [CutScene] {
    let (world, manifest) = try await worldWithSnapshot()
    var scenes = [try CutScene("a snapshot's manifest", world, try world.replica(), cutting: isManifest)]
    for number in manifest.parts.indices {
      let (world, manifest) = try await worldWithSnapshot()
      let digest = manifest.parts[number].sha256
      scenes.append(
        try CutScene("part \(number) of a snapshot", world, try world.replica()) { request, _ in
          request.path.contains(digest)
        })
    }
    return scenes
  }

  /// The refusals that send a device to a snapshot, or back to the beginning.
  static func refusals() async throws -> [CutScene] {
    let (world, replica) = try await caughtUp()
    world.clock.advance(milliseconds: 1000)
    try await world.publish(remove: .init(kind: .article, id: "a1"))
    world.clock.advance(milliseconds: 1000)
    try await world.store.collectTombstones(olderThan: .zero)
    let expired = try CutScene("the refusal of a cursor that is too old", world, replica, cutting: isRefusedPage)
    let (other, marked) = try await restored()
    return [
      expired,
      try CutScene("the refusal of another history's page", other, marked, writes: true, cutting: isRefusedPage),
    ]
  }

  /// A server that was put back to before a mark and a correction, and a device that has both.
  static func restored() async throws -> (World, Replica) {
    let (world, replica) = try await caughtUp()
    try replica.setRead(true, article: "a1")
    _ = try await world.engine(replica).sync()
    let backup = try world.backup()
    try replica.setSaved(true, article: "a2")
    try await world.publish(Sample.article("a1", "Corrected and lost", version: 2))
    _ = try await world.engine(replica).sync()
    try world.restore(backup)
    try await world.store.markRestored()
    return (world, replica)
  }

  /// A device that has the whole of a small story.
  static func caughtUp() async throws -> (World, Replica) {
    let world = try await World()
    try await world.publish(Sample.story, Sample.source, Sample.article("a1"), Sample.article("a2", day: 2))
    let replica = try world.replica()
    _ = try await world.engine(replica).sync()
    return (world, replica)
  }

  private static func worldWithSnapshot() async throws -> (World, SnapshotManifest) {
    let world = try await World()
    try await world.publish(Sample.story, Sample.source, Sample.article("a1"))
    // Another month: another part.
    world.clock.advance(milliseconds: 40 * 86_400_000)
    try await world.publish(Sample.article("a2", day: 2), Sample.event("e1", article: "a1"))
    return (world, try await world.store.publishSnapshot())
  }
}
