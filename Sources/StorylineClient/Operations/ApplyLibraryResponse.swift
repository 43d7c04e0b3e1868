import GRDB
import StorylineModels

/// What an applied answer meant.
struct LibraryOutcome: Equatable {
  var pushed = 0
  var superseded = 0
  var rejected = 0
  var changed = 0
  /// Not to be sent again in this sync.
  var held: Set<LibraryKey> = []
  /// Whether stamps were too far ahead, and all that is pending got new ones.
  var restamped = false
  /// Whether the page did not go on from where we are, because another process was here meanwhile.
  var pageDropped = false
  /// Whether something is still to be pushed in this sync.
  var hasPending = false
}

/// Applies the results of a push, the page that came with it and the cursor behind it, in one transaction.
struct ApplyLibraryResponse {
  let request: LibraryRequest
  let response: LibrarySyncResponse
  /// What the server asked before to keep until later.
  let held: Set<LibraryKey>
  let sentAt: Timestamp
  let receivedAt: Timestamp
  var mutants: Set<ClientMutant> = []

  func run(in db: Database) throws -> LibraryOutcome {
    var outcome = LibraryOutcome()
    let stream = try StreamRow.fetch(.library, in: db)
    outcome.pageDropped = stream.cursor != request.body.after || stream.walk != request.walk
    var clock = try ReplicaRow.fetch(db).clock
    clock.learn(serverTime: response.now, sentAt: sentAt, receivedAt: receivedAt)
    var unanswered = request.sent
    var refused: [LibraryKey: Stamp] = [:]
    for result in response.results {
      guard let sent = unanswered.removeValue(forKey: result.m) else { continue }
      if result.status == .clockAhead {
        refused[sent.key] = sent.stamp
      } else {
        try apply(result, to: sent, &clock, &outcome, in: db)
      }
    }
    outcome.held.formUnion(unanswered.values.map(\.key))
    if !outcome.pageDropped || mutants.contains(.appliesAnyPage) { try applyPage(to: stream, &clock, &outcome, in: db) }
    if !refused.isEmpty {
      try RestampOutbox(
        refused: refused, serverTime: response.now, wall: receivedAt, isCareless: mutants.contains(.stampsCarelessly)
      ).run(clock: &clock, in: db)
      outcome.restamped = true
    }
    try ReplicaRow.save(clock, in: db)
    outcome.hasPending = try !PrepareLibraryRequest.pending(except: held.union(outcome.held), limit: 1, in: db).isEmpty
    return outcome
  }

  private func apply(
    _ result: MutationResult, to sent: LibraryRecord, _ clock: inout HybridClock, _ outcome: inout LibraryOutcome,
    in db: Database
  ) throws {
    switch result.status {
    case .applied, .same:
      clock.merge(sent.stamp)
      outcome.pushed += 1
      try acknowledge(sent, &outcome, in: db)
    case .superseded:
      guard let winner = result.winner, winner.key == sent.key, winner.rank > sent.rank else {
        if mutants.contains(.stampsCarelessly) { return try acknowledge(sent, &outcome, in: db) }
        // A loss without the winner cannot be believed; our version stays ours and goes out next time.
        outcome.held.insert(sent.key)
        return
      }
      outcome.superseded += 1
      let isChanged = try MergeRecord(version: winner, walk: nil).run(clock: &clock, wall: receivedAt, in: db)
      if isChanged { outcome.changed += 1 }
      if response.more || outcome.pageDropped { try keepInOutbox(winner, &outcome, in: db) }
    case .conflict:
      let mayGoOver =
        try result.winner?.key == sent.key
        && result.winner.map { try GoOverVersion(stored: $0).run(clock: &clock, wall: receivedAt, in: db) } ?? false
      if !mayGoOver { outcome.held.insert(sent.key) }
    case .rejected:
      outcome.rejected += 1
      try QuarantineRecord(sent: sent, problem: result.problem ?? Problem(.mutationInvalid)).run(in: db)
    default:
      outcome.held.insert(sent.key)
    }
  }

  /// Clears the dirt only if the record is still what was sent: an edit made meanwhile is not on the server.
  private func acknowledge(_ sent: LibraryRecord, _ outcome: inout LibraryOutcome, in db: Database) throws {
    guard var row = try LibraryRow.fetch(sent.key, in: db) else { return }
    row.acked = true
    if row.record.stamp != sent.stamp, !mutants.contains(.believesOldAcknowledgements) {
      if row.dirt == .edited { row.base = sent.stamp }
    } else if !response.more, !outcome.pageDropped {
      row.dirt = .clean
      row.base = nil
      row.problem = nil
    } else {
      // Our cursor will not stand behind this write yet. A server that goes back to before the write, but not to
      // before our cursor, could lose it unnoticed; so it stays in the outbox until a page brings it.
      row.dirt = .healing
      row.base = nil
      outcome.held.insert(sent.key)
    }
    try row.save(in: db)
  }

  /// Our cursor does not stand behind the winner either: a server that goes back to between the two, or whose history
  /// is another one by now, could lack it, and nobody else may have it any more.
  private func keepInOutbox(_ winner: LibraryRecord, _ outcome: inout LibraryOutcome, in db: Database) throws {
    guard var row = try LibraryRow.fetch(winner.key, in: db), row.record.stamp == winner.stamp, row.dirt == .clean
    else { return }
    row.dirt = .healing
    outcome.held.insert(winner.key)
    try row.save(in: db)
  }

  private func applyPage(
    to stream: StreamRow, _ clock: inout HybridClock, _ outcome: inout LibraryOutcome, in db: Database
  ) throws {
    var stream = stream
    let isAfterReturn = stream.walking && stream.reasons != ["compacted"]
    for version in response.changes {
      let isChanged = try MergeRecord(version: version, walk: stream.walk, isAfterReturn: isAfterReturn)
        .run(clock: &clock, wall: receivedAt, in: db)
      if isChanged { outcome.changed += 1 }
    }
    stream.cursor = response.cursor
    stream.epoch = response.epoch
    if !response.more {
      if stream.walking { try FinishLibraryWalk(stream: stream, mutants: mutants).run(in: db) }
      stream.walking = false
      stream.reasons = []
      stream.complete = true
    }
    try stream.save(in: db)
  }
}

/// Stamps the pending edits anew, in their order, because the clock had been ahead (protocol, 2.8.5).
struct RestampOutbox {
  let refused: [LibraryKey: Stamp]
  let serverTime: Timestamp
  let wall: Timestamp
  /// A broken rule: see `ClientMutant.stampsCarelessly`.
  var isCareless = false

  func run(clock: inout HybridClock, in db: Database) throws {
    try forgetLostStamps(&clock, in: db)
    if isCareless { clock.serverMax = .zero }
    clock.startOver(serverTime: serverTime, wall: wall)
    for var row in try PrepareLibraryRequest.pending(except: [], in: db) where isDue(row) {
      row.record.stamp = clock.tick(wall: wall)
      try row.save(in: db)
    }
  }

  /// A server takes stamps up to a second above the highest that it holds (protocol, 2.8.4). One that refuses a stamp
  /// cannot hold what we thought it does: it went back. Above that, all new stamps would be refused again; so they
  /// start above what a page of the present walk brought, and above what would not be refused anyway.
  private func forgetLostStamps(_ clock: inout HybridClock, in db: Database) throws {
    guard let lowest = refused.values.map(\.physical).min() else { return }
    let bound = lowest - min(lowest, 1_000)
    guard clock.serverMax.physical >= bound else { return }
    let rows = try db.rows(
      """
      SELECT max(held) AS held FROM (
        SELECT walk, stamp AS held FROM library WHERE dirty <> 1
        UNION ALL SELECT walk, base FROM library WHERE base IS NOT NULL)
      WHERE held < ?1 AND (held < ?2 OR walk = (SELECT walk FROM stream WHERE kind = 'library'))
      """,
      [
        Stamp(physical: bound, counter: 0, node: 0).description,
        Stamp(physical: latest, counter: 0, node: 0).description,
      ])
    clock.serverMax = (rows.first?["held"] as String?).flatMap(Stamp.init).map(HybridClock.Reading.init) ?? .zero
  }

  /// The latest physical time that the server takes whatever it holds.
  private var latest: UInt64 { UInt64(max(0, serverTime.milliseconds)) + 60_000 }

  /// A version that was acknowledged once keeps its stamp if it can: with a new one it would win over edits of other
  /// devices that were made on top of it.
  private func isDue(_ row: LibraryRow) -> Bool {
    row.dirt == .edited || refused[row.record.key] != nil || row.record.stamp.physical > latest
  }
}

/// Takes a version out of the outbox that the server will never store, and keeps it for its reader.
struct QuarantineRecord {
  let sent: LibraryRecord
  let problem: Problem

  func run(in db: Database) throws {
    // Edited meanwhile, it may be acceptable now.
    guard var row = try LibraryRow.fetch(sent.key, in: db), row.record.stamp == sent.stamp else { return }
    row.dirt = .clean
    row.problem = problem
    try row.save(in: db)
  }
}
