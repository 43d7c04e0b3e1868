import Foundation
import GRDB
import StorylineClient
import StorylineModels
import StorylineSQLite

/// One device of one reader: its replica, its engine, its clock, its failing disk.
final class Device {
  let task: Int
  let reader: Reader
  let clock: DeviceClock
  private(set) var replica: Replica
  private(set) var engine: SyncEngine
  private(set) var disk: Disk
  let credentials: Credentials
  /// The sync that was begun and has not ended.
  var running: SyncBox?
  /// What it held after the last thing that happened to it.
  var view: DeviceView
  private let limits: SyncLimits
  private let seed: UInt64

  /// - Parameter contents: nil: a new, empty replica.
  init(
    task: Int, reader: Reader, credentials: Credentials, stage: Stage, clockError: Int64, limits: SyncLimits,
    seed: UInt64, contents: DatabaseQueue? = nil
  ) throws {
    self.task = task
    self.reader = reader
    self.credentials = credentials
    self.limits = limits
    self.seed = seed
    let clock = DeviceClock(stage: stage, task: task, offset: clockError)
    self.clock = clock
    replica = try Self.replica(contents, clock, seed)
    engine = Self.engine(replica, credentials, clock, limits, seed)
    disk = Disk(replica.storage.database.writer)
    view = try DeviceView(replica)
  }

  private static func replica(_ contents: DatabaseQueue?, _ clock: DeviceClock, _ seed: UInt64) throws -> Replica {
    guard let contents else { return try Replica.inMemory(now: clock.now, random: { seed }) }
    return try Replica.inMemory(restoring: contents, now: clock.now, random: { seed })
  }

  private static func engine(
    _ replica: Replica, _ credentials: Credentials, _ clock: DeviceClock, _ limits: SyncLimits, _ seed: UInt64
  ) -> SyncEngine {
    SyncEngine(
      replica: replica, credentials: credentials, transport: StagedTransport(stage: clock.stage, task: clock.task),
      clock: clock, random: { seed &* 0x9E37_79B9_7F4A_7C15 }, limits: limits)
  }

  /// Starts the app anew on these contents; whatever ran before is gone.
  func restart(on contents: DatabaseQueue) throws {
    replica = try Self.replica(contents, clock, seed)
    engine = Self.engine(replica, credentials, clock, limits, seed)
    disk = Disk(replica.storage.database.writer)
    running = nil
    view = try DeviceView(replica)
  }
}

/// Who reads, with devices enrolled before anything can be copied or put back.
final class Reader {
  let number: Int
  /// The bytes of the account's id.
  let account: Data
  /// Stands in every payload of this reader, and must never reach another.
  var marker: String { "reader-\(number)." }
  private var enrolments: [Credentials]

  init(number: Int, account: Data, enrolments: [Credentials]) {
    self.number = number
    self.account = account
    self.enrolments = enrolments
  }

  /// The credentials of a device that nobody uses yet; nil if there are none left.
  func nextEnrolment() -> Credentials? { enrolments.popLast() }
}

/// How one sync ended, told across tasks.
final class SyncBox: @unchecked Sendable {
  private let lock = NSLock()
  // Guarded by `lock`.
  private var value: Result<SyncReport, any Error>?

  var result: Result<SyncReport, any Error>? { lock.withLock { value } }

  func end(with result: Result<SyncReport, any Error>) { lock.withLock { value = result } }
}
