public import StorylineModels

/// One entity as it stands in a folder, before block ids and evidence are settled.
struct SeedRecord: Sendable {
  let kind: ContentKind
  /// Empty if it could not be read.
  let id: String
  let place: Place
  var facts: Facts
  /// Of an article its text, of the story its brief.
  var blocks: [DraftBlock]
  /// Until when nothing of it may leave; nil for what may leave now.
  var hold: Hold?
  /// Of an article: its file, and the one beside it.
  var textFile: String?
  var sideFile: String?
  /// Whether an entity can be made of it. Of what cannot, its faults are looked for all the same.
  var isWhole = true
  /// Of an article that could not be read to its end: what all of its text says, as `BareText` has it.
  var unreadText: String?

  init(
    kind: ContentKind, id: String, place: Place, facts: Facts, blocks: [DraftBlock] = [], hold: Hold? = nil
  ) {
    self.kind = kind
    self.id = id
    self.place = place
    self.facts = facts
    self.blocks = blocks
    self.hold = hold
  }

  var key: EntityKey { EntityKey(kind: kind, id: id) }
}

/// Which entity.
public struct EntityKey: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
  public var kind: ContentKind
  public var id: String

  public init(kind: ContentKind, id: String) {
    self.kind = kind
    self.id = id
  }

  public var description: String { "\(kind) \(id)" }

  /// In the order of a commit: by kind as `ContentKind.known` has them, then by id.
  public static func < (left: Self, right: Self) -> Bool {
    (left.order, left.kind.rawValue, left.id) < (right.order, right.kind.rawValue, right.id)
  }

  private var order: Int { ContentKind.known.firstIndex(of: kind) ?? ContentKind.known.count }
}
