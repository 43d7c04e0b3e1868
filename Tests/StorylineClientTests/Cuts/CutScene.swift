import Foundation
import StorylineModels
import StorylineSQLite
import StorylineTestSupport
import Testing

@testable import StorylineClient
@testable import StorylineStore

/// A device and its server at the moment before one kind of request, which can be played again and again.
struct CutScene: Sendable {
  let name: String
  let world: World
  let replica: Replica
  /// Whether the request changes the server.
  let writes: Bool
  let isTarget: CuttingTransport.Target
  private let service: ServiceTransport
  private let before: (replica: SavedDatabase, store: SavedDatabase)
  private let states: (replica: DatabaseState, store: DatabaseState)

  /// What both sides hold.
  struct Outcome {
    var replica: [String: String]
    var store: [String: String]

    /// The tables that hold something else, with what they hold.
    func differences(from other: Outcome) -> [String] {
      [(replica, other.replica), (store, other.store)].flatMap { ours, theirs in
        Set(ours.keys).union(theirs.keys).sorted().filter { ours[$0] != theirs[$0] }.map {
          "\($0): \(ours[$0] ?? "nothing") instead of \(theirs[$0] ?? "nothing")"
        }
      }
    }
  }

  /// What says nothing about what the replica holds: under which number the server keeps a version. The device hears
  /// it only of versions that come in a page, and one whose acknowledgement was lost does.
  static let replicaNoise: Set<String> = ["library.seq"]
  /// Drawn anew for each commit.
  static let storeNoise: Set<String> = ["commit_log.tag", "stream.tag"]

  init(
    _ name: String, _ world: World, _ replica: Replica, writes: Bool = false,
    cutting isTarget: @escaping CuttingTransport.Target
  ) throws {
    self.name = name
    self.world = world
    self.replica = replica
    self.writes = writes
    self.isTarget = isTarget
    service = ServiceTransport(world)
    let (ours, theirs) = (replica.storage.database.writer, world.store.database.writer)
    before = (try SavedDatabase(ours), try SavedDatabase(theirs))
    states = (
      try DatabaseState(of: ours, ignoring: Self.replicaNoise), try DatabaseState(of: theirs, ignoring: Self.storeNoise)
    )
  }

  /// Plays the scene with each cut of the reply, and compares how it ends with how it ends without one.
  ///
  /// - Returns: how many cases that were.
  func play() async throws -> Int {
    let whole = CuttingTransport(service, nil, at: isTarget)
    try await sync(whole, retries: 0)
    let expected = try await outcome()
    let length = try #require(await whole.length, "\(name): there was no such request")
    for count in 0..<length {
      try reset()
      try await playShort(count, expected)
      try reset()
      try await playBroken(count, expected)
    }
    return length * 2
  }

  /// The body ends early and nothing tells; the sync may fail, and the next one goes on.
  private func playShort(_ count: Int, _ expected: Outcome) async throws {
    let cutting = CuttingTransport(service, .short(count), at: isTarget)
    do {
      try await sync(cutting, retries: 0)
    } catch is SyncError {
      try await sync(service, retries: 0)
    }
    #expect(await cutting.length != nil)
    #expect(try await outcome().differences(from: expected) == [], "\(name): a body of \(count) bytes")
  }

  /// The connection breaks; the same sync goes on.
  private func playBroken(_ count: Int, _ expected: Outcome) async throws {
    let cutting = CuttingTransport(service, .broken(count), at: isTarget)
    try await sync(cutting, retries: 4)
    #expect(await cutting.length != nil)
    #expect(try await outcome().differences(from: expected) == [], "\(name): broken after \(count) bytes")
  }

  private func sync(_ transport: any HTTPTransport, retries: Int) async throws {
    var limits = SyncLimits(retries: retries)
    limits.partChunk = 1 << 20
    _ = try await world.engine(replica, transport, clock: Sleepless(clock: world.clock), limits: limits).sync()
  }

  private func reset() throws {
    try before.replica.restore()
    guard writes else { return }
    try before.store.restore()
    world.store.forgetEverything()
  }

  private func outcome() async throws -> Outcome {
    var outcome = Outcome(
      replica: try states.replica.read(replica.storage.database.writer),
      store: try states.store.read(world.store.database.writer))
    guard writes else { return outcome }
    // A cursor has the commit's tag in it.
    let head = try await world.store.streamHeads(for: world.reader).library
    outcome.replica["stream"] = outcome.replica["stream"]?.replacing(head.rawValue, with: "the head")
    return outcome
  }
}

/// A clock that stands still, so that what is noted of time is the same in every case.
struct Sleepless: SyncClock {
  let clock: ManualClock

  func now() -> Timestamp { clock.now() }
  func sleep(for duration: Duration) async throws { try Task.checkCancellation() }
}
