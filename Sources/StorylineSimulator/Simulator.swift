import Foundation

/// Plays many histories, several at a time.
public enum Simulator {
  /// What a range of seeds showed.
  public struct Tally: Sendable {
    public var histories = 0
    public var failures = 0
    public var requests = 0
  }

  /// - Parameters:
  ///   - report: gets each history with violations, or each one if they are traced, as they end.
  ///   - progress: gets what there is by then, after each history.
  public static func run(
    seeds: Range<UInt64>, jobs: Int, trace: Bool = false, report: (Simulation.Outcome) -> Void,
    progress: (Tally) -> Void = { _ in }
  ) async throws -> Tally {
    var tally = Tally()
    try await withThrowingTaskGroup(of: Simulation.Outcome.self) { group in
      var next = seeds.lowerBound
      for _ in 0..<max(1, jobs) where next < seeds.upperBound {
        add(next, trace: trace, to: &group)
        next += 1
      }
      for try await outcome in group {
        tally.histories += 1
        tally.requests += outcome.requests
        if !outcome.violations.isEmpty { tally.failures += 1 }
        if trace || !outcome.violations.isEmpty { report(outcome) }
        progress(tally)
        if next < seeds.upperBound { add(next, trace: trace, to: &group) }
        next += 1
      }
    }
    return tally
  }

  /// Breaks a rule and plays histories until one shows it and is sound with the rule kept.
  ///
  /// - Returns: The history that did; nil if none of `limit` did.
  /// - Throws: `UnsoundControl` for a history that goes wrong with the rule kept: that shows a fault, and no mutant.
  public static func hunt(_ mutant: Mutant, limit: UInt64) async throws -> Simulation.Outcome? {
    for seed in mutant.firstSeed..<mutant.firstSeed + limit {
      let outcome = try await Simulation.run(seed: seed, mutant: mutant)
      guard !outcome.violations.isEmpty else { continue }
      let control = try await Simulation.run(seed: seed, mutant: mutant.mended)
      guard control.violations.isEmpty else { throw UnsoundControl(outcome: control) }
      return outcome
    }
    return nil
  }

  private static func add(
    _ seed: UInt64, trace: Bool, to group: inout ThrowingTaskGroup<Simulation.Outcome, any Error>
  ) {
    group.addTask { try await one(seed, trace: trace) }
  }

  /// In memory where it can be: no history has a power cut in it, so none needs to wait for a disk.
  private static let filePlace =
    ["/dev/shm"].first(where: FileManager.default.isWritableFile(atPath:)) ?? NSTemporaryDirectory()

  /// One history, with a folder of its own if it needs files.
  public static func one(_ seed: UInt64, trace: Bool = false) async throws -> Simulation.Outcome {
    guard Troubles.of(seed: seed).contains(.file) else { return try await Simulation.run(seed: seed, trace: trace) }
    let directory = URL(fileURLWithPath: filePlace).appendingPathComponent("storyline-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await Simulation.run(seed: seed, trace: trace, directory: directory.path)
  }
}

/// A history that breaks a promise although no rule was broken.
public struct UnsoundControl: Error, CustomStringConvertible {
  public let outcome: Simulation.Outcome

  public var description: String {
    let what = outcome.violations.map(\.description).joined(separator: "; ")
    return "seed \(outcome.seed) (\(outcome.troubles)) goes wrong with every rule kept: \(what)"
  }
}
