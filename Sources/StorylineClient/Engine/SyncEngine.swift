import StorylineModels

/// Brings a replica and the server together: pushes what was marked here, pulls what is new there.
public actor SyncEngine {
  public init(
    replica: Replica, credentials: Credentials, transport: any HTTPTransport,
    clock: any SyncClock = SystemSyncClock(),
    random: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) },
    limits: SyncLimits = SyncLimits()
  ) {}

  /// One whole sync; a call during a running one waits for that one's result.
  ///
  /// - Throws: `SyncError`; what had arrived before is kept, and so is every local change. `CancellationError`.
  public func sync() async throws -> SyncReport { throw SyncError.storage("not built yet") }

  /// Stops the running sync, if there is one, after the transaction it is in.
  public func cancel() {}
}
