import Foundation
import GRDB
import StorylineModels

/// Applies the writes of one device to its reader's library, in one transaction and under one seq.
struct PushMutations {
  static let counterSQL = """
    UPDATE stream SET head = head + 1, tag = :tag, last_at = CASE WHEN last_at > :now THEN last_at ELSE :now END
    WHERE id = :stream RETURNING head, last_at
    """
  static let useSQL = """
    UPDATE stream SET live_records = :records, live_bytes = :bytes, max_physical = :physical WHERE id = :stream
    """
  static let rowSQL = """
    SELECT \(LibraryRow.columns) FROM library_record WHERE stream = :stream AND kind = :kind AND id = :id
    """
  static let upsertSQL = """
    INSERT INTO library_record (stream, kind, id, stamp, deleted, hash, enc, payload, bytes, seq)
    VALUES (:stream, :kind, :id, :stamp, :deleted, :hash, :enc, :payload, :bytes, :seq)
    ON CONFLICT (stream, kind, id) DO UPDATE SET
      stamp = excluded.stamp, deleted = excluded.deleted, hash = excluded.hash, enc = excluded.enc,
      payload = excluded.payload, bytes = excluded.bytes, seq = excluded.seq
    WHERE (excluded.stamp, excluded.deleted, excluded.hash)
      > (library_record.stamp, library_record.deleted, library_record.hash)
    RETURNING seq
    """
  /// How many commits of a library the log remembers; an older cursor is taken unverified.
  static let rememberedCommits: Int64 = 4096
  /// How far a stamp may lie ahead of the server's clock, and ahead of the library's highest stamp.
  static let clockTolerance: Int64 = 60_000
  static let stampTolerance: Int64 = 1_000

  let request: LibrarySyncRequest
  let reader: ReaderID
  let limits: ServiceLimits
  let now: Timestamp
  let tag: UInt32
  var mutants: Set<StoreMutant> = []

  struct Outcome: Sendable {
    var results: [MutationResult] = []
    /// The seq of what was applied; nil if nothing was.
    var seq: Int64?
    /// Where the library stands then.
    var head: StreamHead?
  }

  /// What changes while mutation after mutation is applied.
  private struct State {
    var stream: StreamRow
    var seq: Int64
    /// The latest physical time that a stamp may have.
    var horizon: Int64
    var use: LibraryUse
    var maxPhysical: Int64
    var applied = 0
  }

  func run(in db: Database) throws -> Outcome {
    guard request.mutations.count <= limits.mutationsPerRequest else {
      throw StoreError.tooManyMutations(limit: limits.mutationsPerRequest)
    }
    let stream = try ReadStream.library(of: reader, in: db)
    if let after = request.after { _ = try CheckCursor(cursor: after, stream: stream, mutants: mutants).run(in: db) }
    var outcome = Outcome()
    try db.inSavepoint {
      var (state, at) = try begin(stream, in: db)
      for mutation in request.mutations {
        outcome.results.append(try apply(mutation, &state, in: db))
      }
      // Nothing applied: the counter goes back to where it was, and no commit is made.
      guard state.applied > 0 else { return .rollback }
      try finish(state, at: at, in: db)
      outcome.seq = state.seq
      outcome.head = try StreamHead(stream.cursor(seq: state.seq, tag: tag))
      return .commit
    }
    return outcome
  }

  /// Takes the counter first: in PostgreSQL its row is the lock that keeps two devices of one reader apart.
  private func begin(_ stream: StreamRow, in db: Database) throws -> (State, at: Int64) {
    let arguments: StatementArguments = ["tag": tag, "now": now.milliseconds, "stream": stream.id]
    guard let row = try Row.fetchOne(db.cachedStatement(sql: Self.counterSQL), arguments: arguments) else {
      throw StoreError.unknownReader
    }
    let serverTime: Int64 = row["last_at"]
    let state = State(
      stream: stream, seq: row["head"],
      horizon: max(serverTime + Self.clockTolerance, stream.maxPhysical + Self.stampTolerance),
      use: LibraryUse(records: stream.liveRecords, bytes: stream.liveBytes), maxPhysical: stream.maxPhysical)
    return (state, serverTime)
  }

  private func finish(_ state: State, at: Int64, in db: Database) throws {
    try db.cachedStatement(sql: Self.useSQL).execute(arguments: [
      "records": state.use.records, "bytes": state.use.bytes, "physical": state.maxPhysical,
      "stream": state.stream.id,
    ])
    try AppendCommit(
      stream: state.stream.id, seq: state.seq, tag: tag, at: at, author: "", rows: state.applied,
      keep: Self.rememberedCommits
    ).run(in: db)
  }

  private func apply(_ mutation: Mutation, _ state: inout State, in db: Database) throws -> MutationResult {
    let checked: CheckedMutation
    do {
      checked = try CheckedMutation(mutation, limits: limits)
    } catch {
      return MutationResult(m: mutation.m, status: .rejected, problem: error)
    }
    if let problem = erasedProblem(checked, state.stream) {
      return MutationResult(m: mutation.m, status: .rejected, problem: problem)
    }
    guard Int64(checked.rank.stamp.physical) <= state.horizon else {
      return MutationResult(m: mutation.m, status: .clockAhead)
    }
    let old = try row(checked.key, of: state.stream, in: db)
    if let old, checked.rank == old.rank { return MutationResult(m: mutation.m, status: .same) }
    if let old, checked.rank < old.rank {
      return MutationResult(
        m: mutation.m, status: .superseded, winner: mutants.contains(.omitsWinner) ? nil : old.record)
    }
    if mutants.contains(.breaksTiesByArrival), let old, checked.rank.stamp == old.rank.stamp {
      return MutationResult(m: mutation.m, status: .same)
    }
    // Only what is newer than the base: an older version says that we went back, and its author had seen it.
    if let old, !old.rank.deleted, let base = checked.guardedBase, old.rank.stamp > base {
      return MutationResult(m: mutation.m, status: .conflict, winner: old.record)
    }
    let use = state.use.replacing(old, with: checked)
    if let problem = state.use.problem(growingTo: use, limits: limits) {
      return MutationResult(m: mutation.m, status: .rejected, problem: problem)
    }
    try write(checked, state, in: db)
    state.use = use
    state.maxPhysical = max(state.maxPhysical, Int64(checked.rank.stamp.physical))
    state.applied += 1
    return MutationResult(m: mutation.m, status: .applied)
  }

  /// What the reader erased may not come back from a device that never heard of it. The problem tells it.
  private func erasedProblem(_ mutation: CheckedMutation, _ stream: StreamRow) -> Problem? {
    guard let purgedBefore = stream.purgedBefore, mutation.rank.stamp <= purgedBefore,
      !mutants.contains(.forgetsErasure)
    else { return nil }
    return Problem(
      .epochChanged, detail: "the reader erased the library", stream: .library, epoch: stream.epoch,
      reasons: [EpochNews.purged], purgedBefore: purgedBefore, action: "reanchor")
  }

  private func row(_ key: LibraryKey, of stream: StreamRow, in db: Database) throws -> LibraryRow? {
    let arguments: StatementArguments = ["stream": stream.id, "kind": key.kind.rawValue, "id": key.id]
    return try Row.fetchOne(db.cachedStatement(sql: Self.rowSQL), arguments: arguments).map(LibraryRow.init)
  }

  /// The database compares the ranks once more: the rule holds even for a writer that looked too early.
  private func write(_ mutation: CheckedMutation, _ state: State, in db: Database) throws {
    let arguments: StatementArguments = [
      "stream": state.stream.id, "kind": mutation.key.kind.rawValue, "id": mutation.key.id,
      "stamp": mutation.rank.stamp.description, "deleted": mutation.rank.deleted ? 1 : 0,
      "hash": mutation.rank.payloadHash, "enc": mutation.enc, "payload": mutation.payload, "bytes": mutation.bytes,
      "seq": state.seq,
    ]
    guard try Int64.fetchOne(db.cachedStatement(sql: Self.upsertSQL), arguments: arguments) == state.seq else {
      throw StoreError.unexpected("the database and the program order two versions of a record differently")
    }
  }
}
