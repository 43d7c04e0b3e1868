import Foundation
import GRDB
import Logging
import StorylineClient
import StorylineGzip
import StorylineModels
import StorylineSQLite
import StorylineServer
import StorylineStore

/// The server's machine: its store, the service on it, the copies that were taken of it, and its failing disk.
final class House {
  /// What one replays when a copy of the database is put back.
  struct Copy {
    let number: Int
    let contents: DatabaseQueue
  }

  private(set) var store: StoryStore
  private(set) var service: InProcessService
  private(set) var disk: Disk
  /// How often the service was started.
  private(set) var starts = 1
  private(set) var copies: [Copy] = []
  let clock: DeviceClock
  let bodies = BodyCache()
  /// nil: in memory.
  private let path: String?
  private let options: StoreOptions
  private let dice: SharedDice
  private let configuration: ServerConfiguration

  static func pepper() throws -> Pepper { try Pepper(bytes: Data(repeating: 7, count: 32)) }

  init(
    stage: Stage, limits: ServiceLimits, contents: DatabaseQueue, seed: UInt64, directory: String?,
    mutants: Set<StoreMutant>
  ) throws {
    let clock = DeviceClock(stage: stage, offset: 0)
    self.clock = clock
    path = directory.map { $0 + "/storyline.sqlite" }
    var options = StoreOptions(pepper: try Self.pepper(), limits: limits, now: clock.now)
    options.mutants = mutants
    let dice = SharedDice(seed: seed)
    self.dice = dice
    options.random = { dice.next() }
    // Outside the database, as the operator keeps it: no copy takes it back.
    if path == nil { options.erasures = .inMemory() }
    self.options = options
    var configuration = ServerConfiguration()
    configuration.limits = limits
    // Its devices live through months in a second.
    configuration.limits.requestsPerMinute = 0
    configuration.limits.mutationsPerMinute = 0
    self.configuration = configuration
    store = try Self.store(on: contents, at: path, options)
    service = Self.service(store, configuration, clock, dice)
    disk = Disk(store.database.writer)
  }

  /// Begins with what a copy of a database holds.
  private static func store(on contents: DatabaseQueue, at path: String?, _ options: StoreOptions) throws -> StoryStore
  {
    guard let path else { return try StoryStore.inMemory(restoring: contents, options: options) }
    for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
      try FileManager.default.removeItem(atPath: path + suffix)
    }
    let file = try DatabaseQueue(path: path)
    try contents.backup(to: file)
    try file.close()
    return try StoryStore.open(at: path, options: options)
  }

  private static func service(
    _ store: StoryStore, _ configuration: ServerConfiguration, _ clock: DeviceClock, _ dice: SharedDice
  ) -> InProcessService {
    InProcessService(
      store: store, configuration: configuration, logger: Logger(label: "simulator") { _ in SwiftLogNoOpLogHandler() },
      now: clock.now, random: dice.number)
  }

  func respond(to request: TransportRequest) async throws -> TransportResponse {
    let answer = try await service.respond(
      method: request.method, path: request.path, headers: request.headers.map { ($0.name, $0.value) },
      body: request.body)
    return TransportResponse(status: answer.status, headers: answer.headers, body: answer.body)
  }

  /// The rows of a snapshot's part; nil if the server does not have it any more.
  func rows(ofPart sha256: String) async throws -> [Data]? {
    guard let size = try await store.snapshotPartSize(sha256),
      let file = try await store.snapshotPart(sha256, range: 0..<size)
    else { return nil }
    return try Gzip.inflated(file, limit: .max).split(separator: UInt8(ascii: "\n")).map { Data($0) }
  }

  /// Stands still for as long as the database does.
  var state: State { State(starts: starts, changeCount: store.database.writer.changeCount) }

  struct State: Hashable {
    let starts: Int
    let changeCount: Int64
  }

  func takeCopy() throws -> Copy {
    let copy = Copy(number: copies.count + 1, contents: try store.copy())
    copies.append(copy)
    return copy
  }

  /// Stops the service, puts a copy in the place of its database, and starts it again.
  func restore(_ copy: Copy, told: Bool) async throws {
    try await reopen { [options] in try Self.store(on: copy.contents, at: self.path, options) }
    if told {
      try await store.markRestored()
      try await begin()
    }
  }

  /// Ends the service without notice and starts it on what the database holds then.
  func crash() async throws {
    if let path {
      try await reopen { [options] in try StoryStore.open(at: path, options: options) }
    } else {
      let contents = try store.copy()
      try await reopen { [options] in try StoryStore.inMemory(restoring: contents, options: options) }
    }
  }

  private func reopen(_ open: () throws -> StoryStore) async throws {
    try store.close()
    store = try open()
    starts += 1
    service = Self.service(store, configuration, clock, dice)
    disk = Disk(store.database.writer)
    try await begin()
  }

  /// What the service does when it starts: erasures that a copy does not know of are done again, and there is a
  /// snapshot of the present history.
  private func begin() async throws {
    try await store.repeatErasures()
    if try await store.newestSnapshot() == nil, try await store.contentHead().updatedAt != nil {
      try await store.publishSnapshot()
    }
  }

  /// Up to which stamp a reader erased the library; nil if that never happened.
  func erasedBefore(_ reader: Reader) throws -> Stamp? {
    try store.database.readNow { db in
      try String.fetchOne(db, sql: "SELECT purged_before FROM stream WHERE reader = ?", arguments: [reader.account])
        .flatMap(Stamp.init)
    }
  }

  func close() throws { try store.close() }
}

/// Makes the next commits of a database fail for want of space.
final class Disk: TransactionObserver, @unchecked Sendable {
  private let lock = NSLock()
  // Guarded by `lock`.
  private var failures = 0
  private var allowance = 0
  private var hasWritten = false

  init(_ writer: any DatabaseWriter) { writer.add(transactionObserver: self, extent: .databaseLifetime) }

  /// After `allowance` more commits, this many find no space.
  func fill(for failures: Int, after allowance: Int) {
    lock.withLock { (self.failures, self.allowance) = (failures, allowance) }
  }

  func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { lock.withLock { failures > 0 } }
  func databaseDidChange(with event: DatabaseEvent) { lock.withLock { hasWritten = true } }
  func databaseDidCommit(_ db: Database) { lock.withLock { hasWritten = false } }
  func databaseDidRollback(_ db: Database) { lock.withLock { hasWritten = false } }

  func databaseWillCommit() throws {
    try lock.withLock {
      // Reading needs no space.
      guard failures > 0, hasWritten else { return }
      guard allowance == 0 else {
        allowance -= 1
        return
      }
      failures -= 1
      throw DatabaseError(resultCode: .SQLITE_FULL, message: "the simulated disk is full")
    }
  }
}
