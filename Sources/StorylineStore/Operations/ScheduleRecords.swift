import Foundation
import GRDB
import StorylineModels

/// Keeps records that wait for their time outside of the log: until then nothing of them leaves.
struct ScheduleRecords {
  static let rowSQL = """
    SELECT due_at, body FROM content_scheduled WHERE stream = :stream AND kind = :kind AND id = :id
    """
  static let keepSQL = """
    INSERT INTO content_scheduled (stream, kind, id, due_at, author, body)
    VALUES (:stream, :kind, :id, :at, :author, :body)
    ON CONFLICT (stream, kind, id) DO UPDATE SET
      due_at = excluded.due_at, author = excluded.author, body = excluded.body
    """
  static let forgetSQL = "DELETE FROM content_scheduled WHERE stream = :stream AND kind = :kind AND id = :id"

  let commit: PreparedCommit

  /// How many are new or other than they were.
  func keep(in db: Database) throws -> Int {
    var count = 0
    for item in commit.scheduled {
      let row = try Row.fetchOne(db.cachedStatement(sql: Self.rowSQL), arguments: Self.arguments(item.draft.key))
      if let row, row["due_at"] == item.at, row["body"] == item.body { continue }
      try db.cachedStatement(sql: Self.keepSQL).execute(
        arguments: Self.arguments(item.draft.key) + ["at": item.at, "author": commit.author, "body": item.body])
      try NoteMediaUse.unschedule(item.draft.key, in: db)
      try NoteMediaUse.note(item.draft.media, of: item.draft.key, seq: 0, in: db)
      count += 1
    }
    return count
  }

  /// How many there were to forget.
  func cancel(in db: Database) throws -> Int {
    try forget(commit.cancellations.map { ContentKey(kind: $0.kind, id: $0.id) }, in: db)
  }

  /// What is published or taken down now waits for nothing any more.
  @discardableResult
  func forget(_ keys: [ContentKey], in db: Database) throws -> Int {
    var count = 0
    for key in keys {
      try db.cachedStatement(sql: Self.forgetSQL).execute(arguments: Self.arguments(key))
      guard db.changesCount > 0 else { continue }
      count += 1
      try NoteMediaUse.unschedule(key, in: db)
    }
    return count
  }

  private static func arguments(_ key: ContentKey) -> StatementArguments {
    ["stream": EnsureInstance.contentStream, "kind": key.kind.rawValue, "id": key.id]
  }
}

/// Reads what waits for its time.
enum ReadSchedule {
  static let allSQL = """
    SELECT kind, id, due_at, author, body FROM content_scheduled WHERE stream = :stream ORDER BY due_at, kind, id
    """
  static let dueSQL = """
    SELECT kind, id, due_at, author, body FROM content_scheduled
    WHERE stream = :stream AND due_at <= :now ORDER BY due_at, kind, id LIMIT :limit
    """
  static let nextSQL = "SELECT min(due_at) FROM content_scheduled WHERE stream = :stream"

  static func all(in db: Database) throws -> [ScheduledRecord] {
    try Row.fetchAll(db.cachedStatement(sql: allSQL), arguments: ["stream": EnsureInstance.contentStream]).map(record)
  }

  static func due(at now: Int64, limit: Int, in db: Database) throws -> [ScheduledRecord] {
    try Row.fetchAll(
      db.cachedStatement(sql: dueSQL),
      arguments: ["stream": EnsureInstance.contentStream, "now": now, "limit": limit]
    ).map(record)
  }

  static func next(in db: Database) throws -> Timestamp? {
    try Int64.fetchOne(db.cachedStatement(sql: nextSQL), arguments: ["stream": EnsureInstance.contentStream]).map {
      Timestamp(milliseconds: $0)
    }
  }

  private static func record(_ row: Row) throws -> ScheduledRecord {
    do {
      return ScheduledRecord(
        kind: ContentKind(rawValue: row["kind"]), id: row["id"], at: Timestamp(milliseconds: row["due_at"]),
        author: row["author"], body: try RawJSON(validating: row["body"]))
    } catch {
      throw StoreError.damaged("a scheduled record cannot be read: \(error)")
    }
  }
}

/// Publishes what is due: all that falls on one moment together, in one commit or in several whole ones.
struct PublishDue {
  let limits: ServiceLimits
  let now: Timestamp
  let tag: UInt32
  let random: @Sendable () -> UInt64

  /// nil if nothing is due. Call again until it is.
  func run(in db: Database) throws -> PublishResult? {
    let due = try ReadSchedule.due(at: now.milliseconds, limit: limits.commitRows, in: db)
    guard let first = due.first else { return nil }
    var bytes = 0
    let records = due.prefix { record in
      bytes += record.body.data.count + ContentCommit.envelopeBytes
      return record.at == first.at && (bytes <= limits.commitBytes || record == first)
    }
    let authors = Set(records.map(\.author)).sorted()
    let entities = try records.map { try Entity(kind: $0.kind, id: $0.id, body: $0.body) }
    let commit = try PreparedCommit(
      ContentCommit(entities: entities, author: "\(authors.joined(separator: ", ")) (scheduled)"))
    // Publishing a record forgets that it was scheduled.
    return try PublishCommit(commit: commit, limits: limits, now: now, tag: tag, random: random).run(in: db)
  }
}

extension ContentCommit {
  /// More than the envelope of any row takes on the wire.
  public static let envelopeBytes = 400
}
