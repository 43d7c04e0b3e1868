public import StorylineModels

/// What an editor wants to change at once.
public struct ContentCommit: Sendable {
  /// New or changed records, and any number of unchanged ones.
  public var entities: [Entity]
  public var removals: [Removal]
  /// Who publishes; kept in the commit log and shown to nobody else.
  public var author: String

  public init(entities: [Entity], removals: [Removal] = [], author: String) {
    self.entities = entities
    self.removals = removals
    self.author = author
  }

  /// One record to take down.
  public struct Removal: Hashable, Sendable {
    public var kind: ContentKind
    public var id: String
    /// `retracted`, `legal`, `error`, or nil.
    public var reason: String?

    public init(kind: ContentKind, id: String, reason: String? = nil) {
      self.kind = kind
      self.id = id
      self.reason = reason
    }
  }
}

/// What became of a commit.
public struct PublishResult: Hashable, Sendable {
  /// The new head; nil if nothing changed and so nothing was committed.
  public var cursor: Cursor?
  public var rev: Int64?
  /// Records written with a body.
  public var written: Int
  public var unchanged: Int
  public var removed: Int
}

/// What a commit would do, record by record, if it were published now.
public struct PublicationPlan: Hashable, Sendable {
  public var steps: [Step]

  public struct Step: Hashable, Sendable {
    public var kind: ContentKind
    public var id: String
    public var change: Change
  }

  public enum Change: String, Hashable, Sendable { case create, update, restore, remove, none }
}
