import Foundation
import GRDB
import StorylineModels

/// Writes a commit: rows, counters and log in one transaction, or nothing at all.
struct PublishCommit {
  static let counterSQL = """
    UPDATE stream SET head = head + 1, tag = :tag, last_at = :at, last_num = :num, last_pub = :pub
    WHERE id = :stream RETURNING head
    """
  static let rowSQL = """
    INSERT INTO content_record
      (stream, kind, id, num, seq, pub, deleted, reason, version, body_hash, updated_at, first_at, wire)
    VALUES
      (:stream, :kind, :id, :num, :seq, :pub, :deleted, :reason, :version, :hash, :at, :at, :wire)
    ON CONFLICT (stream, kind, id) DO UPDATE SET
      seq = excluded.seq, pub = excluded.pub, deleted = excluded.deleted, reason = excluded.reason,
      version = excluded.version, body_hash = excluded.body_hash, updated_at = excluded.updated_at,
      wire = excluded.wire
    """

  let commit: PreparedCommit
  let limits: ServiceLimits
  let now: Timestamp
  let tag: UInt32
  var random: @Sendable () -> UInt64 = { .random(in: .min ... .max) }

  func run(in db: Database) throws -> PublishResult {
    if let request = commit.request, let answer = try EditorRequests.answer(to: request, in: db) { return answer }
    try CheckPreconditions(preconditions: commit.preconditions).run(in: db)
    if commit.demandsNotes { try CheckNotes(commit: commit).run(in: db) }
    try NoteMediaUse.check(commit.drafts + commit.scheduled.map(\.draft), in: db)
    var result = try publish(in: db)
    let schedule = ScheduleRecords(commit: commit)
    try schedule.forget(commit.drafts.map(\.key) + commit.removals.map { ContentKey(kind: $0.kind, id: $0.id) }, in: db)
    result.cancelled = try schedule.cancel(in: db)
    result.scheduled = try schedule.keep(in: db)
    if let request = commit.request { try EditorRequests.keep(result, for: request, now: now, in: db) }
    return result
  }

  private func publish(in db: Database) throws -> PublishResult {
    let outcome = try PlanPublication(commit: commit).run(in: db)
    let unchanged = outcome.plan.steps.count - outcome.rowCount
    guard outcome.rowCount > 0 else { return PublishResult(written: 0, unchanged: unchanged, removed: 0) }
    let stream = try ReadStream.content(in: db)
    let at = max(now.milliseconds, stream.lastAt)
    let assigned = try AssignedNumbers(outcome.writes, stream: stream, at: at, random: random)
    let seq = try advance(stream, to: assigned, at: at, in: db)
    let rows = try changes(outcome, assigned, seq: seq, at: at)
    try checkLimits(rows)
    let illegal = outcome.removals.map(\.removal).filter { $0.reason == "legal" }
    if illegal.isEmpty {
      try write(rows, outcome, seq: seq, at: at, in: db)
    } else {
      try ErasedBytes.overwriting(in: db) {
        try write(rows, outcome, seq: seq, at: at, in: db)
        for removal in illegal { try forget(ContentKey(kind: removal.kind, id: removal.id), seq: seq, in: db) }
      }
    }
    try AppendCommit(stream: stream.id, seq: seq, tag: tag, at: at, author: commit.author, rows: rows.count)
      .run(in: db)
    return PublishResult(
      cursor: stream.cursor(seq: seq, tag: tag), rev: seq, written: outcome.writes.count, unchanged: unchanged,
      removed: outcome.removals.count)
  }

  /// One row to write: its envelope, its bytes on the wire, and what only the store keeps.
  private struct Output {
    var change: ContentChange
    var num: Int
    var pub: String?
    var version: Int?
    var bodyHash: Data
    var wire: Data
  }

  /// Counter and numbers move first: in PostgreSQL this is the lock that makes seq order the order of commits.
  private func advance(_ stream: StreamRow, to assigned: AssignedNumbers, at: Int64, in db: Database) throws -> Int64 {
    let arguments: StatementArguments = [
      "tag": tag, "at": at, "num": assigned.lastNum, "pub": assigned.lastPub, "stream": stream.id,
    ]
    guard let seq = try Int64.fetchOne(db.cachedStatement(sql: Self.counterSQL), arguments: arguments) else {
      throw StoreError.damaged("the content stream is missing")
    }
    return seq
  }

  private func changes(
    _ outcome: PlanPublication.Outcome, _ assigned: AssignedNumbers, seq: Int64, at: Int64
  ) throws -> [Output] {
    let updatedAt = Timestamp(milliseconds: at)
    let writes = try outcome.writes.map { write in
      let key = write.draft.key
      let (num, pub) = assigned.numbers(of: write)
      let change = ContentChange(
        kind: key.kind, id: key.id, rev: seq, num: num, pub: pub, updatedAt: updatedAt,
        body: try write.draft.body(version: write.version))
      return Output(
        change: change, num: num, pub: pub, version: write.version, bodyHash: write.draft.bodyHash,
        wire: try change.wire().data)
    }
    let removals = try outcome.removals.map { item in
      let change = ContentChange(
        kind: item.removal.kind, id: item.removal.id, rev: seq, updatedAt: updatedAt, body: nil,
        reason: item.removal.reason)
      // Number, order key, version and digest stay: a record that comes back is the same one.
      return Output(
        change: change, num: item.stored.num, pub: item.stored.pub, version: item.stored.version,
        bodyHash: item.stored.bodyHash, wire: try change.wire().data)
    }
    return writes + removals
  }

  private func checkLimits(_ rows: [Output]) throws {
    let bytes = rows.reduce(0) { $0 + $1.wire.count }
    guard rows.count <= limits.commitRows, bytes <= limits.commitBytes else {
      throw StoreError.commitTooLarge(
        rows: rows.count, bytes: bytes, rowLimit: limits.commitRows, byteLimit: limits.commitBytes)
    }
  }

  private func write(
    _ rows: [Output], _ outcome: PlanPublication.Outcome, seq: Int64, at: Int64, in db: Database
  ) throws {
    for row in rows {
      try KeepPast(key: ContentKey(kind: row.change.kind, id: row.change.id), seq: seq).run(in: db)
      try write(row, at: at, in: db)
    }
    for write in outcome.writes {
      try NoteMediaUse.note(write.draft.media, of: write.draft.key, seq: seq, in: db)
    }
  }

  /// What had to go by law goes from the past too, words and images.
  private func forget(_ key: ContentKey, seq: Int64, in db: Database) throws {
    try KeepPast(key: key, seq: seq).forgetWords(in: db)
    try NoteMediaUse.forget(key, in: db)
  }

  private func write(_ row: Output, at: Int64, in db: Database) throws {
    try db.cachedStatement(sql: Self.rowSQL).execute(arguments: [
      "stream": EnsureInstance.contentStream, "kind": row.change.kind.rawValue, "id": row.change.id,
      "num": row.num, "seq": row.change.rev, "pub": row.pub, "deleted": row.change.isDeleted ? 1 : 0,
      "reason": row.change.reason, "version": row.version, "hash": row.bodyHash, "at": at, "wire": row.wire,
    ])
  }
}
