import Foundation
import GRDB
import StorylineClient
import StorylineModels
import StorylineSQLite
import StorylineStore

/// One history: a server, some readers with some devices, and everything that can go wrong, chosen by a seed.
///
/// The store, the controllers and the engine are the real ones. Time is virtual; who acts next is always decided here.
public final class Simulation {
  /// What one history showed.
  public struct Outcome: Sendable {
    public var seed: UInt64
    public var troubles: Troubles
    public var violations: [Violation]
    /// What happened, line by line; empty unless it was asked for.
    public var history: [String]
    /// Requests that the server heard.
    public var requests: Int
  }

  static let start = Timestamp(milliseconds: 1_733_040_000_000)
  private static let steps = 140

  let seed: UInt64
  let troubles: Troubles
  let stage = Stage(time: Simulation.start)
  let limits: SyncLimits
  var dice: Dice
  var house: House
  var judge = Judge()
  var cache = Cache()
  var readers: [Reader] = []
  var devices: [Device] = []
  /// Answers on their way back, by task.
  var inbound: [Int: TransportResponse] = [:]
  /// Copies of devices, to put back or to clone.
  var deviceCopies: [(device: Int, contents: DatabaseQueue)] = []
  /// Pushes that were answered in the present history of the server.
  var answeredPushes: [TransportRequest] = []
  var tokens = 0
  var requests = 0
  var isCalm = false
  private var tracing: Bool
  private var history: [String] = []

  init(seed: UInt64, mutant: Mutant?, trace: Bool, directory: String?) throws {
    self.seed = seed
    troubles = mutant?.troubles ?? Troubles.of(seed: seed)
    tracing = trace
    dice = Dice(seed: seed)
    var service = ServiceLimits()
    service.pageRows = 3
    service.mutationsPerRequest = 4
    var limits = SyncLimits(service: service)
    limits.retries = 3
    limits.partChunk = 256
    limits.requests = 300
    limits.mutants = mutant?.client ?? []
    self.limits = limits
    house = try House(
      stage: stage, limits: service, directory: troubles.contains(.file) ? directory : nil,
      mutants: mutant?.store ?? [])
  }

  /// Plays the history of a seed to its end and judges it.
  ///
  /// - Parameters:
  ///   - mutant: a rule to break; its troubles stand in for those of the seed.
  ///   - directory: an empty folder for histories that need files; they run in memory without it.
  public static func run(
    seed: UInt64, mutant: Mutant? = nil, trace: Bool = false, directory: String? = nil
  ) async throws -> Outcome {
    let simulation = try Simulation(seed: seed, mutant: mutant, trace: trace, directory: directory)
    try await simulation.play()
    return simulation.outcome
  }

  private var outcome: Outcome {
    Outcome(seed: seed, troubles: troubles, violations: judge.violations, history: history, requests: requests)
  }

  private func play() async throws {
    try await settle()
    for _ in 0..<Self.steps { try await step() }
    try await quiesce()
    try house.close()
  }

  func tell(_ line: @autoclosure () -> String) {
    guard tracing else { return }
    let seconds = Double(stage.now.milliseconds - Self.start.milliseconds) / 1000
    history.append(String(format: "%10.1f s  ", seconds) + line())
  }

  /// Two readers with their devices, and a story.
  private func settle() async throws {
    for number in 1...2 { readers.append(try await enrol(number)) }
    for reader in [readers[0], readers[0], readers[0], readers[1]] { try addDevice(of: reader) }
    try await publish(opening: true)
  }

  private func enrol(_ number: Int) async throws -> Reader {
    let invite = try await house.store.createInvite(scope: Scope.reader, devices: 8, validFor: 3600)
    var credentials: [Credentials] = []
    var account = Data()
    for device in 0..<8 {
      let id = String(format: "00000000-0000-4000-8000-%012x", number * 100 + device)
      let enrolment = try await house.store.redeem(
        InviteRedemption(invite: invite.text, requestID: id, deviceName: nil))
      account = enrolment.reader.bytes
      credentials.append(
        Credentials(
          server: "https://simulated", trust: .system, accessToken: enrolment.accessToken,
          accountID: enrolment.reader.description, deviceID: enrolment.device.description, scope: ""))
    }
    // Sign-in is not what is tried here: tokens outlive all that happens.
    try await house.store.database.writer.write { db in
      try db.execute(sql: "UPDATE token SET expires_at = expires_at * 2")
    }
    return Reader(number: number, account: account, enrolments: credentials)
  }

  @discardableResult
  func addDevice(
    of reader: Reader, credentials: Credentials? = nil, contents: DatabaseQueue? = nil
  ) throws -> Device? {
    guard let credentials = credentials ?? reader.nextEnrolment() else { return nil }
    let errors: [Int64] = troubles.contains(.clocks) ? [0, 0, -500_000, 500_000, 30_000, 94_608_000_000] : [0]
    let device = try Device(
      number: devices.count, programs: troubles.contains(.programs) ? 2 : 1, reader: reader, credentials: credentials,
      stage: stage, clockError: dice.pick(errors) ?? 0, limits: limits, seed: dice.next(), contents: contents)
    devices.append(device)
    return device
  }
}
