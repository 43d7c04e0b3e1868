import NIOConcurrencyHelpers

@testable import StorylineServer

/// Time that passes when a test says so.
final class ManualTimers: Timers {
  private struct State {
    var now = Duration.zero
    var lastID = 0
    var pending: [Int: (moment: Duration, work: @Sendable () -> Void)] = [:]
    var waiting: [(moment: Duration, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let box = NIOLockedValueBox(State())

  func now() -> Duration { box.withLockedValue { $0.now } }

  func schedule(at moment: Duration, _ work: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
    let (id, waiting) = box.withLockedValue { state -> (Int?, [CheckedContinuation<Void, Never>]) in
      let ready = state.waiting.filter { $0.moment == moment }.map(\.continuation)
      state.waiting.removeAll { $0.moment == moment }
      guard moment > state.now else { return (nil, ready) }
      state.lastID += 1
      state.pending[state.lastID] = (moment, work)
      return (state.lastID, ready)
    }
    for continuation in waiting { continuation.resume() }
    guard let id else {
      work()
      return {}
    }
    return { [box] in box.withLockedValue { $0.pending[id] = nil } }
  }

  /// Lets time pass, and calls what became due.
  func advance(to moment: Duration) {
    let due = box.withLockedValue { state -> [@Sendable () -> Void] in
      state.now = max(state.now, moment)
      let due = state.pending.filter { $0.value.moment <= moment }
      for id in due.keys { state.pending[id] = nil }
      return due.values.sorted { $0.moment < $1.moment }.map(\.work)
    }
    for work in due { work() }
  }

  /// Returns when somebody waits for exactly this moment.
  func armed(at moment: Duration) async {
    await withCheckedContinuation { continuation in
      let isArmed = box.withLockedValue { state in
        if state.pending.values.contains(where: { $0.moment == moment }) { return true }
        state.waiting.append((moment, continuation))
        return false
      }
      if isArmed { continuation.resume() }
    }
  }
}
