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
  /// What is to be published by itself at its time, where that does not wait there already.
  public private(set) var schedule: [PlannedSchedule] = []
  /// What waits for its time in the store and is not to be published after all, or not then.
  public private(set) var cancellations: [EntityKey] = []
  /// The images of the folder that what is published, or to be published, shows; each once, in the order of their names.
  public private(set) var media: [SeedMedia] = []
  /// Published articles whose words change without a note that says so to their readers.
  public private(set) var missingNotes: [MissingNote] = []

  /// Whether anything would be written; what is gone from the folder does not count.
  public var isEmpty: Bool { written.isEmpty && schedule.isEmpty && cancellations.isEmpty }

  /// New and changed entities, in the order of a commit.
  public var entities: [Entity] { written }

  public func count(_ action: PlannedChange.Action) -> Int { changes.count { $0.action == action } }

  /// What the store has and the folder has not. Of a folder that is not a whole story, nothing.
  public var gone: [EntityKey] { changes.filter { $0.action == .gone }.map(\.key) }

  public var hasErrors: Bool { faults.contains { $0.severity == .error } }

  init(
    _ story: SeedStory, _ resolution: Resolution, _ published: Published, holds: [EntityKey: Hold], faults: [Fault]
  ) {
    self.faults = faults
    isWhole = story.hasStoryFile
    var here: Set<EntityKey> = []
    var outgoing: [Entity] = []
    for (record, entity, body) in resolution.entities.sorted(by: { $0.record.key < $1.record.key }) {
      guard here.insert(record.key).inserted else { continue }
      var change = PlannedChange(key: record.key, action: .unchanged, title: entity.title, place: record.place)
      change.compare(
        entity, body: body, with: published.bodies[record.key], old: resolution.stored[record.key])
      if change.action != .unchanged { outgoing.append(entity) }
      take(&change, entity, holds[record.key], published)
      changes.append(change)
    }
    media = shown(by: resolution.entities.map(\.entity), of: story)
    findMissingNotes(outgoing, resolution.stored)
    let waiting = Set(changes.filter { [.waiting, .scheduled].contains($0.action) }.map(\.key))
    let writing = Set(written.map { EntityKey(kind: $0.kind, id: $0.id) })
    cancellations = published.scheduled.keys.filter { key in
      (story.hasStoryFile || here.contains(key)) && !waiting.contains(key) && !writing.contains(key)
    }.sorted()
    guard story.hasStoryFile else { return }
    for key in published.bodies.keys.sorted() where !here.contains(key) && ContentKind.known.contains(key.kind) {
      changes.append(PlannedChange(key: key, action: .gone, title: resolution.stored[key]?.title ?? "", place: nil))
    }
  }

  /// Drafts stay here with their images.
  private func shown(by entities: [Entity], of story: SeedStory) -> [SeedMedia] {
    guard !story.media.isEmpty else { return [] }
    let drafts = Set(changes.filter { $0.action == .draft }.map(\.key))
    let out = entities.filter { !drafts.contains(EntityKey(kind: $0.kind, id: $0.id)) }
    var left = Set(out.flatMap(\.images).compactMap { MediaID(address: $0) })
    return story.media.filter { left.remove($0.id) != nil }
  }

  /// Sends a change on its way: now, at its time, or not at all.
  private mutating func take(
    _ change: inout PlannedChange, _ entity: Entity, _ hold: Hold?, _ published: Published
  ) {
    guard change.action != .unchanged else { return }
    switch hold {
    case nil: written.append(entity)
    case .draft?: change.action = .draft
    case .until(let moment)?:
      change.publishAt = moment
      let planned = PlannedSchedule(entity: entity, at: moment)
      change.action = published.scheduled[change.key] == planned ? .waiting : .scheduled
      if change.action == .scheduled { schedule.append(planned) }
    }
  }

  /// Readers see what was changed and why. An article that waits for its time needs its note as much as one of today.
  private mutating func findMissingNotes(_ outgoing: [Entity], _ stored: [EntityKey: Entity]) {
    let drafts = Set(changes.filter { $0.action == .draft }.map(\.key))
    var noted: Set<String> = []
    for case .update(let note) in outgoing where note.target.kind == .article {
      if stored[EntityKey(kind: .update, id: note.id.rawValue)] == nil { noted.insert(note.target.id) }
    }
    for case .article(let now) in outgoing {
      let key = EntityKey(kind: .article, id: now.id.rawValue)
      guard !drafts.contains(key), !noted.contains(key.id), case .article(let before)? = stored[key] else { continue }
      guard let missing = MissingNote(before: before, now: now) else { continue }
      missingNotes.append(missing)
    }
  }
}

/// What a store holds, as far as a plan compares it.
struct Published {
  private(set) var bodies: [EntityKey: RawJSON] = [:]
  private(set) var scheduled: [EntityKey: PlannedSchedule] = [:]

  init(stored: [ContentChange], scheduled: [PlannedSchedule]) {
    for change in stored { bodies[EntityKey(kind: change.kind, id: change.id)] = change.body }
    for item in scheduled { self.scheduled[EntityKey(kind: item.entity.kind, id: item.entity.id)] = item }
  }
}

/// One entity that is published by itself at its time.
public struct PlannedSchedule: Hashable, Sendable {
  public var entity: Entity
  public var at: Timestamp

  public init(entity: Entity, at: Timestamp) {
    self.entity = entity
    self.at = at
  }
}

/// What would happen to one entity.
public struct PlannedChange: Hashable, Sendable, Codable {
  public enum Action: String, Hashable, Sendable, Codable, CaseIterable {
    case new, changed, unchanged, gone
    /// To be published by itself at its time.
    case scheduled
    /// The same, and it waits there already.
    case waiting
    /// Not to be published.
    case draft
  }

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
  /// Of a changed entity: what each member, or each block, was and will be.
  public var differences: [Difference] = []
  /// When it is published by itself.
  public var publishAt: Timestamp?

  public struct Difference: Hashable, Sendable, Codable {
    /// The member's name, or `block b3`.
    public var name: String
    public var before: String?
    public var after: String?
  }

  init(key: EntityKey, action: Action, title: String, place: Place?) {
    self.key = key
    self.action = action
    self.title = title
    self.place = place
  }

  /// What a commit did to one record.
  ///
  /// - Parameters:
  ///   - before: its body; nil if it was not published.
  ///   - after: the same after the commit.
  public init(kind: ContentKind, id: String, before: RawJSON?, after: RawJSON?) {
    let old = before.flatMap { try? Entity(kind: kind, id: id, body: $0) }
    let now = after.flatMap { try? Entity(kind: kind, id: id, body: $0) }
    self.init(key: EntityKey(kind: kind, id: id), action: .gone, title: (now ?? old)?.title ?? "", place: nil)
    guard let now else { return }
    action = .unchanged
    compare(now, with: before, old: old)
  }

  /// Compares bytes, as the store does: equal bytes are no change.
  ///
  /// - Parameter body: the entity's JSON, if it was made already.
  mutating func compare(_ entity: Entity, body: RawJSON? = nil, with stored: RawJSON?, old: Entity?) {
    guard let stored else { return action = .new }
    guard let body = try? body ?? entity.body(), body != stored else { return }
    action = .changed
    let differing = Self.differing(body, stored)
    members = differing.map(\.name)
    differences = differing.filter { $0.name != "blocks" && $0.name != "brief" }
    switch (old, entity) {
    case (.article(let before)?, .article(let now)): compare(before.blocks, now.blocks)
    case (.story(let before)?, .story(let now)): compare(before.brief, now.brief)
    default: differences = differing
    }
  }

  private mutating func compare(_ before: [Block], _ now: [Block]) {
    let old = Dictionary(before.map { ($0.id, $0) }) { first, _ in first }
    let ids = Set(now.map(\.id))
    blocksAdded = now.filter { old[$0.id] == nil }.map(\.id.rawValue)
    blocksChanged = now.filter { block in old[block.id].map { $0 != block } ?? false }.map(\.id.rawValue)
    blocksRemoved = before.filter { !ids.contains($0.id) }.map(\.id.rawValue)
    for block in now where old[block.id] != block {
      let was = old[block.id].map(Self.words)
      differences.append(Difference(name: "block \(block.id)", before: was, after: Self.words(block)))
    }
    for block in before where !ids.contains(block.id) {
      differences.append(Difference(name: "block \(block.id)", before: Self.words(block), after: nil))
    }
    let order = before.map(\.id).filter(ids.contains)
    let newOrder = now.map(\.id).filter { old[$0] != nil }
    if order != newOrder {
      differences.append(
        Difference(
          name: "order of blocks", before: order.map(\.rawValue).joined(separator: " "),
          after: newOrder.map(\.rawValue).joined(separator: " ")))
    }
  }

  private static func words(_ block: Block) -> String {
    let parts = [block.text, block.attribution.map { "— " + $0 }, block.title, block.caption, block.alt, block.url]
    return "\(block.role): " + (parts.compactMap(\.self) + (block.items ?? [])).joined(separator: " · ")
  }

  private static func differing(_ body: RawJSON, _ stored: RawJSON) -> [Difference] {
    guard let now = try? body.members(), let before = try? stored.members() else { return [] }
    let old = Dictionary(before.map { ($0.name, $0.value) }) { first, _ in first }
    let new = Dictionary(now.map { ($0.name, $0.value) }) { first, _ in first }
    return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted().map { name in
      Difference(name: name, before: old[name].map(plain), after: new[name].map(plain))
    }
  }

  /// A text without its quotation marks, anything else as JSON.
  private static func plain(_ value: RawJSON) -> String {
    (try? value.decoded(as: String.self)) ?? value.text
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
