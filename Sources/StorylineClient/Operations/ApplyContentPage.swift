import GRDB
import StorylineModels

/// What an applied page of content meant.
struct ContentOutcome: Equatable {
  var changed = 0
  var swept = 0
  /// Whether the page did not go on from where we are, and was left aside.
  var dropped = false
}

/// Applies one page of content and moves the cursor, in one transaction.
struct ApplyContentPage {
  let page: ContentPage
  let wall: Timestamp
  var mutants: Set<ClientMutant> = []

  func run(in db: Database) throws -> ContentOutcome {
    var stream = try StreamRow.fetch(.content, in: db)
    var outcome = ContentOutcome()
    guard page.after == stream.cursor ?? .start || !mutants.isDisjoint(with: [.appliesAnyPage, .movesCursorFirst])
    else {
      outcome.dropped = true
      return outcome
    }
    try follow(page.epoch, &stream)
    for change in page.changes {
      let isChanged = try ApplyContentChange(change: change, stream: stream).run(in: db)
      if isChanged { outcome.changed += 1 }
    }
    stream.cursor = page.cursor
    if page.more {
      if let head = page.head, !mutants.contains(.forgetsHeads), stream.heads.last != head { stream.heads.append(head) }
    } else {
      stream.heads = []
      if stream.walking, !mutants.contains(.sweepsNothing) {
        outcome.swept = try SweepContent(walk: stream.walk, wall: wall).run(in: db)
      }
      stream.walking = false
      stream.complete = true
    }
    try stream.save(in: db)
    return outcome
  }

  private func follow(_ epoch: Epoch, _ stream: inout StreamRow) throws {
    guard epoch != stream.epoch else { return }
    // Only from the beginning can another history be entered; in the middle the server would have said 410.
    guard stream.cursor == nil else {
      throw ReplicaError.contradiction("a page of another history than its cursor's")
    }
    stream.epoch = epoch
    stream.lineage += 1
  }
}

/// Writes one row of a page, if it is newer than what we hold.
struct ApplyContentChange {
  let change: ContentChange
  let stream: StreamRow

  /// Whether the replica changed.
  func run(in db: Database) throws -> Bool {
    let held = try ContentRow.fetch(kind: change.kind, id: change.id, in: db)
    if let held, !held.isSwept, held.lineage == stream.lineage, held.rev >= change.rev {
      // Still a sign of life for the sweep at the end of the walk.
      if stream.walking { try db.run("UPDATE content SET walk = ? WHERE key = ?", [stream.walk, held.key]) }
      return false
    }
    if let held, held.isLive { try keepOldText(of: held, in: db) }
    if let held, held.isLive { try IndexContent(key: held.key).remove(in: db) }
    guard let body = change.body else {
      _ = try write(title: held?.title, isUndecodable: false, over: held, in: db)
      return held?.isLive ?? false
    }
    let description = ContentDescription(kind: change.kind, id: change.id, body: body)
    let key = try write(
      title: description.title, isUndecodable: description.isUndecodable, over: held, in: db)
    try IndexContent(key: key).insert(description, pub: change.pub, in: db)
    return true
  }

  private func keepOldText(of held: ContentRow, in db: Database) throws {
    guard change.kind == .article else { return }
    // One that this version cannot read is none that was withdrawn.
    let isShown = change.body.map { (try? $0.decoded(as: ArticleStatus.self))?.isShown ?? true } ?? false
    if isShown {
      try KeepArticleVersion(id: change.id, next: change.body?.data).run(in: db)
    } else {
      try KeepArticleVersion.forget(change.id, in: db)
    }
  }

  /// As much of an article as says whether it may be shown.
  private struct ArticleStatus: Decodable {
    var status: Article.Status?
    var isShown: Bool { status != .withdrawn }
  }

  private func write(title: String?, isUndecodable: Bool, over held: ContentRow?, in db: Database) throws -> Int64 {
    guard let held else {
      try db.run(
        """
        INSERT INTO content
          (kind, id, rev, lineage, walk, first_rev, num, pub, updated_at, title, body, reason, undecodable)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          change.kind.rawValue, change.id, change.rev, stream.lineage, stream.walk, firstRev(over: nil), change.num,
          change.pub, change.updatedAt?.milliseconds, title, change.body?.data, change.reason, isUndecodable,
        ])
      return db.lastInsertedRowID
    }
    // A tombstone names neither: what the record had is still true of it.
    try db.run(
      """
      UPDATE content SET rev = ?, lineage = ?, walk = ?, first_rev = coalesce(?, first_rev), num = coalesce(?, num),
        pub = coalesce(?, pub), updated_at = ?, title = ?, body = ?, reason = ?, swept_at = NULL, undecodable = ?
      WHERE key = ?
      """,
      [
        change.rev, stream.lineage, stream.walk, firstRev(over: held), change.num, change.pub,
        change.updatedAt?.milliseconds, title, change.body?.data, change.reason, isUndecodable, held.key,
      ])
    return held.key
  }

  /// The commit that published it, if we can know: of what a first walk brings, this may be any later change. What a
  /// snapshot was too old for comes back as what it was.
  private func firstRev(over held: ContentRow?) -> Int64? {
    let isBack = held.map { $0.isSwept && $0.lineage == stream.lineage && $0.rev == change.rev } ?? false
    let isKnown = stream.complete && !stream.walking && change.body != nil && held?.isLive != true && !isBack
    return isKnown ? change.rev : nil
  }
}

/// Removes what a finished walk from the beginning did not see: the server has it no more.
struct SweepContent {
  let walk: Int64
  let wall: Timestamp

  /// How many live records went.
  func run(in db: Database) throws -> Int {
    let rows = try db.rows("SELECT key, kind, id, body IS NOT NULL AS live FROM content WHERE walk < ?", [walk])
    var swept = 0
    for row in rows {
      let key: Int64 = row["key"]
      try IndexContent(key: key).remove(in: db)
      if row["kind"] == ContentKind.article.rawValue { try KeepArticleVersion.forget(row["id"], in: db) }
      if row["live"] { swept += 1 }
      if row["live"], row["kind"] == ContentKind.article.rawValue {
        // Its headline stays, so that a reader can be told what is gone.
        try db.run(
          "UPDATE content SET body = NULL, undecodable = 0, swept_at = ?, walk = ? WHERE key = ?",
          [wall.milliseconds, walk, key])
      } else {
        try db.run("DELETE FROM content WHERE key = ?", [key])
      }
    }
    return swept
  }
}

/// Goes back to the beginning of the content, keeping what we hold readable until the end is reached.
struct RestartContent {
  /// The cursor that the server refused; another process may have gone on meanwhile.
  let refused: StorylineModels.Cursor?
  /// Whether the server's history is another one now, so that its revs cannot be compared with ours.
  let isOtherHistory: Bool

  func run(in db: Database) throws {
    var stream = try StreamRow.fetch(.content, in: db)
    guard stream.cursor == refused else { return }
    stream.cursor = nil
    stream.heads = []
    if isOtherHistory { stream.lineage += 1 }
    stream.walk += 1
    stream.walking = true
    try stream.save(in: db)
  }
}
