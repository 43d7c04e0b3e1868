import Foundation
public import StorylineClient
public import StorylineModels

/// A clock whose sleepers wake when a test moves it past their time, in the order of those times.
public final class SteppedClock: SyncClock, @unchecked Sendable {
  private struct Sleeper {
    var due: Timestamp
    let continuation: CheckedContinuation<Void, any Error>
  }

  private let lock = NSLock()
  private var time: Timestamp
  private var count = 0
  private var sleepers: [Int: Sleeper] = [:]

  public init(_ time: Timestamp = Timestamp(milliseconds: 1_733_040_000_000)) { self.time = time }

  public func now() -> Timestamp { lock.withLock { time } }

  /// For how many more seconds each sleeper sleeps, the first to wake first.
  public var naps: [Double] {
    lock.withLock { sleepers.values.map { Double($0.due.milliseconds - time.milliseconds) / 1000 }.sorted() }
  }

  public func sleep(for duration: Duration) async throws {
    let (seconds, attoseconds) = duration.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    guard milliseconds > 0 else { return try Task.checkCancellation() }
    let number = lock.withLock {
      count += 1
      return count
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled = lock.withLock {
          guard !Task.isCancelled else { return true }
          sleepers[number] = Sleeper(
            due: time.advanced(byMilliseconds: milliseconds), continuation: continuation)
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      let sleeper = lock.withLock { sleepers.removeValue(forKey: number) }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Moves the time and wakes whoever is due.
  public func advance(seconds: Double) {
    let due = lock.withLock {
      time = time.advanced(byMilliseconds: Int64(seconds * 1000))
      let due = sleepers.filter { $0.value.due <= time }
      for number in due.keys { sleepers[number] = nil }
      return due.values.sorted { $0.due < $1.due }
    }
    for sleeper in due { sleeper.continuation.resume() }
  }
}
