public import ArgumentParser
import Foundation

/// `storyline-simulate`: plays seeded histories and prints those that break a promise.
public struct Simulate: AsyncParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "storyline-simulate",
    abstract: "Play seeded histories of a server and its devices, and say which invariants they break.",
    discussion: """
      Examples:
        storyline-simulate --seeds 0..20000     twenty thousand histories
        storyline-simulate --seeds 17 --trace   one of them, line by line
        storyline-simulate --mutants            break each rule and see that it shows
      """)

  @Option(help: "The seeds: A..B (B excluded), or one.")
  var seeds = "0..1000"

  @Option(help: "How many histories run side by side: two for each core unless said.")
  var jobs = 2 * ProcessInfo.processInfo.activeProcessorCount

  @Flag(help: "Break one rule of the protocol after the other, and see whether the histories show it.")
  var mutants = false

  @Option(help: "Break this rule only.")
  var mutant: String?

  @Option(help: "How many histories to try for each broken rule.")
  var limit: UInt64 = 400

  @Flag(help: "Print what happens, line by line.")
  var trace = false

  public init() {}

  public func run() async throws {
    if mutants || mutant != nil { return try await hunt() }
    let range = try seedRange()
    let start = ContinuousClock.now
    let showsProgress = !trace && isatty(STDERR_FILENO) == 1
    let tally = try await Simulator.run(seeds: range, jobs: jobs, trace: trace) { outcome in
      if trace { print((["seed \(outcome.seed) (\(outcome.troubles))"] + outcome.history).joined(separator: "\n")) }
      for violation in outcome.violations {
        print("seed \(outcome.seed) (\(outcome.troubles)): \(violation)")
      }
    } progress: { tally in
      guard showsProgress, tally.histories % 100 == 0 else { return }
      FileHandle.standardError.write(Data("\r\(tally.histories) of \(range.count), \(tally.failures) wrong ".utf8))
    }
    if showsProgress { FileHandle.standardError.write(Data("\r".utf8)) }
    let seconds = Double((ContinuousClock.now - start).components.seconds) + 0.001
    print(
      "\(tally.histories) histories, \(tally.requests) requests, \(tally.failures) with violations, "
        + String(format: "%.0f histories/s", Double(tally.histories) / seconds))
    if tally.failures > 0 { throw ExitCode(1) }
  }

  private func hunt() async throws {
    let chosen = Mutant.all.filter { mutant == nil || $0.name == mutant }
    guard !chosen.isEmpty else {
      throw ValidationError("Known rules: \(Mutant.all.map(\.name).joined(separator: ", ")).")
    }
    var survivors = 0
    try await withThrowingTaskGroup(of: Bool.self) { group in
      var waiting = chosen[...]
      func next() {
        guard let mutant = waiting.popFirst() else { return }
        group.addTask { [limit] in try await Self.hunt(mutant, limit: limit) }
      }
      for _ in 0..<max(1, jobs) { next() }
      for try await isCaught in group {
        if !isCaught { survivors += 1 }
        next()
      }
    }
    print("\(chosen.count) broken rules, \(chosen.count - survivors) caught")
    if survivors > 0 { throw ExitCode(1) }
  }

  private static func hunt(_ mutant: Mutant, limit: UInt64) async throws -> Bool {
    guard let outcome = try await Simulator.hunt(mutant, limit: limit) else {
      print("NOT CAUGHT  \(mutant.name) in \(limit) histories")
      return false
    }
    let names = outcome.violations.map { "I\($0.invariant.rawValue)" }.joined(separator: " ")
    print("caught      \(mutant.name) by seed \(outcome.seed): \(names)")
    return true
  }

  private func seedRange() throws -> Range<UInt64> {
    let parts = seeds.components(separatedBy: "..").compactMap { UInt64($0) }
    switch parts.count {
    case 1: return parts[0]..<parts[0] + 1
    case 2 where parts[0] < parts[1]: return parts[0]..<parts[1]
    default: throw ValidationError("“\(seeds)” is not A..B with A below B.")
    }
  }
}
