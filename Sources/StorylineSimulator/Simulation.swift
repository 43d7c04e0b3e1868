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
  /// Short histories show most, and are read sooner; some faults need a long one.
  private static let lengths = [30, 30, 30, 40, 40, 50, 50, 70, 70, 140]

  let seed: UInt64
  let troubles: Troubles
  let opening: Opening
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

  init(seed: UInt64, opening: Opening, mutant: Mutant?, trace: Bool, directory: String?) throws {
    self.seed = seed
    self.opening = opening
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
      stage: stage, limits: service, contents: opening.server, seed: seed,
      directory: troubles.contains(.file) ? directory : nil, mutants: mutant?.store ?? [])
  }

  /// Plays the history of a seed to its end and judges it.
  ///
  /// - Parameters:
  ///   - mutant: a rule to break; its troubles stand in for those of the seed.
  ///   - directory: an empty folder for histories that need files; they run in memory without it.
  public static func run(
    seed: UInt64, mutant: Mutant? = nil, trace: Bool = false, directory: String? = nil
  ) async throws -> Outcome {
    let simulation = try await Simulation(
      seed: seed, opening: .shared(), mutant: mutant, trace: trace, directory: directory)
    try await simulation.play()
    return simulation.outcome
  }

  private var outcome: Outcome {
    Outcome(seed: seed, troubles: troubles, violations: judge.violations, history: history, requests: requests)
  }

  private func play() async throws {
    try await settle()
    for _ in 0..<(dice.pick(Self.lengths) ?? 0) { try await step() }
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
    readers = opening.readers.enumerated().map { Reader(number: $0 + 1, $1) }
    for reader in [readers[0], readers[0], readers[0], readers[1]] { try addDevice(of: reader) }
    try await publish(opening: true)
  }

  @discardableResult
  func addDevice(
    of reader: Reader, credentials: Credentials? = nil, contents: DatabaseQueue? = nil
  ) throws -> Device? {
    guard let credentials = credentials ?? reader.nextEnrolment() else { return nil }
    let errors: [Int64] = troubles.contains(.clocks) ? [0, 0, -500_000, 500_000, 30_000, 94_608_000_000] : [0]
    let device = try Device(
      number: devices.count, programs: troubles.contains(.programs) ? 2 : 1, reader: reader, credentials: credentials,
      stage: stage, clockError: dice.pick(errors) ?? 0, limits: limits, seed: dice.next(),
      contents: contents ?? opening.replica)
    devices.append(device)
    return device
  }
}
