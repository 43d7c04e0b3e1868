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
      """)

  @Option(help: "The seeds: A..B (B excluded), or one.")
  var seeds = "0..1000"

  @Option(help: "How many histories run side by side.")
  var jobs = 2

  @Flag(help: "Print what happens, line by line.")
  var trace = false

  public init() {}

  public func run() async throws {
    let range = try seedRange()
    let start = ContinuousClock.now
    let tally = try await Simulator.run(seeds: range, jobs: trace ? 1 : jobs, trace: trace) { outcome in
      if trace { for line in outcome.history { print(line) } }
      for violation in outcome.violations {
        print("seed \(outcome.seed) (\(outcome.troubles)): \(violation)")
      }
    }
    let seconds = Double((ContinuousClock.now - start).components.seconds) + 0.001
    print(
      "\(tally.histories) histories, \(tally.requests) requests, \(tally.failures) with violations, "
        + String(format: "%.0f histories/s", Double(tally.histories) / seconds))
    if tally.failures > 0 { throw ExitCode(1) }
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
