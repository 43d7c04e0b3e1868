public import StorylineModels

/// What a store is given from outside.
public struct StoreOptions: Sendable {
  /// Keys the digests of tokens, invites and device codes.
  public var pepper: Pepper
  public var limits: ServiceLimits
  /// For how long tokens are good.
  public var lives = TokenLives()
  /// The server's clock.
  public var now: @Sendable () -> Timestamp
  /// Rules to break; for the simulator alone.
  package var mutants: Set<StoreMutant> = []
  /// The chance in the order keys of articles, which no secret depends on; the simulator's is the same every time.
  package var random: @Sendable () -> UInt64 = { .random(in: .min ... .max) }

  /// Where erasures are noted outside the database; nil puts a file beside a database file, and keeps those of a store
  /// in memory with it.
  public var erasures: ErasureLedger?
  /// Takes what an operator should know of.
  public var report: @Sendable (StoreEvent) -> Void = { _ in }

  public init(
    pepper: Pepper, limits: ServiceLimits = .init(), now: @escaping @Sendable () -> Timestamp = Timestamp.wallClock
  ) {
    self.pepper = pepper
    self.limits = limits
    self.now = now
  }
}
