import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import StorylineTestSupport
import Testing

@testable import StorylineClient
@testable import StorylineStore

/// The randomised model of the library protocol, played with the real engine, real replicas and the real store:
/// lost requests and replies, stops in the middle, wrong clocks, clones, devices and servers put back to older copies.
///
/// `STORYLINE_SEEDS=1000-3000 swift test --filter ConvergenceTests` plays other seeds than the usual ones.
struct ConvergenceTests {
  private static let seeds: [UInt64] = {
    let bounds = (ProcessInfo.processInfo.environment["STORYLINE_SEEDS"] ?? "1-40").split(separator: "-")
    guard let first = bounds.first.flatMap({ UInt64($0) }), let last = bounds.last.flatMap({ UInt64($0) }) else {
      return []
    }
    return Array(first...max(first, last))
  }()

  enum Trouble: String, CaseIterable {
    case plain, deviceRestores, clones, serverRestores, everything
  }

  /// Invariants I5, I7, I14, I15, I16 and I20.
  @Test(arguments: Trouble.allCases)
  func `in the end all devices and the server hold the same`(trouble: Trouble) async throws {
    for seed in Self.seeds {
      var game = try await Game(seed: seed, trouble: trouble)
      for _ in 0..<40 { try await game.step() }
      try await game.calmDown()
      let faults = try await game.faults()
      #expect(faults.isEmpty, "\(trouble), seed \(seed)")
    }
  }
}

/// A wall clock that is off by so many milliseconds.
private final class WrongClock: SyncClock, @unchecked Sendable {
  let right: ManualClock
  private let lock = NSLock()
  private var shift: Int64

  init(_ right: ManualClock, off: Int64) {
    self.right = right
    shift = off
  }

  var off: Int64 {
    get { lock.withLock { shift } }
    set { lock.withLock { shift = newValue } }
  }

  func now() -> Timestamp { right.now().advanced(byMilliseconds: off) }
  func sleep(for duration: Duration) async throws { try await right.sleep(for: duration) }
}

private struct Game {
  struct Device {
    var replica: Replica
    let clock: WrongClock

    func copy(off: Int64? = nil) throws -> Device {
      let clock = WrongClock(clock.right, off: off ?? clock.off)
      let other = try Replica.inMemory(now: clock.now, random: { 0 })
      try replica.storage.database.writer.backup(to: other.storage.database.writer)
      return Device(replica: other, clock: clock)
    }
  }

  let trouble: ConvergenceTests.Trouble
  let world: World
  var random: SeededGenerator
  var devices: [Device] = []
  var serverCopies: [DatabaseQueue] = []
  var deviceCopies: [(index: Int, Device)] = []
  /// The highest version of each record that a device was told is stored.
  let acknowledged = Acknowledgements()
  var edits = 0

  init(seed: UInt64, trouble: ConvergenceTests.Trouble) async throws {
    self.trouble = trouble
    random = SeededGenerator(seed: seed)
    var limits = ServiceLimits()
    limits.pageRows = 3
    limits.mutationsPerRequest = 4
    world = try await World(limits: limits, clock: ManualClock())
    let offsets: [Int64] = [0, 0, 0, -500_000, 500_000, 30_000, 1_000_000_000]
    for node in UInt64(1)...3 {
      let off = offsets.randomElement(using: &random) ?? 0
      let clock = WrongClock(world.clock, off: off)
      let replica = try Replica.inMemory(now: clock.now, random: { node })
      devices.append(Device(replica: replica, clock: clock))
    }
  }

  private func may(_ kind: ConvergenceTests.Trouble) -> Bool { trouble == kind || trouble == .everything }

  mutating func step() async throws {
    let pauses: [Int64] = [1, 1000, 5000, 100_000]
    world.clock.advance(milliseconds: pauses.randomElement(using: &random) ?? 1)
    let index = Int.random(in: devices.indices, using: &random)
    switch Int.random(in: 0..<1000, using: &random) {
    case 0..<450: try edit(devices[index])
    case 450..<850:
      try await sync(devices[index], isLossy: true, steps: [1, 2, 3, 20].randomElement(using: &random) ?? 1)
    case 850..<880: try keepServer()
    case 880..<910: if may(.serverRestores) { try restoreServer() }
    case 910..<930:
      if may(.clones), devices.count < 6 { devices.append(try devices[index].copy()) }
    case 930..<950: deviceCopies.append((index, try devices[index].copy()))
    case 950..<970:
      if may(.deviceRestores), let (index, old) = deviceCopies.randomElement(using: &random) {
        devices[index] = try old.copy()
      }
    case 970..<990:
      let offsets: [Int64] = [0, -100_000_000, 100_000_000, 45_000]
      devices[index].clock.off = offsets.randomElement(using: &random) ?? 0
    default: break
    }
  }

  private mutating func edit(_ device: Device) throws {
    edits += 1
    let key = LibraryKey(kind: .preference, id: "k\(Int.random(in: 0..<8, using: &random))")
    if Int.random(in: 0..<4, using: &random) == 0 {
      try device.replica.remove(key)
    } else {
      try device.replica.write(Preference(value: .integer(Int64(edits))), id: key.id)
    }
  }

  private mutating func sync(_ device: Device, isLossy: Bool, steps: Int) async throws {
    var dice = SeededGenerator(seed: random.next())
    let fates = (0..<100).map { _ in Int.random(in: 0..<100, using: &dice) }
    let faulty = FaultyTransport(world.transport) { number, _ in
      guard isLossy, number < fates.count else { return .none }
      return fates[number] < 12 ? .loseRequest : fates[number] < 25 ? .loseReply : .none
    }
    let transport = Acknowledging(inner: faulty, log: acknowledged)
    var limits = SyncLimits.small(mutations: 4, rows: 3, retries: 0)
    limits.requests = steps
    // The library's half of a sync: the content has nothing to do with it, and half the requests.
    let headers = [TransportRequest.Header("authorization", "Bearer \(world.credentials.accessToken)")]
    var courier = Courier(
      transport: transport, clock: device.clock, random: { 0 }, limits: limits, headers: headers)
    var library = LibrarySync(replica: device.replica, clock: device.clock, limits: limits.service, mutants: [])
    var report = SyncReport()
    do {
      try await library.run(&courier, &report)
    } catch SyncError.offline where isLossy {
    } catch SyncError.wait where isLossy {
    }
  }

  private mutating func keepServer() throws {
    let copy = try DatabaseQueue()
    try world.store.database.writer.backup(to: copy)
    serverCopies.append(copy)
  }

  private mutating func restoreServer() throws {
    guard let copy = serverCopies.randomElement(using: &random) else { return }
    try copy.backup(to: world.store.database.writer)
  }

  /// All devices sync without trouble, a few times: writes that heal a server need a round to get everywhere.
  mutating func calmDown() async throws {
    for _ in 0..<3 {
      world.clock.advance(milliseconds: 1000)
      for device in devices { try await sync(device, isLossy: false, steps: 400) }
    }
  }

  func faults() async throws -> [String] {
    let reader = try #require(ReaderID(world.credentials.accountID))
    var records: [LibraryKey: LibraryRecord] = [:]
    var after: StorylineModels.Cursor?
    var more = true
    while more {
      let page = try await world.store.libraryPage(after: after, empty: false, limit: nil, for: reader)
      for record in page.changes { records[record.key] = record }
      (after, more) = (page.cursor, page.more)
    }
    var faults: [String] = []
    let live = records.values.filter { !$0.deleted }
    for (index, device) in devices.enumerated() {
      let held = try device.replica.records().filter { !$0.deleted }
      if Set(held.map(Fingerprint.init)) != Set(live.map(Fingerprint.init)) {
        faults.append("device \(index) diverged")
      }
      let status = try device.replica.status()
      if status.pending > 0 { faults.append("device \(index) still has \(status.pending) to push") }
      if status.quarantined > 0 { faults.append("device \(index) has a refused record") }
    }
    // Where no device lost what it had, nothing that was acknowledged may be gone, whatever the server lost.
    if !may(.deviceRestores) {
      for (key, rank) in acknowledged.highest where records[key].map({ $0.rank < rank }) ?? true {
        faults.append("an acknowledged version of \(key.id) is lost")
      }
    }
    return faults
  }
}

/// What must be the same everywhere; the seq is the server's own.
private struct Fingerprint: Hashable {
  let key: LibraryKey
  let stamp: Stamp
  let payload: String

  init(_ record: LibraryRecord) {
    key = record.key
    stamp = record.stamp
    payload = record.payload
  }
}

private final class Acknowledgements: @unchecked Sendable {
  private let lock = NSLock()
  private var ranks: [LibraryKey: Rank] = [:]

  var highest: [LibraryKey: Rank] { lock.withLock { ranks } }

  func note(_ mutation: Mutation) {
    guard let stamp = Stamp(mutation.stamp) else { return }
    let record = LibraryRecord(
      kind: mutation.kind, id: mutation.id, stamp: stamp, deleted: mutation.deleted ?? false,
      payload: mutation.payload ?? "")
    lock.withLock { ranks[record.key] = max(ranks[record.key] ?? record.rank, record.rank) }
  }
}

/// Remembers what a device was told is stored.
private struct Acknowledging: HTTPTransport {
  let inner: any HTTPTransport
  let log: Acknowledgements

  func send(_ request: TransportRequest) async throws -> TransportResponse {
    let response = try await inner.send(request)
    guard request.path == Route.librarySync.path, response.status == 200 else { return response }
    let asked = try StorylineJSON.decode(LibrarySyncRequest.self, from: request.body ?? Data())
    let told = try StorylineJSON.decode(LibrarySyncResponse.self, from: response.body)
    for result in told.results where [.applied, .same].contains(result.status) {
      asked.mutations.first { $0.m == result.m }.map(log.note)
    }
    return response
  }
}
