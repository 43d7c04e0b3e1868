import Foundation
import StorylineModels
import StorylineStore
import StorylineTestSupport

@testable import StorylineClient

extension CutScene {
  private static func isPoll(_ request: TransportRequest, _ response: TransportResponse) -> Bool {
    request.path.hasPrefix(Route.live.path)
  }

  private static func isLibrary(_ request: TransportRequest, _ response: TransportResponse) -> Bool {
    request.path == Route.librarySync.path && response.status == 200
  }

  private static func isRefusedLibrary(_ request: TransportRequest, _ response: TransportResponse) -> Bool {
    request.path == Route.librarySync.path && response.status == 410
  }

  /// “Is anything new?”, with each answer that has a body.
  static func polls() async throws -> [CutScene] {
    var scenes: [CutScene] = []
    for isLibraryNew in [false, true] {
      let (world, replica) = try await caughtUp()
      if isLibraryNew {
        let other = try world.replica(node: 2)
        try other.write(Follow(on: true), id: "e1")
        _ = try await world.engine(other).sync()
      } else {
        try await world.publish(Sample.article("a3", day: 3))
      }
      scenes.append(
        try CutScene("a poll that hears of \(isLibraryNew ? "marks" : "news")", world, replica, cutting: isPoll))
    }
    return scenes
  }

  /// Marks on their way out, with every kind of result.
  static func pushes() async throws -> [CutScene] {
    let (one, single) = try await caughtUp()
    try single.setRead(true, article: "a1")
    let (two, several) = try await caughtUp()
    try several.markAllRead()
    try several.setSaved(true, article: "a2")
    try several.write(Note(text: "Ask the desk", article: "a2"), id: "n1")
    try several.remove(LibraryKey(kind: .follow, id: "e1"))
    return [
      try CutScene("a push of one mark", one, single, writes: true, cutting: isLibrary),
      try CutScene("a push of several marks", two, several, writes: true, cutting: isLibrary),
      try await conflict(), try await aheadOfTime(), try await overQuota(), try await compressed(),
    ]
  }

  /// A note that lost against another device's: the winner comes in the reply, and the loser stays as a copy.
  private static func conflict() async throws -> CutScene {
    let (world, replica) = try await caughtUp()
    try replica.write(Note(text: "base"), id: "n1")
    _ = try await world.engine(replica).sync()
    let other = try world.replica(node: 2)
    _ = try await world.engine(other).sync()
    try replica.write(Note(text: "mine"), id: "n1")
    world.clock.advance(milliseconds: 1000)
    try other.write(Note(text: "hers"), id: "n1")
    _ = try await world.engine(other).sync()
    return try CutScene("a push that is superseded", world, replica, writes: true, cutting: isLibrary)
  }

  /// Marks of a device whose clock is a year ahead are stamped anew and sent once more.
  private static func aheadOfTime() async throws -> CutScene {
    let (world, _) = try await caughtUp()
    let later = world.clock.now().advanced(byMilliseconds: 365 * 86_400_000)
    let replica = try Replica.inMemory(now: { later }, random: { 5 })
    _ = try await world.engine(replica).sync()
    try replica.write(Follow(on: true), id: "e1")
    try replica.write(Follow(on: true), id: "e2")
    return try CutScene("a push from the future", world, replica, writes: true, cutting: isLibrary)
  }

  /// What the server refuses for good goes into the quarantine.
  private static func overQuota() async throws -> CutScene {
    var limits = ServiceLimits()
    limits.libraryRecords = 1
    let world = try await World(limits: limits)
    let replica = try world.replica()
    for id in ["e1", "e2"] { try replica.write(Follow(on: true), id: id) }
    return try CutScene("a push over the quota", world, replica, writes: true, cutting: isLibrary)
  }

  /// A request that is large enough to be compressed.
  private static func compressed() async throws -> CutScene {
    let (world, replica) = try await caughtUp()
    try replica.write(Note(text: String(repeating: "All of it again. ", count: 100)), id: "n1")
    return try CutScene("a push that was compressed", world, replica, writes: true, cutting: isLibrary)
  }

  /// Another device's records on their way in: from the beginning, in the middle, at the end, and what is new.
  static func pulls() async throws -> [CutScene] {
    var scenes: [CutScene] = []
    for (name, requests) in [
      ("the first page of a library", 0), ("a page within a library", 1), ("the last page of a library", 2),
    ] {
      var limits = ServiceLimits()
      limits.pageRows = 2
      let world = try await World(limits: limits)
      let other = try world.replica(node: 2)
      for id in 1...5 {
        try other.write(Preference(value: .integer(Int64(id))), id: "p\(id)")
        _ = try await world.engine(other).sync()
      }
      let replica = try world.replica()
      if requests > 0 {
        var few = SyncLimits(retries: 0)
        few.requests = requests
        _ = try? await world.engine(replica, limits: few).sync()
      }
      scenes.append(try CutScene(name, world, replica, cutting: isLibrary))
    }
    let (world, replica) = try await caughtUp()
    let other = try world.replica(node: 2)
    _ = try await world.engine(other).sync()
    try other.markAllRead()
    try other.write(Note(text: "Ask the desk", article: "a2"), id: "n1")
    try other.remove(LibraryKey(kind: .follow, id: "e1"))
    _ = try await world.engine(other).sync()
    scenes.append(try CutScene("what another device marked", world, replica, cutting: isLibrary))
    return scenes
  }

  /// A server that went back, and a reader who erased her library: the refusal, and the walk that follows it.
  static func returns() async throws -> [CutScene] {
    let (one, first) = try await restored()
    let (two, second) = try await restored()
    let (three, third) = try await caughtUp()
    try third.setRead(true, article: "a1")
    _ = try await three.engine(third).sync()
    three.clock.advance(milliseconds: 1000)
    try await three.store.eraseLibrary(of: three.reader)
    three.clock.advance(milliseconds: 1000)
    try third.setSaved(true, article: "a2")
    return [
      try CutScene("the refusal after a restore", one, first, writes: true, cutting: isRefusedLibrary),
      try CutScene("the walk after a restore", two, second, writes: true, cutting: isLibrary),
      try CutScene("the refusal after an erasure", three, third, writes: true, cutting: isRefusedLibrary),
    ]
  }
}
