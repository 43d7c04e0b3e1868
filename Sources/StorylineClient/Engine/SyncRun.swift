import GRDB
import StorylineModels

/// One sync from its beginning to its end.
struct SyncRun: Sendable {
  let replica: Replica
  let credentials: Credentials
  let transport: any HTTPTransport
  let clock: any SyncClock
  let random: @Sendable () -> UInt64
  let limits: SyncLimits

  /// Library first, for it holds what exists nowhere else; then the content, even if the library failed.
  func callAsFunction() async throws -> SyncReport {
    try await bindAccount()
    var courier = Courier(
      transport: transport, clock: clock, random: random, limits: limits, headers: headers)
    var report = SyncReport()
    var failures: [SyncError] = []
    do {
      var library = LibrarySync(replica: replica, clock: clock, limits: limits.service, mutants: limits.mutants)
      try await library.run(&courier, &report)
    } catch {
      failures.append(try failure(error))
    }
    if failures.allSatisfy(\.leavesContentPossible) {
      do {
        var content = ContentSync(
          replica: replica, clock: clock, random: random, partChunk: limits.partChunk, mutants: limits.mutants)
        try await content.run(&courier, &report)
      } catch {
        failures.append(try failure(error))
      }
    }
    report.requests = courier.requests
    if let worst = failures.max(by: { $0.gravity < $1.gravity }) {
      if case .accountDeleted = worst { try await note { try ReplicaRow.noteErasure(at: $0, in: $1) } }
      throw worst
    }
    try await note { try ReplicaRow.noteSync(at: $0, in: $1) }
    return report
  }

  private var headers: [TransportRequest.Header] {
    [
      .init("accept", "application/json, application/problem+json"),
      .init("authorization", "Bearer \(credentials.accessToken)"),
      .init("storyline-device", credentials.deviceID),
    ]
  }

  private func failure(_ error: any Error) throws -> SyncError {
    if error is CancellationError { throw error }
    return SyncError(error)
  }

  private func bindAccount() async throws {
    let operation = BindAccount(account: credentials.accountID)
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

extension SyncError {
  /// Whether a failure of the library lets the content be worth a try: it may be open to everybody.
  var leavesContentPossible: Bool {
    switch self {
    case .untrusted, .otherAccount, .storage, .updateApp, .accountDeleted: false
    case .offline, .signInNeeded, .wait, .problem, .damagedReply: true
    }
  }
}
