import Foundation

/// The body of `POST /v1/editor/commits`: what an editor wants to change at once, all of it or nothing.
public struct EditorCommitRequest: Hashable, Sendable {
  /// Who publishes, as the history shall name it.
  public var author: String
  public var changes: [Change]

  public init(author: String, changes: [Change]) {
    self.author = author
    self.changes = changes
  }

  /// One record: its new body, its removal, or that it is not to be published after all.
  public struct Change: Hashable, Sendable {
    public var kind: ContentKind
    public var id: String
    /// The record's `rev` as the editor saw it, 0 for one that was not published; nil checks nothing.
    public var ifMatch: Int64?
    public var action: Action

    public init(kind: ContentKind, id: String, ifMatch: Int64?, action: Action) {
      self.kind = kind
      self.id = id
      self.ifMatch = ifMatch
      self.action = action
    }
  }

  public enum Action: Hashable, Sendable {
    case publish(RawJSON)
    case schedule(RawJSON, at: Timestamp)
    case remove(reason: String?)
    case unschedule
  }

  /// The members of a change without its body.
  private struct Head: Codable {
    var kind: ContentKind
    var id: String
    var ifMatch: Int64?
    var publishAt: Timestamp?
    var deleted: Bool?
    var reason: String?
    var unschedule: Bool?

    enum CodingKeys: String, CodingKey {
      case kind, id, deleted, reason, unschedule
      case ifMatch = "if_match"
      case publishAt = "publish_at"
    }
  }

  private struct Frame: Codable {
    var author: String
  }

  /// Reads the request; bodies are kept as they came.
  ///
  /// - Throws: `JSONSyntaxError` or `DecodingError` if it is not one.
  public init(_ raw: RawJSON) throws {
    var frame: [(name: String, value: RawJSON)] = []
    var rows: [RawJSON]?
    for member in try raw.members() {
      if member.name == "changes" { rows = try member.value.elements() } else { frame.append(member) }
    }
    author = try RawJSON(members: frame).decoded(as: Frame.self).author
    guard let rows else {
      throw DecodingError.keyNotFound(
        AnyCodingKey("changes"), .init(codingPath: [], debugDescription: "the list of changes is missing"))
    }
    changes = try rows.enumerated().map { try Self.change($0.element, number: $0.offset) }
  }

  private static func change(_ raw: RawJSON, number: Int) throws -> Change {
    var rest: [(name: String, value: RawJSON)] = []
    var body: RawJSON?
    for member in try raw.members() {
      if member.name == "body" { body = member.value } else { rest.append(member) }
    }
    let head = try RawJSON(members: rest).decoded(as: Head.self)
    let action: Action
    switch (body, head.deleted == true, head.unschedule == true) {
    case (let body?, false, false): action = head.publishAt.map { .schedule(body, at: $0) } ?? .publish(body)
    case (nil, true, false): action = .remove(reason: head.reason)
    case (nil, false, true): action = .unschedule
    default:
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: [AnyCodingKey("changes[\(number)]")],
          debugDescription: "a change has a “body”, or says “deleted”, or says “unschedule”: one of the three"))
    }
    return Change(kind: head.kind, id: head.id, ifMatch: head.ifMatch, action: action)
  }

  /// The request as it goes over the wire.
  public func wire() throws -> RawJSON {
    let rows = try changes.map { change -> RawJSON in
      var head = Head(kind: change.kind, id: change.id, ifMatch: change.ifMatch)
      var body: RawJSON?
      switch change.action {
      case .publish(let words): body = words
      case .schedule(let words, let at): (body, head.publishAt) = (words, at)
      case .remove(let reason): (head.deleted, head.reason) = (true, reason)
      case .unschedule: head.unschedule = true
      }
      let members = try RawJSON(encoding: head)
      return try body.map { try members.setting([("body", $0)]) } ?? members
    }
    return try RawJSON(members: [("author", RawJSON(encoding: author)), ("changes", RawJSON(elements: rows))])
  }
}

/// The answer: what became of the commit.
public struct EditorCommitReply: Codable, Hashable, Sendable {
  /// nil if nothing was published now.
  public var rev: Int64?
  public var cursor: Cursor?
  public var written: Int
  public var unchanged: Int
  public var removed: Int
  public var scheduled: Int
  public var cancelled: Int

  public init(
    rev: Int64?, cursor: Cursor?, written: Int, unchanged: Int, removed: Int, scheduled: Int, cancelled: Int
  ) {
    self.rev = rev
    self.cursor = cursor
    self.written = written
    self.unchanged = unchanged
    self.removed = removed
    self.scheduled = scheduled
    self.cancelled = cancelled
  }
}

/// The answer of `GET /v1/editor/commits`: commits, newest first.
public struct EditorHistory: Codable, Hashable, Sendable {
  public var commits: [Commit]
  /// Whether there are older ones.
  public var more: Bool

  public init(commits: [Commit], more: Bool) {
    self.commits = commits
    self.more = more
  }

  public struct Commit: Codable, Hashable, Sendable {
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
}

/// The answer of `GET /v1/editor/commits/{id}`: what one commit did.
public struct EditorCommitDetail: Codable, Hashable, Sendable {
  public var commit: EditorHistory.Commit
  public var changes: [Change]

  public init(commit: EditorHistory.Commit, changes: [Change]) {
    self.commit = commit
    self.changes = changes
  }

  public struct Change: Codable, Hashable, Sendable {
    public var kind: ContentKind
    public var id: String
    /// nil if the record was not published then, or its words had to be forgotten.
    public var before: JSONValue?
    public var after: JSONValue?
    public var wasPublished: Bool
    public var isPublished: Bool
    public var reason: String?
    /// The commit that changed the record next.
    public var replacedBy: Int64?

    public init(
      kind: ContentKind, id: String, before: JSONValue?, after: JSONValue?, wasPublished: Bool, isPublished: Bool,
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

    private enum CodingKeys: String, CodingKey {
      case kind, id, before, after, reason
      case wasPublished = "was_published"
      case isPublished = "is_published"
      case replacedBy = "replaced_by"
    }
  }
}

/// The answer of `GET /v1/editor/schedule`: what waits for its time, the next first.
public struct EditorSchedule: Codable, Hashable, Sendable {
  public var records: [Record]

  public init(records: [Record]) { self.records = records }

  public struct Record: Codable, Hashable, Sendable {
    public var kind: ContentKind
    public var id: String
    public var publishAt: Timestamp
    public var author: String
    public var body: JSONValue

    public init(kind: ContentKind, id: String, publishAt: Timestamp, author: String, body: JSONValue) {
      self.kind = kind
      self.id = id
      self.publishAt = publishAt
      self.author = author
      self.body = body
    }

    private enum CodingKeys: String, CodingKey {
      case kind, id, author, body
      case publishAt = "publish_at"
    }
  }
}
