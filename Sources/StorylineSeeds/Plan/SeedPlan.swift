public import StorylineModels

/// What publishing a folder would change.
public struct SeedPlan: Sendable {
  /// In the order of a commit.
  public private(set) var changes: [PlannedChange] = []
  /// What the lint says about the folder against this store.
  public let faults: [Fault]
  /// Whether the folder is a whole story, so that what it lacks may be removed.
  public let isWhole: Bool
  private var written: [Entity] = []

  /// Whether anything would be written; what is gone from the folder does not count.
  public var isEmpty: Bool { written.isEmpty }

  /// New and changed entities, in the order of a commit.
  public var entities: [Entity] { written }

  public func count(_ action: PlannedChange.Action) -> Int { changes.count { $0.action == action } }

  /// What the store has and the folder has not. Of a folder that is not a whole story, nothing.
  public var gone: [EntityKey] { changes.filter { $0.action == .gone }.map(\.key) }

  public var hasErrors: Bool { faults.contains { $0.severity == .error } }

  init(_ story: SeedStory, _ resolution: Resolution, stored: [ContentChange], faults: [Fault]) {
    self.faults = faults
    isWhole = story.hasStoryFile
    var bodies: [EntityKey: RawJSON] = [:]
    for change in stored { bodies[EntityKey(kind: change.kind, id: change.id)] = change.body }
    var here: Set<EntityKey> = []
    for (record, entity) in resolution.entities.sorted(by: { $0.record.key < $1.record.key }) {
      guard here.insert(record.key).inserted else { continue }
      var change = PlannedChange(key: record.key, action: .unchanged, title: entity.title, place: record.place)
      change.compare(entity, with: bodies[record.key], old: resolution.stored[record.key])
      changes.append(change)
      if change.action != .unchanged { written.append(entity) }
    }
    guard story.hasStoryFile else { return }
    for key in bodies.keys.sorted() where !here.contains(key) && ContentKind.known.contains(key.kind) {
      changes.append(PlannedChange(key: key, action: .gone, title: resolution.stored[key]?.title ?? "", place: nil))
    }
  }
}

/// What would happen to one entity.
public struct PlannedChange: Hashable, Sendable, Codable {
  public enum Action: String, Hashable, Sendable, Codable, CaseIterable { case new, changed, unchanged, gone }

  public var key: EntityKey
  public var action: Action
  /// Its headline, title, name or words.
  public var title: String
  /// Where it stands in the folder; nil if it is gone from it.
  public var place: Place?
  /// Of a changed entity: the members that differ.
  public var members: [String] = []
  public var blocksAdded: [String] = []
  public var blocksChanged: [String] = []
  public var blocksRemoved: [String] = []

  init(key: EntityKey, action: Action, title: String, place: Place?) {
    self.key = key
    self.action = action
    self.title = title
    self.place = place
  }

  /// Compares bytes, as the store does: equal bytes are no change.
  mutating func compare(_ entity: Entity, with stored: RawJSON?, old: Entity?) {
    guard let stored else { return action = .new }
    guard let body = try? entity.body(), body != stored else { return }
    action = .changed
    members = Self.differing(body, stored)
    if case .article(let before)? = old, case .article(let now) = entity { compare(before.blocks, now.blocks) }
  }

  private mutating func compare(_ before: [Block], _ now: [Block]) {
    let old = Dictionary(before.map { ($0.id, $0) }) { first, _ in first }
    let ids = Set(now.map(\.id))
    blocksAdded = now.filter { old[$0.id] == nil }.map(\.id.rawValue)
    blocksChanged = now.filter { block in old[block.id].map { $0 != block } ?? false }.map(\.id.rawValue)
    blocksRemoved = before.filter { !ids.contains($0.id) }.map(\.id.rawValue)
  }

  private static func differing(_ body: RawJSON, _ stored: RawJSON) -> [String] {
    guard let now = try? body.members(), let before = try? stored.members() else { return [] }
    let old = Dictionary(before.map { ($0.name, $0.value) }) { first, _ in first }
    let new = Dictionary(now.map { ($0.name, $0.value) }) { first, _ in first }
    return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
  }
}

extension Entity {
  /// What people know it by.
  var title: String {
    switch self {
    case .story(let value): value.title
    case .source(let value): value.name
    case .actor(let value): value.name
    case .article(let value): value.headline
    case .event(let value): value.title
    case .quote(let value): value.text
    case .position(let value): value.summary
    case .commitment(let value): value.title
    case .update(let value): value.note
    case .unknown(_, let id, _): id
    }
  }
}
