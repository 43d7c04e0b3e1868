public import Foundation
public import StorylineModels

/// One commit of the content log, for editors.
public struct CommitSummary: Hashable, Sendable {
  public var rev: Int64
  public var at: Timestamp
  public var author: String
  public var new: Int
  public var changed: Int
  public var removed: Int

  public init(rev: Int64, at: Timestamp, author: String, new: Int, changed: Int, removed: Int) {
    self.rev = rev
    self.at = at
    self.author = author
    self.new = new
    self.changed = changed
    self.removed = removed
  }
}

/// One commit with what it did, as far as it is still known.
public struct CommitDetail: Hashable, Sendable {
  public var summary: CommitSummary
  public var changes: [Change]

  public init(summary: CommitSummary, changes: [Change]) {
    self.summary = summary
    self.changes = changes
  }

  public struct Change: Hashable, Sendable {
    public var kind: ContentKind
    public var id: String
    /// The body before the commit; nil if the record was not published then, or its words had to be forgotten.
    public var before: RawJSON?
    /// The body that the commit gave it; nil if it took the record down, or its words had to be forgotten.
    public var after: RawJSON?
    /// Whether the record was published before the commit, and after it.
    public var wasPublished: Bool
    public var isPublished: Bool
    /// Of a record that was taken down.
    public var reason: String?
    /// The commit that changed the record next; nil if none did.
    public var replacedBy: Int64?

    public init(
      kind: ContentKind, id: String, before: RawJSON?, after: RawJSON?, wasPublished: Bool, isPublished: Bool,
      reason: String?, replacedBy: Int64?
    ) {
      self.kind = kind
      self.id = id
      self.before = before
      self.after = after
      self.wasPublished = wasPublished
      self.isPublished = isPublished
      self.reason = reason
      self.replacedBy = replacedBy
    }
  }
}

/// A record that waits for its time.
public struct ScheduledRecord: Hashable, Sendable {
  public var kind: ContentKind
  public var id: String
  public var at: Timestamp
  public var author: String
  public var body: RawJSON

  public init(kind: ContentKind, id: String, at: Timestamp, author: String, body: RawJSON) {
    self.kind = kind
    self.id = id
    self.at = at
    self.author = author
    self.body = body
  }
}

/// Some of the records that are published now.
public struct RecordPage: Hashable, Sendable {
  /// Rows as they go over the wire.
  public var wires: [Data]
  /// Where to go on; nil at the end.
  public var next: Place?

  public struct Place: Hashable, Sendable {
    public var kind: ContentKind
    public var id: String

    public init(kind: ContentKind, id: String) {
      self.kind = kind
      self.id = id
    }
  }
}
