/// A note to the readers that a published entity was changed, and why.
public struct Update: ContentEntity {
  public static let kind = ContentKind.update

  public var id: Identifier<Update>
  public var story: Identifier<Story>
  public var target: Target
  public var type: Kind
  public var at: Timestamp
  public var note: String
  /// The blocks that differ between the two versions.
  public var blocks: [Identifier<Block>]?
  public var fromVersion: Int?
  public var toVersion: Int?

  public init(
    id: Identifier<Update>, story: Identifier<Story>, target: Target, type: Kind, at: Timestamp, note: String,
    blocks: [Identifier<Block>]? = nil, fromVersion: Int? = nil, toVersion: Int? = nil
  ) {
    self.id = id
    self.story = story
    self.target = target
    self.type = type
    self.at = at
    self.note = note
    self.blocks = blocks
    self.fromVersion = fromVersion
    self.toVersion = toVersion
  }

  /// What was changed.
  public struct Target: Codable, Hashable, Sendable {
    public var kind: ContentKind
    public var id: String

    public init(kind: ContentKind, id: String) {
      self.kind = kind
      self.id = id
    }
  }

  public struct Kind: OpenSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let new = Kind(rawValue: "new")
    public static let addition = Kind(rawValue: "addition")
    public static let correction = Kind(rawValue: "correction")
    public static let clarification = Kind(rawValue: "clarification")
    public static let withdrawal = Kind(rawValue: "withdrawal")
    public static let known: [Kind] = [.new, .addition, .correction, .clarification, .withdrawal]
  }
}
