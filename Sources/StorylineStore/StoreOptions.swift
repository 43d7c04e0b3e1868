public import StorylineModels

/// What a store is given from outside.
public struct StoreOptions: Sendable {
  /// Keys the digests of tokens and invites.
  public var pepper: Pepper
  public var limits: ServiceLimits
  /// The server's clock.
  public var now: @Sendable () -> Timestamp
  /// Rules to break; for the simulator alone.
  package var mutants: Set<StoreMutant> = []

  public init(
    pepper: Pepper, limits: ServiceLimits = .init(), now: @escaping @Sendable () -> Timestamp = Timestamp.wallClock
  ) {
    self.pepper = pepper
    self.limits = limits
    self.now = now
  }
}
