public import StorylineModels

/// What an editor wants to change at once.
public struct ContentCommit: Sendable {
  /// New or changed records, and any number of unchanged ones.
  public var entities: [Entity]
  public var removals: [Removal]
  /// Records that are published by themselves at their time, and are known to editors only until then.
  public var scheduled: [Scheduled]
  /// Scheduled records that are not to be published after all.
  public var cancellations: [Cancellation]
  /// What the editor saw; if it is otherwise now, nothing is changed.
  public var preconditions: [Precondition]
  /// Who publishes; kept in the commit log and shown to editors only.
  public var author: String
  /// Names this request: the same key with the same content gets the first answer again, for seven days.
  public var requestKey: String?
  /// Whether a published article whose words change needs a new update that tells its readers: true for all that
  /// editors hand in.
  public var demandsNotes = false

  public init(
    entities: [Entity] = [], removals: [Removal] = [], scheduled: [Scheduled] = [],
    cancellations: [Cancellation] = [], preconditions: [Precondition] = [], author: String, requestKey: String? = nil
  ) {
    self.entities = entities
    self.removals = removals
    self.scheduled = scheduled
    self.cancellations = cancellations
    self.preconditions = preconditions
    self.author = author
    self.requestKey = requestKey
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

  /// One record to publish later.
  public struct Scheduled: Hashable, Sendable {
    public var entity: Entity
    public var at: Timestamp

    public init(_ entity: Entity, at: Timestamp) {
      self.entity = entity
      self.at = at
    }
  }

  /// One scheduled record to forget.
  public struct Cancellation: Hashable, Sendable {
    public var kind: ContentKind
    public var id: String

    public init(kind: ContentKind, id: String) {
      self.kind = kind
      self.id = id
    }
  }

  /// The revision of a record; nil says that it is not published.
  public struct Precondition: Hashable, Sendable {
    public var kind: ContentKind
    public var id: String
    public var rev: Int64?

    public init(kind: ContentKind, id: String, rev: Int64?) {
      self.kind = kind
      self.id = id
      self.rev = rev
    }
  }
}

/// What became of a commit.
public struct PublishResult: Hashable, Sendable, Codable {
  /// The new head; nil if nothing changed and so nothing was committed.
  public var cursor: Cursor?
  public var rev: Int64?
  /// Records written with a body.
  public var written: Int
  public var unchanged: Int
  public var removed: Int
  /// Records that now wait for their time and did not before, or with other words or another time.
  public var scheduled = 0
  /// Scheduled records that were forgotten.
  public var cancelled = 0

  public init(
    cursor: Cursor? = nil, rev: Int64? = nil, written: Int, unchanged: Int, removed: Int, scheduled: Int = 0,
    cancelled: Int = 0
  ) {
    self.cursor = cursor
    self.rev = rev
    self.written = written
    self.unchanged = unchanged
    self.removed = removed
    self.scheduled = scheduled
    self.cancelled = cancelled
  }
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
