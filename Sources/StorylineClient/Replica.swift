public import StorylineModels

/// The device's copy of the story and of its reader's library, in one SQLite file; every screen reads from here alone.
///
/// Reading and marking never wait for the network. Two processes of one reader may have the file open.
public struct Replica: Sendable {
  /// Opens the file, making it if there is none.
  public static func open(
    at path: String, now: @escaping @Sendable () -> Timestamp = Timestamp.wallClock,
    random: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) }
  ) throws -> Replica { throw ReplicaError.storage("not built yet") }

  /// A replica that lives as long as this value.
  public static func inMemory(
    now: @escaping @Sendable () -> Timestamp = Timestamp.wallClock,
    random: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) }
  ) throws -> Replica { throw ReplicaError.storage("not built yet") }

  // MARK: Reading

  /// The story, if it has arrived.
  public func story() throws -> Story? { throw ReplicaError.storage("not built yet") }

  /// Newest first.
  public func articles(_ filter: ArticleFilter = .all) throws -> [ArticleSummary] {
    throw ReplicaError.storage("not built yet")
  }

  /// One article with what belongs to it; nil if there is none of that id, or it was withdrawn.
  public func article(_ id: Identifier<Article>) throws -> ArticleView? {
    throw ReplicaError.storage("not built yet")
  }

  /// Oldest first.
  public func timeline() throws -> [Event] { throw ReplicaError.storage("not built yet") }

  /// Newest first.
  public func quotes() throws -> [Quote] { throw ReplicaError.storage("not built yet") }

  /// Newest first.
  public func positions() throws -> [Position] { throw ReplicaError.storage("not built yet") }

  /// Newest first.
  public func commitments() throws -> [Commitment] { throw ReplicaError.storage("not built yet") }

  public func actors() throws -> [Identifier<Actor>: Actor] { throw ReplicaError.storage("not built yet") }

  public func sources() throws -> [Identifier<Source>: Source] { throw ReplicaError.storage("not built yet") }

  /// The notes to the readers, newest first.
  public func updates() throws -> [Update] { throw ReplicaError.storage("not built yet") }

  /// The best hits first. Every word counts, the beginning of one is enough; no input is an error.
  public func search(_ words: String, limit: Int = 20) throws -> [SearchHit] {
    throw ReplicaError.storage("not built yet")
  }

  /// The reader's last visit on any device; nil if there was none.
  public func lastVisit() throws -> Visit? { throw ReplicaError.storage("not built yet") }

  /// What happened since the last visit.
  public func changes() throws -> CatchUp { throw ReplicaError.storage("not built yet") }

  /// What happened since `visit`; with nil, everything.
  public func changes(since visit: Visit?) throws -> CatchUp { throw ReplicaError.storage("not built yet") }

  public func status() throws -> ReplicaStatus { throw ReplicaError.storage("not built yet") }

  /// The local changes that the server refused for good.
  public func quarantined() throws -> [QuarantinedRecord] { throw ReplicaError.storage("not built yet") }

  // MARK: Marking

  /// Marks an article read or unread.
  public func setRead(_ read: Bool, article: Identifier<Article>) throws {
    throw ReplicaError.storage("not built yet")
  }

  /// Saves an article or takes it off the list of saved ones.
  public func setSaved(_ saved: Bool, article: Identifier<Article>) throws {
    throw ReplicaError.storage("not built yet")
  }

  /// Marks everything that has arrived so far as read, as one record.
  public func markAllRead() throws { throw ReplicaError.storage("not built yet") }

  /// Notes that the reader has seen where the story stands now.
  public func markVisited() throws { throw ReplicaError.storage("not built yet") }
}
