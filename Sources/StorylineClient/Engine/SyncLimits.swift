public import StorylineModels

/// How much one sync may ask for.
public struct SyncLimits: Hashable, Sendable {
  /// The server's limits for one request.
  public var service: ServiceLimits
  /// How often one sync may repeat a request that failed for a reason that passes.
  public var retries: Int
  /// Requests in all; more than any honest server needs.
  public var requests: Int
  public var timeout: Duration
  /// Rules to break; for the simulator alone.
  package var mutants: Set<ClientMutant> = []
  /// Bytes of a snapshot's part that are asked for at once: what a cut connection costs at most.
  public var partChunk: Int

  public init(
    service: ServiceLimits = ServiceLimits(), retries: Int = 4, requests: Int = 20_000,
    timeout: Duration = .seconds(30), partChunk: Int = 256 * 1024
  ) {
    self.service = service
    self.retries = retries
    self.requests = requests
    self.timeout = timeout
    self.partChunk = partChunk
  }
}
