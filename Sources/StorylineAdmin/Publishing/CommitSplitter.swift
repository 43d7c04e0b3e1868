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
    let add = { (bytes: Int, key: EntityKey, change: (inout ContentCommit) -> Void) in
      if open.rows > 0, open.rows + 1 > limits.commitRows || open.bytes + bytes > limits.commitBytes {
        commits.append(open.commit)
        open = Open(author: author)
      }
      open.rows += 1
      open.bytes += bytes
      open.commit.preconditions.append(.init(kind: key.kind, id: key.id, rev: revs[key]))
      change(&open.commit)
    }
    for entity in plan.entities {
      let key = EntityKey(kind: entity.kind, id: entity.id)
      add(Self.size(entity), key) { $0.entities.append(entity) }
    }
    for removal in removals {
      let key = EntityKey(kind: removal.kind, id: removal.id)
      add(ContentCommit.envelopeBytes, key) { $0.removals.append(removal) }
    }
    for item in plan.schedule {
      let key = EntityKey(kind: item.entity.kind, id: item.entity.id)
      add(Self.size(item.entity), key) { $0.scheduled.append(.init(item.entity, at: item.at)) }
    }
    for key in plan.cancellations {
      add(ContentCommit.envelopeBytes, key) { $0.cancellations.append(.init(kind: key.kind, id: key.id)) }
    }
    return open.rows > 0 ? commits + [open.commit] : commits
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
