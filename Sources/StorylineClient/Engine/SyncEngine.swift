import StorylineModels

/// Brings a replica and the server together: pushes what was marked here, pulls what is new there.
///
/// What it learns it writes into the replica, page by page; stopping it at any moment loses nothing.
public actor SyncEngine {
  private let replica: Replica
  private let credentials: Credentials
  private let transport: any HTTPTransport
  private let clock: any SyncClock
  private let random: @Sendable () -> UInt64
  private let limits: SyncLimits
  private var running: Task<SyncReport, any Error>?

  /// - Parameters:
  ///   - clock: the wall clock, and the sleep between repetitions.
  ///   - random: 64 random bits, for the jitter of repetitions.
  public init(
    replica: Replica, credentials: Credentials, transport: any HTTPTransport,
    clock: any SyncClock = SystemSyncClock(),
    random: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) },
    limits: SyncLimits = SyncLimits()
  ) {
    self.replica = replica
    self.credentials = credentials
    self.transport = transport
    self.clock = clock
    self.random = random
    self.limits = limits
  }

  /// One whole sync; a call during a running one waits for that one's result.
  ///
  /// - Throws: `SyncError`; what had arrived before is kept, and so is every local change. `CancellationError` after
  ///   `cancel()`.
  public func sync() async throws -> SyncReport {
    if let running { return try await running.value }
    let run = SyncRun(
      replica: replica, credentials: credentials, transport: transport, clock: clock, random: random, limits: limits)
    let task = Task { try await run.callAsFunction() }
    running = task
    defer { running = nil }
    return try await task.value
  }

  /// Stops the running sync, if there is one, after the transaction it is in.
  public func cancel() { running?.cancel() }
}
