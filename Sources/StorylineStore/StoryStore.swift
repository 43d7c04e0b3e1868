import Foundation
import GRDB
public import StorylineModels
package import StorylineSQLite

public import struct StorylineModels.Cursor

/// Everything the rest of Storyline may do with the server's database.
///
/// Each call is one transaction: after an error nothing has changed, unless the error says that this is not known.
/// All calls throw `StoreError`, or `CancellationError` when their task was cancelled.
public struct StoryStore: Sendable {
  package let database: SQLiteDatabase
  let options: StoreOptions
  private let lock: FileLock?
  private let writes: GroupCommit
  /// Held by whoever makes or removes snapshots.
  let snapshotLock = NSLock()
  let erasures: ErasureLedger
  /// nil for a store in memory.
  let fingerprint: FingerprintFile?
  /// Tells within this process that a stream moved.
  public let changes = ChangeBroadcaster()
  let heads = HeadCache(capacity: StoryStore.rememberedHeads)
  let tokens = TokenCache(capacity: StoryStore.rememberedTokens)
  private static let rememberedHeads = 20_000
  private static let rememberedTokens = 20_000
  var secrets: Secrets { Secrets(pepper: options.pepper) }

  /// Opens or creates the database file, for this process alone.
  ///
  /// - Throws: `StoreError.locked` if another process holds it, `.newerSchema`, `.foreignDatabase`, `.damaged`,
  ///   `.permissions`, `.notDurable`.
  public static func open(at path: String, options: StoreOptions) throws -> StoryStore {
    try open(.walFile(path), options: options)
  }

  /// A store that is gone when it is closed.
  public static func inMemory(options: StoreOptions) throws -> StoryStore {
    try open(.memory, options: options)
  }

  /// - Parameter contents: of a database in memory; nil: it is new.
  static func open(_ kind: SQLiteKind, options: StoreOptions, contents: DatabaseQueue? = nil) throws -> StoryStore {
    do {
      let lock = try kind.path.map { path throws(SQLiteFailure) in try FileLock(path: path + ".lock") }
      let database =
        try contents.map { contents throws(SQLiteFailure) in
          try SQLiteDatabase.openInMemory(copyOf: contents, schema: StoreSchema.history)
        } ?? .open(kind, schema: StoreSchema.history)
      let erasures = options.erasures ?? kind.path.map { .file(at: $0 + ".erasures") } ?? .inMemory()
      let fingerprint = kind.path.map(FingerprintFile.init(database:))
      try RecogniseDatabase(erasures: erasures, fingerprint: fingerprint, options: options).run(on: database.writer)
      return StoryStore(
        database: database, options: options, lock: lock,
        writes: GroupCommit(
          writer: database.writer, answersEarly: options.mutants.contains(.answersBeforeCommit)),
        erasures: erasures, fingerprint: fingerprint)
    } catch {
      throw StoreError(error)
    }
  }

  /// Folds the log into the file, closes it and lets another process have it. To be called when all calls are done.
  public func close() throws {
    do {
      if let fingerprint { database.writer.writeWithoutTransaction { note(fingerprint, in: $0) } }
      try database.close()
    } catch {
      throw StoreError(error)
    }
    lock?.release()
  }

  /// Returns if the store can write now.
  public func probe() async throws {
    try await write { db in _ = try ReadStream.content(in: db) }
  }

  // MARK: Content

  /// Publishes a commit: what is new or changed gets written under one new seq, and what is unchanged does not.
  ///
  /// What is removed as `legal` or `retracted` is removed from snapshots too.
  ///
  /// - Throws: `StoreError.malformed`, `.commitTooLarge`; then nothing was published. `.takeDownUnfinished`; then it
  ///   was, and the next snapshot removes what is left.
  public func publish(_ commit: ContentCommit) async throws -> PublishResult {
    let prepared = try PreparedCommit(commit)
    let result: PublishResult
    do {
      result = try await write { [options] db in
        try PublishCommit(
          commit: prepared, limits: options.limits, now: options.now(), tag: options.newTag(), random: options.random
        ).run(in: db)
      }
      if let cursor = result.cursor { noteContent(movedTo: try StreamHead(cursor)) }
    } catch {
      // Cancelled or failed: it is not always known whether the commit came before that.
      noteContentChange()
      throw error
    }
    if result.rev != nil { await writeFingerprint() }
    if result.removed > 0, commit.removals.contains(where: \.isTakeDown) { try await finishTakeDown() }
    return result
  }

  /// What `publish` would do with this commit now.
  public func plan(_ commit: ContentCommit) async throws -> PublicationPlan {
    let prepared = try PreparedCommit(commit)
    return try await read { db in try PlanPublication(commit: prepared).run(in: db).plan }
  }

  /// Where the content log stands.
  public func contentHead() async throws -> ContentHead {
    try await read { db in try ReadContent.head(in: db) }
  }

  /// The page that follows `after`; `Cursor.start` is the beginning.
  ///
  /// - Throws: `StoreError.cursorInvalid`, `.cursorExpired`, `.epochChanged`.
  public func contentPage(after: Cursor) async throws -> EncodedContentPage {
    try await read { [options] db in
      try ReadContentPage(after: after, limits: options.limits, mutants: options.mutants).run(in: db)
    }
  }

  /// All records that are published now.
  public func contentRecords() async throws -> [ContentChange] {
    try await read { db in try ReadContent.records(in: db) }
  }

  /// The story that this server tells; nil before its first publication.
  public func storyID() async throws -> Identifier<Story>? {
    try await read { db in try ReadContent.storyID(in: db) }
  }

  // MARK: Library

  /// Applies a device's writes to its reader's library, then reads the page that follows its cursor.
  ///
  /// - Throws: `StoreError.cursorInvalid`, `.epochChanged`, `.tooManyMutations`, `.unknownReader`, before anything
  ///   was applied.
  public func sync(_ request: LibrarySyncRequest, for reader: ReaderID) async throws -> LibrarySyncResponse {
    var outcome = PushMutations.Outcome()
    if !request.mutations.isEmpty {
      let push = PushMutations(
        request: request, reader: reader, limits: options.limits, now: options.now(), tag: options.newTag(),
        mutants: options.mutants)
      do {
        outcome = try await attempt { try await writes.run { db in try push.run(in: db) } }
      } catch {
        // A failed commit may have reached the disk: what is remembered of this library could be old.
        heads.forget(.library(reader))
        throw error
      }
      if let head = outcome.head { noteLibrary(of: reader, movedTo: head) }
    }
    let page = try await page(
      ReadLibraryPage(
        after: request.after, empty: request.empty ?? false, limit: request.limit, written: outcome.seq,
        reader: reader, limits: options.limits, now: options.now(), hiddenNode: hiddenNode(request),
        mutants: options.mutants))
    return LibrarySyncResponse(
      now: page.now, epoch: page.epoch, results: outcome.results, changes: page.changes, cursor: page.cursor,
      more: page.more)
  }

  /// One page of a library without a push. `empty` counts only where `after` is nil.
  ///
  /// - Throws: `StoreError.cursorInvalid`, `.epochChanged`, `.unknownReader`.
  public func libraryPage(
    after: Cursor?, empty: Bool, limit: Int?, for reader: ReaderID
  ) async throws -> LibraryPage {
    try await page(
      ReadLibraryPage(
        after: after, empty: empty, limit: limit, reader: reader, limits: options.limits, now: options.now()))
  }

  // MARK: Access

  /// Makes an invite that enrols `devices` devices with these scopes. Its text cannot be had again.
  ///
  /// - Parameter reader: Whose devices they will be; nil for a new reader, who is made at the first use.
  /// - Throws: `StoreError.malformed`; `.unknownReader`.
  public func createInvite(
    scope: Set<Scope>, devices: Int = 1, for reader: ReaderID? = nil, validFor seconds: Int
  ) async throws -> Invite {
    let invite = try CreateInvite(
      scope: scope, devices: devices, reader: reader, seconds: seconds, now: options.now(), secrets: secrets)
    return try await write { db in try invite.run(in: db) }
  }

  /// Turns an invite into a device and its tokens; the same request gets the same device and refresh token again.
  ///
  /// - Throws: `StoreError.invalidGrant` if the invite is unknown, used or expired; `.keyNeeded`, `.malformed`.
  public func redeem(_ redemption: InviteRedemption) async throws -> Enrolment {
    let redeem = try RedeemInvite(
      redemption, newReader: options.newReader(), secrets: secrets, lives: options.lives, now: options.now())
    return try granted(try await write { db in try redeem.run(in: db) })
  }

  /// Who `token` speaks for; nil if it is no valid token.
  public func authenticate(token: String) async throws -> Principal? {
    guard Secrets.isTokenShaped(token) else { return nil }
    let now = options.now()
    let digest = secrets.digest(token)
    let known = tokens.lookUp(digest, now: now)
    if let principal = known.principal { return principal }
    let lookup = AuthenticateToken(digest: digest, now: now)
    guard let found = try await read({ db in try lookup.run(in: db) }) else { return nil }
    if found.isNews {
      do {
        try await write { db in try AuthenticateToken.note(found, now: now, in: db) }
      } catch StoreError.diskFull {
        // Reading goes on while the disk is full; it is noted when there is room again.
        return found.principal
      }
    }
    tokens.keep(found.principal, for: digest, now: now, generation: known.generation)
    return found.principal
  }

  /// A broken rule: see `StoreMutant.filtersByNode`.
  private func hiddenNode(_ request: LibrarySyncRequest) -> UInt64? {
    guard options.mutants.contains(.filtersByNode) else { return nil }
    return request.mutations.first.flatMap { Stamp($0.stamp) }?.node
  }

  private func page(_ page: ReadLibraryPage) async throws -> LibraryPage {
    try await read { db in try page.run(in: db) }
  }

  func read<Value: Sendable>(
    _ work: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await attempt { try await database.read(work) }
  }

  func write<Value: Sendable>(
    _ work: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await attempt { try await database.writer.write(work) }
  }

  /// A failure is reported and not thrown: what was to be written is done, and the next start at worst takes the
  /// database for a restored one.
  func writeFingerprint() async {
    guard let fingerprint else { return }
    do {
      try await database.writer.writeWithoutTransaction { note(fingerprint, in: $0) }
    } catch {
      options.report(.fingerprintNotWritten("\(error)"))
    }
  }

  private func note(_ fingerprint: FingerprintFile, in db: Database) {
    do {
      try fingerprint.write(in: db)
    } catch {
      options.report(.fingerprintNotWritten("\(error)"))
    }
  }

  func attempt<Value>(_ work: () async throws -> Value) async throws -> Value {
    do {
      return try await work()
    } catch let error as CancellationError {
      throw error
    } catch {
      if let error = error as? ReportedError { options.report(error.event) }
      throw database.isClosed && !(error is StoreError || error is ReportedError) ? .closed : StoreError(error)
    }
  }
}
