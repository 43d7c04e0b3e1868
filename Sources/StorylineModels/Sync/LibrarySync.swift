/// One write of a device, on its way to the server.
public struct Mutation: Codable, Hashable, Sendable {
  /// Which mutation of the request a result answers.
  public var m: Int
  public var kind: LibraryKind
  public var id: String
  /// The text of a `Stamp`; kept as text, so that a malformed one is refused alone and not with its whole request.
  public var stamp: String
  /// The stamp of the version that the reader saw when making the change.
  public var base: String?
  /// Asks not to go over a version newer than `base` that is not a deletion: `conflict` says which there is.
  public var guarded: Bool?
  public var deleted: Bool?
  public var enc: String?
  public var payload: String?

  public init(
    m: Int, kind: LibraryKind, id: String, stamp: String, base: String? = nil, guarded: Bool? = nil,
    deleted: Bool? = nil, enc: String? = "json", payload: String?
  ) {
    self.m = m
    self.kind = kind
    self.id = id
    self.stamp = stamp
    self.base = base
    self.guarded = guarded
    self.deleted = deleted
    self.enc = enc
    self.payload = payload
  }
}

/// What became of one mutation.
public struct MutationResult: Codable, Hashable, Sendable {
  public var m: Int
  public var status: Status
  /// With `superseded`: the version of higher rank that is stored. With `conflict`: the one that is stored.
  public var winner: LibraryRecord?
  /// With `rejected`: why it never will be stored.
  public var problem: Problem?

  public init(m: Int, status: Status, winner: LibraryRecord? = nil, problem: Problem? = nil) {
    self.m = m
    self.status = status
    self.winner = winner
    self.problem = problem
  }

  public struct Status: OpenSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    /// Stored.
    public static let applied = Status(rawValue: "applied")
    /// The same version was stored already.
    public static let same = Status(rawValue: "same")
    /// A version of higher rank is stored; it comes as `winner`.
    public static let superseded = Status(rawValue: "superseded")
    /// Not stored, though its rank is higher: it would go over a version, the `winner`, that its author had not seen.
    public static let conflict = Status(rawValue: "conflict")
    /// The stamp lies too far in the server's future: stamp anew and send again.
    public static let clockAhead = Status(rawValue: "clock-ahead")
    /// Never to be stored as it is.
    public static let rejected = Status(rawValue: "rejected")
    /// Not now; keep it and send it later.
    public static let retry = Status(rawValue: "retry")
    public static let known: [Status] = [.applied, .same, .superseded, .conflict, .clockAhead, .rejected, .retry]
  }
}

/// Push and pull in one round trip.
public struct LibrarySyncRequest: Codable, Hashable, Sendable {
  /// nil starts from the beginning.
  public var after: Cursor?
  /// Only with `after` nil: the replica holds nothing, so tombstones are of no use to it.
  public var empty: Bool?
  public var limit: Int?
  public var now: Timestamp?
  public var mutations: [Mutation]

  public init(
    after: Cursor?, empty: Bool? = nil, limit: Int? = nil, now: Timestamp? = nil, mutations: [Mutation]
  ) {
    self.after = after
    self.empty = empty
    self.limit = limit
    self.now = now
    self.mutations = mutations
  }
}

public struct LibrarySyncResponse: Codable, Hashable, Sendable {
  /// The server's time, for clients whose clock is off.
  public var now: Timestamp
  public var epoch: Epoch
  public var results: [MutationResult]
  public var changes: [LibraryRecord]
  public var cursor: Cursor
  public var more: Bool
  /// Seconds to pause for after finishing what is needed.
  public var backoff: Int

  public init(
    now: Timestamp, epoch: Epoch, results: [MutationResult], changes: [LibraryRecord], cursor: Cursor, more: Bool,
    backoff: Int = 0
  ) {
    self.now = now
    self.epoch = epoch
    self.results = results
    self.changes = changes
    self.cursor = cursor
    self.more = more
    self.backoff = backoff
  }

  private enum CodingKeys: String, CodingKey {
    case now, epoch, results, changes, cursor, more
    case backoff = "backoff_s"
  }
}

/// One page of a library, without a push.
public struct LibraryPage: Codable, Hashable, Sendable {
  public var now: Timestamp
  public var epoch: Epoch
  public var changes: [LibraryRecord]
  public var cursor: Cursor
  public var more: Bool

  public init(now: Timestamp, epoch: Epoch, changes: [LibraryRecord], cursor: Cursor, more: Bool) {
    self.now = now
    self.epoch = epoch
    self.changes = changes
    self.cursor = cursor
    self.more = more
  }
}
