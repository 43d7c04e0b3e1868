import Foundation
import StorylineModels

/// Pushes the outbox and pulls the library until both are done.
struct LibrarySync {
  private static let restartLimit = 3
  private static let restampLimit = 3
  private static let dropLimit = 20

  let replica: Replica
  let clock: any SyncClock
  let limits: ServiceLimits
  let mutants: Set<ClientMutant>
  let observe: SyncObserver
  private var batch: Int
  private var held: Set<LibraryKey> = []
  private var restarts = 0
  private var restamps = 0
  private var drops = 0
  private var droppedCursor = false
  private var mayCompress = true

  init(
    replica: Replica, clock: any SyncClock, limits: ServiceLimits, mutants: Set<ClientMutant> = [],
    observe: @escaping SyncObserver = { _ in }
  ) {
    self.replica = replica
    self.clock = clock
    self.limits = limits
    self.mutants = mutants
    self.observe = observe
    batch = limits.mutationsPerRequest
  }

  mutating func run(_ courier: inout Courier, _ report: inout SyncReport) async throws {
    var isDone = false
    while !isDone {
      let preparation = PrepareLibraryRequest(
        limits: limits, batch: batch, held: held, wall: clock.now(), mutants: mutants)
      let request = try replica.storage.read { try preparation.run(in: $0) }
      let body = JSONBody(try StorylineJSON.encode(request.body), mayCompress: mayCompress)
      let answer = try await courier.send(.librarySync, headers: body.headers, body: body.data) { response in
        try Self.reply(of: response, to: request)
      }
      switch answer {
      case .success(let reply, let sentAt, let receivedAt):
        report.backoff = max(report.backoff, reply.backoff)
        let operation = ApplyLibraryResponse(
          request: request, response: reply, held: held, sentAt: sentAt, receivedAt: receivedAt, mutants: mutants)
        let outcome = try await replica.storage.writeAsync { try operation.run(in: $0) }
        try note(outcome, &report)
        isDone = !reply.more && !outcome.pageDropped && !outcome.hasPending
        await observe(.pageApplied(more: !isDone))
      case .refused(let problem, _) where body.isCompressed && [400, 415].contains(problem.status):
        // An older server, or something in between, that does not take it; if that was not why, it says so again.
        mayCompress = false
      case .refused(let problem, _):
        try await recover(from: problem, request, &report)
      }
    }
  }

  private static func reply(of response: TransportResponse, to request: LibraryRequest) throws -> LibrarySyncResponse {
    let reply = try StorylineJSON.decode(LibrarySyncResponse.self, from: response.json())
    let after = request.body.after
    guard !reply.more || reply.cursor != after else { throw DamagedReply(why: "a page that leads to itself") }
    guard after == nil || request.epoch == nil || reply.epoch == request.epoch else {
      throw DamagedReply(why: "a page of another history")
    }
    return reply
  }

  private mutating func note(_ outcome: LibraryOutcome, _ report: inout SyncReport) throws {
    report.pushed += outcome.pushed
    report.superseded += outcome.superseded
    report.rejected += outcome.rejected
    report.libraryChanged += outcome.changed
    held.formUnion(outcome.held)
    if outcome.restamped { restamps += 1 }
    if outcome.pageDropped { drops += 1 }
    // Once stamped anew a write is accepted (I12), so a second time is a clock that moves under our hands.
    guard restamps <= Self.restampLimit else { throw SyncError.wait(seconds: 60) }
    guard drops <= Self.dropLimit else { throw SyncError.wait(seconds: 1) }
  }

  private mutating func recover(
    from problem: Problem, _ request: LibraryRequest, _ report: inout SyncReport
  ) async throws {
    switch problem.code {
    case .epochChanged, .cursorExpired:
      guard restarts < Self.restartLimit else { throw SyncError.wait(seconds: 300) }
      restarts += 1
      try await restart(request, reasons: Set(problem.reasons ?? []), purgedBefore: problem.purgedBefore)
    case .cursorInvalid where request.body.after != nil && !droppedCursor:
      droppedCursor = true
      try await restart(request, reasons: ["restored"], purgedBefore: nil)
    case .requestTooLarge where request.sent.count > 1, .payloadTooLarge where request.sent.count > 1:
      batch = request.sent.count / 2
    case .requestTooLarge where request.sent.count == 1, .payloadTooLarge where request.sent.count == 1:
      // Alone it is still too large: it must not stand in the way of all others.
      let records = Array(request.sent.values)
      try await replica.storage.writeAsync { db in
        for record in records { try QuarantineRecord(sent: record, problem: problem).run(in: db) }
      }
      report.rejected += 1
    default:
      throw SyncError.problem(problem)
    }
  }

  private mutating func restart(
    _ request: LibraryRequest, reasons: Set<String>, purgedBefore: Stamp?
  ) async throws {
    held = []
    let operation = RestartLibrary(refused: request.body.after, reasons: reasons, purgedBefore: purgedBefore)
    try await replica.storage.writeAsync { try operation.run(in: $0) }
    await observe(.historyChanged)
  }
}
