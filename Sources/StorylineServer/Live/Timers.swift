/// Time that only goes forward, and a call when some of it has passed.
protocol Timers: Sendable {
  /// Since some moment in the past.
  func now() -> Duration

  /// Calls `work` once, at `moment` or soon after it, unless the returned closure is called before.
  func schedule(at moment: Duration, _ work: @escaping @Sendable () -> Void) -> @Sendable () -> Void
}

/// The system's time.
struct TaskTimers: Timers {
  private let start = ContinuousClock.now

  func now() -> Duration { ContinuousClock.now - start }

  func schedule(at moment: Duration, _ work: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
    let task = Task {
      do {
        try await Task.sleep(until: start + moment, clock: .continuous)
      } catch {
        return
      }
      work()
    }
    return { task.cancel() }
  }
}
