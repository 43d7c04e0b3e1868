import StorylineSimulator
import Testing

@Suite(.timeLimit(.minutes(5))) struct SimulatorTests {
  /// One seed of each mix of troubles, and one whose server asks a client to wait.
  @Test(arguments: Array(0..<17) + [125]) func `a seed has one history`(seed: UInt64) async throws {
    async let other = Simulator.one(seed, trace: true)
    let one = try await Simulator.one(seed, trace: true)
    let both = try await (one, other)
    #expect(both.0.history == both.1.history)
    #expect(both.0.history.count > 30)
    #expect(both.0.violations.isEmpty)
  }

  @Test func `a broken rule shows, beside a control that is sound`() async throws {
    let mutant = try #require(Mutant.all.first { $0.name == "jumps-to-head" })
    let outcome = try #require(try await Simulator.hunt(mutant, limit: 3))
    #expect(outcome.violations.contains { $0.invariant == .convergence })
  }
}
