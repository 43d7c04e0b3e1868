import StorylineClient
import StorylineModels
import StorylineTestSupport
import Testing

struct HybridClockTests {
  private let noon = Timestamp(milliseconds: 1_700_000_000_000)

  @Test func `the first stamp bears the wall clock's time`() {
    var clock = HybridClock(node: 5)
    #expect(clock.tick(wall: noon) == Stamp(physical: 1_700_000_000_000, counter: 0, node: 5))
    #expect(clock.tick(wall: noon) == Stamp(physical: 1_700_000_000_000, counter: 1, node: 5))
  }

  @Test func `edge case 6: a wall clock that goes back does not take stamps back`() {
    var clock = HybridClock(node: 5)
    let before = clock.tick(wall: noon)
    let after = clock.tick(wall: Timestamp(milliseconds: 0))
    #expect(after > before)
    #expect(after.physical == before.physical)
  }

  @Test func `edge case 7: a counter that is used up goes into the next millisecond`() {
    var clock = HybridClock(node: 5, last: .init(physical: 1_700_000_000_000, counter: .max))
    #expect(clock.tick(wall: noon) == Stamp(physical: 1_700_000_000_001, counter: 0, node: 5))
  }

  @Test func `a wall clock before 1970 stamps at zero and above what is known`() {
    var clock = HybridClock(node: 5)
    #expect(clock.tick(wall: Timestamp(milliseconds: -5)) == Stamp(physical: 0, counter: 1, node: 5))
  }

  @Test func `an edit stands above the version it was made on, even of a larger node`() {
    var clock = HybridClock(node: 1)
    let seen = Stamp(physical: 1_800_000_000_000, counter: 9, node: .max)
    #expect(clock.tick(wall: noon, above: seen) > seen)
  }

  @Test func `a quick exchange teaches the offset, a slow or close one does not`() {
    var clock = HybridClock(node: 1)
    let hourAhead = noon.advanced(byMilliseconds: 3_600_000)
    clock.learn(serverTime: noon, sentAt: hourAhead, receivedAt: hourAhead.advanced(byMilliseconds: 200))
    #expect(clock.offset == -3_600_100)
    clock.learn(serverTime: noon, sentAt: noon, receivedAt: noon.advanced(byMilliseconds: 11_000))
    #expect(clock.offset == -3_600_100)
    clock.learn(serverTime: noon, sentAt: noon, receivedAt: noon.advanced(byMilliseconds: 1_000))
    #expect(clock.offset == 0)
  }

  @Test func `starting over goes back to the server's time, but not below what it holds`() {
    var clock = HybridClock(node: 1, last: .init(physical: 1_900_000_000_000, counter: 3))
    clock.startOver(serverTime: noon, wall: Timestamp(milliseconds: 1_900_000_000_000))
    #expect(clock.tick(wall: Timestamp(milliseconds: 1_900_000_000_000)).physical == 1_700_000_000_000)
    clock.merge(Stamp(physical: 1_800_000_000_000, counter: 0, node: 2))
    clock.startOver(serverTime: noon, wall: noon)
    #expect(clock.tick(wall: noon) == Stamp(physical: 1_800_000_000_000, counter: 1, node: 1))
  }

  /// Invariant I11, over clock jumps, restarts and messages.
  @Test func `what is stamped after something was seen stands above it`() {
    for seed in UInt64(0)..<200 {
      var random = SeededGenerator(seed: seed)
      var clocks = (0..<3).map { HybridClock(node: UInt64($0) + 1) }
      var walls = [Int64](repeating: 1_700_000_000_000, count: 3)
      var seen = [Stamp?](repeating: nil, count: 3)
      for _ in 0..<300 {
        let device = Int.random(in: 0..<3, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<5:
          let stamp = clocks[device].tick(wall: Timestamp(milliseconds: walls[device]))
          if let before = seen[device] { #expect(stamp > before, "seed \(seed)") }
          seen[device] = stamp
        case 5..<8:
          // A message: whatever another device stamped last.
          guard let stamp = seen[Int.random(in: 0..<3, using: &random)] else { continue }
          clocks[device].merge(stamp)
          seen[device] = max(seen[device] ?? stamp, stamp)
        case 8:
          walls[device] += [-1_000_000, -1, 0, 1, 5_000_000].randomElement(using: &random) ?? 0
        default:
          // A restart: what is persisted comes back, nothing else.
          let clock = clocks[device]
          clocks[device] = HybridClock(
            node: clock.node, last: clock.last, serverMax: clock.serverMax, offset: clock.offset)
        }
      }
    }
  }
}
