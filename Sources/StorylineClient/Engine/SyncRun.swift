import GRDB
import StorylineModels

/// Hears of every step of a sync.
typealias SyncObserver = @Sendable (SyncEvent) async -> Void

/// One sync from its beginning to its end.
struct SyncRun: Sendable {
  let replica: Replica
  let credentials: Credentials
  let transport: any HTTPTransport
  let clock: any SyncClock
  let random: @Sendable () -> UInt64
  let limits: SyncLimits
  var observe: SyncObserver = { _ in }

  /// Which streams have to be gone through.
  private struct Due {
    var content = true
    var library = true
  }

  /// Library first, for it holds what exists nowhere else; then the content, even if the library failed.
  func callAsFunction() async throws -> SyncReport {
    try await bindAccount()
    var report = SyncReport()
    let due = try await poll(&report)
    var courier = Courier(
      transport: transport, clock: clock, random: random, limits: limits, headers: credentials.headers)
    var failures: [SyncError] = []
    if due.library {
      do {
        var library = LibrarySync(
          replica: replica, clock: clock, limits: limits.service, mutants: limits.mutants, observe: observe)
        try await library.run(&courier, &report)
      } catch {
        failures.append(try failure(error))
      }
    }
    if due.content, failures.allSatisfy(\.leavesContentPossible) {
      do {
        var content = ContentSync(
          replica: replica, clock: clock, random: random, partChunk: limits.partChunk, mutants: limits.mutants,
          observe: observe)
        try await content.run(&courier, &report)
      } catch {
        failures.append(try failure(error))
      }
    }
    report.requests += courier.requests
    try await end(with: failures)
    return report
  }

  /// One request that costs the server next to nothing, where there is nothing to push: is anything new at all?
  ///
  /// Only a clear answer saves the rest; whatever else comes back, both streams are gone through as ever.
  private func poll(_ report: inout SyncReport) async throws -> Due {
    guard limits.requests > 1, let place = try failing({ try replica.storage.read(ReadPlace.quiet) }) else {
      return Due()
    }
    report.requests += 1
    let live = LiveConnection(
      transport: transport, clock: clock, headers: credentials.headers, timeout: limits.timeout)
    switch try await live.poll(from: place, wait: 0) {
    case nil: return Due(content: false, library: false)
    case .news(let state)?:
      let due = Due(content: state.content != place.content, library: state.library != place.library)
      return due.content || due.library ? due : Due()
    default: return Due()
    }
  }

  private func end(with failures: [SyncError]) async throws {
    guard let worst = failures.max(by: { $0.gravity < $1.gravity }) else {
      return try await note { try ReplicaRow.noteSync(at: $0, in: $1) }
    }
    if case .accountDeleted = worst { try await note { try ReplicaRow.noteErasure(at: $0, in: $1) } }
    throw worst
  }

  private func failure(_ error: any Error) throws -> SyncError {
    if error is CancellationError { throw error }
    return SyncError(error)
  }

  private func failing<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch { throw try failure(error) }
  }

  private func bindAccount() async throws {
    let operation = BindAccount(
      account: credentials.accountID, device: credentials.deviceID, node: random())
    do {
      try await replica.storage.writeAsync { try operation.run(in: $0) }
    } catch {
      throw try failure(error)
    }
  }

  private func note(_ operation: @escaping @Sendable (Timestamp, Database) throws -> Void) async throws {
    let now = clock.now()
    do {
      try await replica.storage.writeAsync { try operation(now, $0) }
    } catch {
      throw try failure(error)
    }
  }
}

extension Credentials {
  /// What every request of a device carries.
  var headers: [TransportRequest.Header] {
    [
      .init("accept", "application/json, application/problem+json"),
      authorization,
      .init("storyline-device", deviceID),
    ]
  }
}

extension SyncError {
  /// Whether a failure of the library lets the content be worth a try: it may be open to everybody.
  var leavesContentPossible: Bool {
    switch self {
    case .untrusted, .otherAccount, .storage, .updateApp, .accountDeleted: false
    case .offline, .signInNeeded, .wait, .problem, .damagedReply: true
    }
  }
}
