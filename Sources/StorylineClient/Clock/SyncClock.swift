public import StorylineModels

/// Wall time and sleep, so that tests can run a year in a second.
public protocol SyncClock: Sendable {
  /// The device's wall clock.
  func now() -> Timestamp
  /// Returns after `duration`, or throws `CancellationError`.
  func sleep(for duration: Duration) async throws
}

/// The machine's own clock.
public struct SystemSyncClock: SyncClock {
  public init() {}

  public func now() -> Timestamp { Timestamp.wallClock() }

  public func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}
