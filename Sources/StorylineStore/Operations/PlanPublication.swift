import GRDB
import StorylineModels

/// Compares a commit with what is stored: decides what is new, changed, gone, and what stays as it is.
struct PlanPublication {
  static let rowSQL = """
    SELECT \(ContentRow.columns) FROM content_record WHERE stream = :stream AND kind = :kind AND id = :id
    """

  /// One record to write, and what is stored of it.
  struct Write: Sendable {
    var draft: ContentDraft
    var stored: ContentRow?
    /// Of an article.
    var version: Int?
  }

  struct Removal: Sendable {
    var removal: ContentCommit.Removal
    var stored: ContentRow
  }

  struct Outcome: Sendable {
    var writes: [Write] = []
    var removals: [Removal] = []
    var plan = PublicationPlan(steps: [])

    var rowCount: Int { writes.count + removals.count }
  }

  let commit: PreparedCommit

  func run(in db: Database) throws -> Outcome {
    var outcome = Outcome()
    for draft in commit.drafts {
      let stored = try row(draft.key, in: db)
      let write = Write(draft: draft, stored: stored, version: version(of: draft, over: stored))
      let change = change(write)
      if change != .none { outcome.writes.append(write) }
      outcome.plan.steps.append(.init(kind: draft.key.kind, id: draft.key.id, change: change))
    }
    for removal in commit.removals {
      let stored = try row(ContentKey(kind: removal.kind, id: removal.id), in: db)
      // A record that is gone may still get another reason: retracted first, legal later.
      let isNews = stored.map { !$0.isDeleted || (removal.reason != nil && removal.reason != $0.reason) } ?? false
      if let stored, isNews { outcome.removals.append(Removal(removal: removal, stored: stored)) }
      outcome.plan.steps.append(.init(kind: removal.kind, id: removal.id, change: isNews ? .remove : .none))
    }
    return outcome
  }

  private func row(_ key: ContentKey, in db: Database) throws -> ContentRow? {
    let statement = try db.cachedStatement(sql: Self.rowSQL)
    let arguments: StatementArguments = [
      "stream": EnsureInstance.contentStream, "kind": key.kind.rawValue, "id": key.id,
    ]
    return try Row.fetchOne(statement, arguments: arguments).map(ContentRow.init)
  }

  private func change(_ write: Write) -> PublicationPlan.Change {
    guard let stored = write.stored else { return .create }
    if stored.isDeleted { return .restore }
    return stored.bodyHash == write.draft.bodyHash && stored.version == write.version ? .none : .update
  }

  /// An article's version never goes back, and goes up with every change of its body: an editor need not count.
  private func version(of draft: ContentDraft, over stored: ContentRow?) -> Int? {
    guard let version = draft.version, let before = stored?.version else { return draft.version }
    return max(version, stored?.bodyHash == draft.bodyHash ? before : before + 1)
  }
}
