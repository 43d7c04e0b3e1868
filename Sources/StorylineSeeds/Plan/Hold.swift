public import StorylineModels

/// Until when something is kept back.
public enum Hold: Hashable, Sendable, Comparable {
  case until(Timestamp)
  /// Until somebody takes the word “draft” away.
  case draft

  /// What `draft`, `publishAt` and `embargoUntil` say together; nil if they say nothing.
  init?(_ facts: Facts) {
    if facts.values["draft"] == .bool(true) {
      self = .draft
      return
    }
    let moments = ["publishAt", "embargoUntil"].compactMap { facts.text($0).flatMap { Timestamp($0) } }
    guard let latest = moments.max() else { return nil }
    self = .until(latest)
  }

  /// Whether it is over.
  func isOver(at now: Timestamp) -> Bool {
    if case .until(let moment) = self { moment <= now } else { false }
  }
}

/// Spreads holds: what names something that nobody may know of yet would tell of it.
enum HoldResolver {
  static func holds(_ records: [SeedRecord], now: Timestamp) -> [EntityKey: Hold] {
    var holds: [EntityKey: Hold] = [:]
    for record in records {
      if let hold = record.hold, !hold.isOver(at: now) { holds[record.key] = hold }
    }
    guard !holds.isEmpty else { return [:] }
    var namedBy: [EntityKey: [EntityKey]] = [:]
    for record in records { for key in record.named { namedBy[key, default: []].append(record.key) } }
    var open = Array(holds.keys)
    while let key = open.popLast() {
      guard let hold = holds[key] else { continue }
      for other in namedBy[key] ?? [] where holds[other].map({ $0 < hold }) ?? true {
        holds[other] = hold
        open.append(other)
      }
    }
    return holds
  }
}

extension SeedRecord {
  /// The entities that its published form would name.
  fileprivate var named: Set<EntityKey> {
    var keys = Set(
      facts.references.compactMap { reference in reference.kind.map { EntityKey(kind: $0, id: reference.id) } })
    for draft in facts.evidence { keys.insert(EntityKey(kind: .article, id: draft.article)) }
    for block in blocks {
      if let id = block.content.article { keys.insert(EntityKey(kind: .article, id: id.rawValue)) }
    }
    if kind == .update, case .object(let target)? = facts.values["target"], case .string(let kind)? = target["kind"],
      case .string(let id)? = target["id"]
    {
      keys.insert(EntityKey(kind: ContentKind(rawValue: kind), id: id))
    }
    return keys
  }
}
