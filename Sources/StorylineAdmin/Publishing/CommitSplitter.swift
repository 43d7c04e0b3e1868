import Foundation
import StorylineModels
import StorylineSeeds
import StorylineStore

/// Makes one commit of a plan or, above the limits of a commit, several whole ones in an order in which each leaves a
/// story that holds together: what is named comes before what names it.
struct CommitSplitter {
  let author: String
  var limits = ServiceLimits()
  private let revs: [EntityKey: Int64]

  init(author: String, stored: [ContentChange], limits: ServiceLimits = ServiceLimits()) {
    self.author = author
    self.limits = limits
    revs = Dictionary(
      stored.map { (EntityKey(kind: $0.kind, id: $0.id), $0.rev) }, uniquingKeysWith: { first, _ in first })
  }

  func commits(for plan: SeedPlan, removals: [ContentCommit.Removal]) -> [ContentCommit] {
    var commits: [ContentCommit] = []
    var open = Open(author: author)
    for unit in units(for: plan, removals: removals) {
      let bytes = unit.reduce(0) { $0 + $1.bytes }
      if open.rows > 0, open.rows + unit.count > limits.commitRows || open.bytes + bytes > limits.commitBytes {
        commits.append(open.commit)
        open = Open(author: author)
      }
      open.rows += unit.count
      open.bytes += bytes
      for row in unit {
        open.commit.preconditions.append(.init(kind: row.key.kind, id: row.key.id, rev: revs[row.key]))
        row.change(&open.commit)
      }
    }
    return open.rows > 0 ? commits + [open.commit] : commits
  }

  /// What is not to be torn apart: an article and the notes that tell its readers what changed.
  private func units(for plan: SeedPlan, removals: [ContentCommit.Removal]) -> [[Change]] {
    let records = plan.entities.map { entity in Change(entity) { $0.entities.append(entity) } }
    let scheduled = plan.schedule.map { item in
      Change(item.entity) { $0.scheduled.append(.init(item.entity, at: item.at)) }
    }
    let notes = Dictionary(grouping: (records + scheduled).filter { $0.notedArticle != nil }, by: \.notedArticle)
    let articles = Set((records + scheduled).map(\.key).filter { $0.kind == .article }.map(\.id))
    let whole = { (changes: [Change]) in
      changes.filter { !articles.contains($0.notedArticle ?? "") }.map { change in
        [change] + (change.key.kind == .article ? notes[change.key.id] ?? [] : [])
      }
    }
    let gone = removals.map { removal in
      [Change(EntityKey(kind: removal.kind, id: removal.id)) { $0.removals.append(removal) }]
    }
    let cancelled = plan.cancellations.map { key in
      [Change(key) { $0.cancellations.append(.init(kind: key.kind, id: key.id)) }]
    }
    return whole(records) + gone + whole(scheduled) + cancelled
  }

  /// One row of a commit.
  private struct Change {
    let key: EntityKey
    let bytes: Int
    /// Of an update about an article: which.
    let notedArticle: String?
    let change: (inout ContentCommit) -> Void

    init(_ entity: Entity, _ change: @escaping (inout ContentCommit) -> Void) {
      key = EntityKey(kind: entity.kind, id: entity.id)
      bytes = CommitSplitter.size(entity)
      if case .update(let update) = entity, update.target.kind == .article {
        notedArticle = update.target.id
      } else {
        notedArticle = nil
      }
      self.change = change
    }

    init(_ key: EntityKey, _ change: @escaping (inout ContentCommit) -> Void) {
      self.key = key
      bytes = ContentCommit.envelopeBytes
      notedArticle = nil
      self.change = change
    }
  }

  private static func size(_ entity: Entity) -> Int {
    ((try? entity.body().data.count) ?? 0) + ContentCommit.envelopeBytes
  }

  private struct Open {
    var commit: ContentCommit
    var rows = 0
    var bytes = 0

    /// A key of its own: sent again after a lost answer, a commit is published once.
    init(author: String) { commit = ContentCommit(author: author, requestKey: UUID().uuidString) }
  }
}
