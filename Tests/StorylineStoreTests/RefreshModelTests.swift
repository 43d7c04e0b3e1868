import Foundation
import StorylineModels
import StorylineTestSupport
import Testing

@testable import StorylineStore

/// Seeded histories of one device without a key, its server, the network in between and, in some, a thief.
@Suite(.timeLimit(.minutes(10))) struct RefreshModelTests {
  static let honestHistories: UInt64 = 70_000
  static let theftHistories: UInt64 = 30_000

  @Test func `no history of an honest device signs it out`() {
    var longest = 0
    for seed in 0..<Self.honestHistories {
      var history = RefreshHistory(seed: seed, hasThief: false)
      history.run()
      longest = max(longest, history.rotations)
      #expect(history.fault == nil, "seed \(seed): \(history.fault ?? "")")
      if history.fault != nil { return }
    }
    // The histories are worth something only if tokens follow each other in them.
    #expect(longest > 5)
  }

  @Test func `every history with a thief in it ends with the device signed out`() {
    for seed in 0..<Self.theftHistories {
      var history = RefreshHistory(seed: seed, hasThief: true)
      history.run()
      #expect(history.fault == nil, "seed \(seed): \(history.fault ?? "")")
      #expect(history.isRevoked, "seed \(seed) goes on with a thief in it")
      if history.fault != nil || !history.isRevoked { return }
    }
  }

  @Test func `a model that revokes at the first repetition would be caught`() {
    let faults = (0..<500 as Range<UInt64>).count { seed in
      var history = RefreshHistory(seed: seed, hasThief: false)
      history.breaksRule = true
      history.run()
      return history.fault != nil
    }
    #expect(faults > 100)
  }

  @Test func `a token without an end of its own ends after lying idle, and another after its whole life`() {
    var state = RefreshState(current: Data([1]), idleUntil: .init(milliseconds: 100), endsAt: .init(milliseconds: 500))
    let presented = PresentedToken(digest: Data([1]))
    #expect(RefreshRules.decide(state, presented, now: .init(milliseconds: 99)) == .rotate)
    #expect(RefreshRules.decide(state, presented, now: .init(milliseconds: 100)) == .refuse)
    state.idleUntil = .init(milliseconds: 900)
    #expect(RefreshRules.decide(state, presented, now: .init(milliseconds: 500)) == .refuse)
  }

  @Test func `a token bound to a key is kept, and of no use without it`() {
    let end = Timestamp(milliseconds: 1000)
    let state = RefreshState(key: Data([7]), current: Data([1]), idleUntil: end, endsAt: end)
    let now = Timestamp(milliseconds: 0)
    #expect(RefreshRules.decide(state, .init(digest: Data([1]), key: Data([7])), now: now) == .keep)
    for key in [nil, Data([8]), Data()] {
      #expect(RefreshRules.decide(state, .init(digest: Data([1]), key: key), now: now) == .refuse)
    }
    #expect(RefreshRules.decide(state, .init(digest: Data([2]), key: Data([7])), now: now) == .refuse)
  }
}
