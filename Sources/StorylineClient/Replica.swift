public import StorylineModels
import StorylineSQLite

/// The device's copy of the story and of its reader's library, in one SQLite file; every screen reads from here alone.
///
/// Reading and marking never wait for the network. Two processes of one reader may have the file open. All methods
/// throw `ReplicaError` only.
public struct Replica: Sendable {
  package let storage: ReplicaStorage
  let now: @Sendable () -> Timestamp

  /// Opens the file, making it (mode 0600) if there is none.
  ///
  /// - Parameters:
  ///   - now: the wall clock.
  ///   - random: 64 random bits; gives a new replica its node.
  /// - Throws: `ReplicaError.damaged` if the file is broken; `rebuild(at:)` saves what can be saved of it.
  public static func open(
    at path: String, now: @escaping @Sendable () -> Timestamp = Timestamp.wallClock,
    random: @Sendable () -> UInt64 = { .random(in: .min ... .max) }
  ) throws -> Replica {
    // With a rollback journal, because a screen and a sync may write it from two processes: of a write-ahead log that
    // is safe only from SQLite 3.51.3 on.
    Replica(storage: try ReplicaStorage.open(.journalFile(path), node: random(), now: now()), now: now)
  }

  /// A replica that lives as long as this value.
  public static func inMemory(
    now: @escaping @Sendable () -> Timestamp = Timestamp.wallClock,
    random: @Sendable () -> UInt64 = { .random(in: .min ... .max) }
  ) throws -> Replica {
    Replica(storage: try ReplicaStorage.open(.memory, node: random(), now: now()), now: now)
  }

  /// Closes the file; nothing can be read or written afterwards.
  public func close() throws { try storage.close() }

  /// Removes the content, the library with everything unsent, and whose it was: the replica is as new afterwards.
  ///
  /// To be called after the reader was told that the account was deleted, or when she asks for it.
  public func wipe() throws { try storage.wipe() }

  // MARK: Reading

  /// The story, if it has arrived.
  public func story() throws -> Story? {
    try storage.read { try ContentKind.story.entities(as: Story.self, in: $0).first }
  }

  /// Newest first, by the date that their publishers gave them.
  public func articles(_ filter: ArticleFilter = .all) throws -> [ArticleSummary] {
    try storage.read { try ReadArticles(filter: filter).run(in: $0) }
  }

  /// One article with what belongs to it; nil if there is none of that id, or it was withdrawn.
  public func article(_ id: Identifier<Article>) throws -> ArticleView? {
    try storage.read { try ReadArticle(id: id).run(in: $0) }
  }

  /// Oldest first.
  public func timeline() throws -> [Event] {
    try storage.read { try ContentKind.event.entities(as: Event.self, in: $0).oldestFirst }
  }

  /// Newest first.
  public func quotes() throws -> [Quote] {
    try storage.read { try ContentKind.quote.entities(as: Quote.self, in: $0).newestFirst(by: \.date) }
  }

  /// Newest first: the first of an actor on a topic is where it stands now.
  public func positions() throws -> [Position] {
    try storage.read { try ContentKind.position.entities(as: Position.self, in: $0).newestFirst(by: \.date) }
  }

  /// Newest first.
  public func commitments() throws -> [Commitment] {
    try storage.read { try ContentKind.commitment.entities(as: Commitment.self, in: $0).newestFirst(by: \.date) }
  }

  /// Everybody who acts, by id.
  public func actors() throws -> [Identifier<Actor>: Actor] {
    let actors = try storage.read { try ContentKind.actor.entities(as: Actor.self, in: $0) }
    return Dictionary(actors.map { ($0.id, $0) }) { $1 }
  }

  /// Where the articles come from, by id.
  public func sources() throws -> [Identifier<Source>: Source] {
    let sources = try storage.read { try ContentKind.source.entities(as: Source.self, in: $0) }
    return Dictionary(sources.map { ($0.id, $0) }) { $1 }
  }

  /// The notes to the readers, newest first.
  public func updates() throws -> [Update] {
    try storage.read { try ContentKind.update.entities(as: Update.self, in: $0).newestFirst }
  }

  /// The best hits first. Every word counts, the beginning of one is enough; no input is an error.
  public func search(_ words: String, limit: Int = 20) throws -> [SearchHit] {
    try storage.read { try SearchContent(words: words, limit: limit).run(in: $0) }
  }

  /// The reader's last visit on any device; nil if there was none.
  public func lastVisit() throws -> Visit? { try storage.read(MarkVisited.last) }

  /// What happened since the last visit.
  public func changes() throws -> CatchUp {
    try storage.read { try ReadChanges(visit: MarkVisited.last(in: $0)).run(in: $0) }
  }

  /// What happened since `visit`; with nil, everything.
  public func changes(since visit: Visit?) throws -> CatchUp {
    try storage.read { try ReadChanges(visit: visit).run(in: $0) }
  }

  /// The images of the service that its records name.
  public func media() throws -> Set<MediaID> { try storage.read { try ReadMedia().run(in: $0) } }

  /// How the replica stands.
  public func status() throws -> ReplicaStatus { try storage.read { try ReadStatus().run(in: $0) } }

  /// How far a snapshot has come that is being taken; nil while none is.
  public func bootstrapProgress() throws -> BootstrapProgress? { try storage.read(BootstrapProgress.fetch) }

  /// What changes from now on, in this process and, at the latest when this one next writes, in others.
  public func changeFeed() throws -> AsyncStream<ReplicaChanges> {
    storage.hub.feed(from: try storage.read(ChangeLog.end))
  }

  /// Tells the feeds of this process what other processes have written into the file.
  ///
  /// Nobody wakes this process for that, so whoever shows a replica that others write, too, calls it from time to time.
  /// It costs one small read.
  public func announceForeignChanges() async throws { try await storage.announceForeignChanges() }

  // MARK: Marking

  /// Marks an article read or unread; what is so already stays as it is.
  @discardableResult
  public func setRead(_ read: Bool, article: Identifier<Article>) throws -> UndoToken {
    try storage.edit(.read) { try MarkArticle(id: article, mark: .read(read), wall: now()).run(in: $0) }
  }

  /// Saves an article or takes it off the list of saved ones.
  @discardableResult
  public func setSaved(_ saved: Bool, article: Identifier<Article>) throws -> UndoToken {
    try storage.edit(.saved) { try MarkArticle(id: article, mark: .saved(saved), wall: now()).run(in: $0) }
  }

  /// Marks everything that has arrived so far as read, as one record.
  @discardableResult
  public func markAllRead() throws -> UndoToken {
    try storage.edit(.readmark) { try MarkAllRead(wall: now()).run(in: $0) }
  }

  /// Notes that the reader has seen where the story stands now.
  public func markVisited() throws { try storage.edit(.visit) { try MarkVisited(wall: now()).run(in: $0) } }

  // MARK: The library as records

  /// The version of a library record that this replica holds; nil if it holds none.
  public func record(_ key: LibraryKey) throws -> LibraryRecord? {
    try storage.read { try LibraryRow.fetch(key, in: $0)?.record }
  }

  /// All records that this replica holds, deleted ones included, in the order of their keys.
  public func records() throws -> [LibraryRecord] {
    try storage.read { try $0.rows("SELECT * FROM library ORDER BY kind, id").map { try LibraryRow(row: $0).record } }
  }

  /// Writes a record; members of an older version of it that `payload` leaves out stay as they are.
  @discardableResult
  public func write(_ payload: some LibraryPayload, id: String) throws -> UndoToken {
    try storage.edit(type(of: payload).kind) { UndoToken([try EditRecord(payload, id: id, wall: now()).run(in: $0)]) }
  }

  /// Deletes a record on all devices.
  @discardableResult
  public func remove(_ key: LibraryKey) throws -> UndoToken {
    try storage.edit(key.kind) { UndoToken([try EditRecord(key: key, members: nil, wall: now()).run(in: $0)]) }
  }

  /// The local changes that the server refused for good, with its reasons.
  public func quarantined() throws -> [QuarantinedRecord] {
    try storage.read { try ReadQuarantine().run(in: $0) }
  }

  /// Puts refused changes back into the outbox, after their reason is gone: space was freed, the app was updated.
  public func retryQuarantined() throws { try storage.write { try ReadQuarantine().release(in: $0) } }
}
