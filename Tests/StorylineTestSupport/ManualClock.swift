import Foundation
public import StorylineClient
public import StorylineModels

/// A clock that moves when a test says so, and sleeps by moving.
public final class ManualClock: SyncClock, @unchecked Sendable {
  private let lock = NSLock()
  private var time: Timestamp
  private var naps: [Duration] = []

  public init(_ time: Timestamp = Timestamp(milliseconds: 1_733_040_000_000)) { self.time = time }

  public func now() -> Timestamp { lock.withLock { time } }

  public func set(_ time: Timestamp) { lock.withLock { self.time = time } }

  public func advance(milliseconds: Int64) {
    lock.withLock { time = time.advanced(byMilliseconds: milliseconds) }
  }

  /// How long it was slept, nap by nap.
  public var sleeps: [Duration] { lock.withLock { naps } }

  public func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    let (seconds, attoseconds) = duration.components
    lock.withLock {
      naps.append(duration)
      time = time.advanced(byMilliseconds: seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }
  }
}
