import Foundation

/// What happened to a live connection since it last looked. Nothing is queued: the same thing twice is once.
final class LiveMailbox: @unchecked Sendable {
  struct Signals: OptionSet, Sendable {
    let rawValue: UInt8
    static let content = Signals(rawValue: 1)
    static let library = Signals(rawValue: 2)
    /// The connection is asked to end: by its age, or because the service stops.
    static let quit = Signals(rawValue: 4)
    /// Nobody listens any more.
    static let gone = Signals(rawValue: 8)
    static let accessEnded = Signals(rawValue: 16)
    static let timer = Signals(rawValue: 32)
  }

  private let lock = NSLock()
  // `lock` guards these two, which is what makes the class safe to share.
  private var signals: Signals = []
  private var waiter: CheckedContinuation<Void, Never>?

  func post(_ new: Signals) {
    let waiter = lock.withLock {
      signals.formUnion(new)
      defer { self.waiter = nil }
      return self.waiter
    }
    waiter?.resume()
  }

  /// What happened, waiting until something does or `moment` is there. One task at a time may wait.
  func next(until moment: Duration, timers: any Timers) async -> Signals {
    let cancelTimer = timers.schedule(at: moment) { self.post(.timer) }
    defer { cancelTimer() }
    return await withTaskCancellationHandler {
      await wait()
      return lock.withLock {
        defer { signals = [] }
        return signals
      }
    } onCancel: {
      post(.gone)
    }
  }

  private func wait() async {
    await withCheckedContinuation { continuation in
      let isDue = lock.withLock {
        if signals.isEmpty { waiter = continuation }
        return !signals.isEmpty
      }
      if isDue { continuation.resume() }
    }
  }
}
