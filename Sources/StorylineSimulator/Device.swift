import Foundation
import GRDB
import StorylineClient
import StorylineModels
import StorylineSQLite

/// One device of one reader: its replica, the programs that sync it, its clock, its failing disk.
final class Device {
  let number: Int
  let reader: Reader
  let clock: DeviceClock
  private(set) var replica: Replica
  /// The app, and what the system runs beside it.
  private(set) var programs: [SyncProgram] = []
  private(set) var disk: Disk
  let credentials: Credentials
  /// What it held after the last thing that happened to it.
  var view: DeviceView
  /// Parts of snapshots whose staged rows were compared with the server's.
  var checkedParts: Set<String> = []
  private let limits: SyncLimits
  private let seed: UInt64
  private let programCount: Int

  /// - Parameters:
  ///   - programs: how many of them sync this device, side by side.
  ///   - contents: what its replica begins with.
  init(
    number: Int, programs: Int, reader: Reader, credentials: Credentials, stage: Stage, clockError: Int64,
    limits: SyncLimits, seed: UInt64, contents: DatabaseQueue
  ) throws {
    self.number = number
    programCount = programs
    self.reader = reader
    self.credentials = credentials
    self.limits = limits
    self.seed = seed
    let clock = DeviceClock(stage: stage, offset: clockError)
    self.clock = clock
    replica = try Self.replica(contents, clock, seed)
    disk = Disk(replica.storage.database.writer)
    view = try DeviceView(replica)
    startPrograms()
  }

  /// The rows of a snapshot's part as this device took them in.
  func stagedRows(ofPart sha256: String) throws -> [Data] {
    try replica.storage.database.readNow { db in
      try Data.fetchAll(db, sql: "SELECT wire FROM staged_row WHERE sha256 = ? ORDER BY key", arguments: [sha256])
    }
  }

  private static func replica(_ contents: DatabaseQueue, _ clock: DeviceClock, _ seed: UInt64) throws -> Replica {
    try Replica.inMemory(restoring: contents, now: clock.now, random: { seed })
  }

  private func startPrograms() {
    programs = (0..<programCount).map { place in
      let task = SyncProgram.task(device: number, program: place)
      return SyncProgram(
        task: task,
        engine: SyncEngine(
          replica: replica, credentials: credentials, transport: StagedTransport(stage: clock.stage, task: task),
          clock: ProgramClock(clock: clock, task: task), random: { [seed] in seed &* 0x9E37_79B9_7F4A_7C15 },
          limits: limits))
    }
  }

  /// Starts all programs anew on these contents; whatever ran before is gone.
  func restart(on contents: DatabaseQueue) throws {
    replica = try Self.replica(contents, clock, seed)
    disk = Disk(replica.storage.database.writer)
    view = try DeviceView(replica)
    checkedParts = []
    startPrograms()
  }
}

/// One program that syncs a device's replica.
final class SyncProgram {
  private static let perDevice = 2

  /// Its number on the stage.
  let task: Int
  let engine: SyncEngine
  /// The sync that was begun and has not ended.
  var running: SyncBox?

  init(task: Int, engine: SyncEngine) {
    self.task = task
    self.engine = engine
  }

  static func task(device: Int, program: Int) -> Int { device * perDevice + program }
  static func device(of task: Int) -> Int { task / perDevice }
  static func place(of task: Int) -> Int { task % perDevice }
}

/// Who reads, with devices enrolled before anything can be copied or put back.
final class Reader {
  let number: Int
  /// The bytes of the account's id.
  let account: Data
  /// Stands in every payload of this reader, and must never reach another.
  var marker: String { "reader-\(number)." }
  private var enrolments: [Credentials]

  init(number: Int, _ opening: Opening.Reader) {
    self.number = number
    account = opening.account
    enrolments = opening.enrolments
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
