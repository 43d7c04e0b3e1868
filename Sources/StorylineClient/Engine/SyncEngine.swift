import StorylineModels

/// Brings a replica and the server together: pushes what was marked here, pulls what is new there.
///
/// What it learns it writes into the replica, page by page; stopping it at any moment loses nothing. `sync()` does it
/// once. `start()` keeps doing it while the app is on the screen (see `SyncEngine+Following`).
public actor SyncEngine {
  let replica: Replica
  var credentials: Credentials
  let transport: any HTTPTransport
  let clock: any SyncClock
  let random: @Sendable () -> UInt64
  let limits: SyncLimits
  private let images: ImageCache?
  private var running: Task<SyncReport, any Error>?
  private var watchers: [Int: AsyncStream<SyncStatus>.Continuation] = [:]
  private var watcherCount = 0
  /// Why the last sync failed.
  private var failure: SyncError?
  private(set) var state: SyncState
  var following = Following()

  /// - Parameters:
  ///   - clock: the wall clock, and the sleep between repetitions.
  ///   - random: 64 random bits, for the jitter of repetitions.
  ///   - images: loses what a sync found to be taken down.
  public init(
    replica: Replica, credentials: Credentials, transport: any HTTPTransport,
    clock: any SyncClock = SystemSyncClock(),
    random: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) },
    limits: SyncLimits = SyncLimits(), images: ImageCache? = nil
  ) {
    self.replica = replica
    self.credentials = credentials
    self.transport = transport
    self.clock = clock
    self.random = random
    self.limits = limits
    self.images = images
    state = Self.holdsContent(replica) ? .paused(.init(.stopped)) : .empty
  }

  /// One whole sync; a call during a running one waits for that one's result.
  ///
  /// One request if nothing is new and nothing is to be pushed.
  ///
  /// - Throws: `SyncError`; what had arrived before is kept, and so is every local change. `CancellationError` after
  ///   `cancel()`.
  public func sync() async throws -> SyncReport {
    if let running { return try await running.value }
    apply(.started(hasContent: Self.holdsContent(replica)))
    guard state != .accountDeleted else { throw SyncError.accountDeleted("nothing more is sent for it") }
    return try await run()
  }

  /// Stops the running sync, if there is one, after the transaction it is in.
  public func cancel() { running?.cancel() }

  /// How the sync stands now and whenever that changes; a slow listener gets the newest only.
  public var status: AsyncStream<SyncStatus> {
    let (stream, continuation) = AsyncStream.makeStream(of: SyncStatus.self, bufferingPolicy: .bufferingNewest(1))
    watcherCount += 1
    let number = watcherCount
    watchers[number] = continuation
    continuation.onTermination = { [weak self] _ in Task { await self?.forget(number) } }
    continuation.yield(present)
    return stream
  }

  var isRunning: Bool { running != nil }

  /// A sync in whatever state we are; it changes the state only by what it finds.
  func run() async throws -> SyncReport {
    if let running { return try await running.value }
    let run = SyncRun(
      replica: replica, credentials: credentials, transport: transport, clock: clock, random: random, limits: limits,
      observe: { [weak self] event in await self?.apply(event) })
    let task = Task {
      let result: Result<SyncReport, any Error>
      do { result = .success(try await run()) } catch { result = .failure(error) }
      tidy(after: result)
      // Before anybody who waits goes on: a call after the end is a new sync.
      running = nil
      finish(result)
      return try result.get()
    }
    running = task
    return try await task.value
  }

  /// An image that no record names any more must not stay. After a failure it is not known what has changed.
  private func tidy(after result: Result<SyncReport, any Error>) {
    if case .success(let report) = result, report.contentChanged == 0, report.contentSwept == 0 { return }
    guard let images, !images.isEmpty else { return }
    // A replica that cannot be read says so elsewhere; the next sync tidies then.
    if let named = try? replica.media() { images.keep(only: named) }
  }

  /// Goes to the next state and says what follows from it.
  @discardableResult
  func apply(_ event: SyncEvent) -> SyncAction {
    let (next, action) = SyncMachine.next(state, event)
    state = next
    publish()
    return action
  }

  /// Back to where nothing is done and nothing is wrong.
  func rest() {
    state = .paused(.init(.stopped))
    publish()
  }

  private func finish(_ result: Result<SyncReport, any Error>) {
    switch result {
    case .success(let report):
      failure = nil
      succeeded(report)
    case .failure(let error as SyncError):
      failure = error
      failed(error)
    case .failure:
      perform(apply(following.isOn && !following.isForeground ? .backgrounded : .stopped))
    }
  }

  private func forget(_ watcher: Int) { watchers[watcher] = nil }

  private func publish() {
    guard !watchers.isEmpty else { return }
    let status = present
    for watcher in watchers.values { watcher.yield(status) }
  }

  private var present: SyncStatus {
    var status = SyncStatus(state: state, failure: failure)
    // A replica that cannot be read says so through the sync's own error.
    try? replica.storage.read { db in
      status.pending = try ReadStatus.pending(in: db)
      status.quarantined = try ReadStatus.quarantined(in: db)
      status.lastSyncedAt = try ReplicaRow.fetch(db).syncedAt
      status.bootstrap = try BootstrapProgress.fetch(db)
    }
    return status
  }

  private static func holdsContent(_ replica: Replica) -> Bool {
    let holds = try? replica.storage.read { try $0.number("SELECT EXISTS (SELECT 1 FROM article)") == 1 }
    return holds ?? false
  }
}
