public import Foundation
import GRDB
public import StorylineModels
import StorylineSQLite

extension StoryStore {
  /// Makes one change that is visible to others when it returns.
  private typealias Writing = (_ change: (Database) throws -> Void) throws -> Void

  /// Makes a snapshot of the content as it is now, and offers it; does nothing if the newest one is of now already.
  ///
  /// Devices go on with a superseded one for seven days, unless something was taken down since: then it goes at once.
  /// Readers and writers go on meanwhile, and memory holds one part at a time.
  ///
  /// - Throws: `StoreError.nothingPublished` before the first publication; `.busy` if the epoch changed meanwhile.
  @discardableResult
  public func publishSnapshot() async throws -> SnapshotManifest { try await publishSnapshot(shape: SnapshotShape()) }

  func publishSnapshot(shape: SnapshotShape) async throws -> SnapshotManifest {
    try await snapshotting { [options] db, write in
      let stream = try ReadStream.content(in: db)
      guard stream.head > 0 else { throw StoreError.nothingPublished }
      if let newest = try ReadSnapshot.newest(of: stream, in: db), newest.seq == stream.head,
        let manifest = try ReadSnapshot.manifest(newest.id, in: db)
      {
        return try ReadSnapshot.decoded(manifest)
      }
      var build = BuildSnapshot(stream: stream, shape: shape, in: db) { file in
        _ = try write { try SaveSnapshot.keep(file, in: $0) }
      }
      let built = try build.run()
      var manifest: SnapshotManifest?
      try write { manifest = try SaveSnapshot(built: built, now: options.now()).run(in: $0) }
      guard let manifest else { throw StoreError.unexpected("a snapshot was saved without a result") }
      return manifest
    }
  }

  /// The manifest of the newest snapshot of the present epoch; nil if there is none.
  public func newestSnapshot() async throws -> SnapshotManifest? {
    try await read { db in try ReadSnapshot.newestManifest(in: db) }
  }

  /// The manifest of this id as JSON; nil if it is gone, or of another epoch.
  public func snapshotManifest(_ id: String) async throws -> Data? {
    try await read { db in try ReadSnapshot.manifest(id, in: db) }
  }

  /// The bytes of a part's file in all; nil if there is no such part any more.
  public func snapshotPartSize(_ sha256: String) async throws -> Int? {
    guard let digest = Data(hexadecimal: sha256) else { return nil }
    return try await read { db in try ReadSnapshot.partSize(digest, in: db) }
  }

  /// Some bytes of a part's file; nil if there is no such part any more.
  ///
  /// - Parameter range: within the part's size.
  public func snapshotPart(_ sha256: String, range: Range<Int>) async throws -> Data? {
    guard let digest = Data(hexadecimal: sha256) else { return nil }
    return try await read { db in try ReadSnapshot.partBytes(digest, range, in: db) }
  }

  /// How far the newest snapshot lies behind.
  public func snapshotState() async throws -> SnapshotState {
    try await read { db in try ReadSnapshotState.run(in: db) }
  }

  /// Forgets deletions of content that are older than `age`, so that a place before them cannot be gone on from.
  ///
  /// A snapshot that is as new as all of them is made first if there is none.
  @discardableResult
  public func collectTombstones(olderThan age: Duration = .seconds(90 * 86_400)) async throws -> TombstoneCollection {
    let collect = CollectTombstones(
      before: options.now().milliseconds - age.components.seconds * 1000, mutants: options.mutants)
    let (candidate, newest) = try await read { db in
      (try collect.candidate(in: db), try ReadSnapshot.newest(of: ReadStream.content(in: db), in: db)?.seq ?? 0)
    }
    let isBehind = candidate.map { $0 > newest } ?? false
    if isBehind, !options.mutants.contains(.collectsWithoutSnapshot) { try await publishSnapshot() }
    return try await write { db in try collect.run(in: db) }
  }

  /// Removes snapshots that were superseded more than seven days ago, and parts that none uses.
  public func sweepSnapshots() async throws {
    try await snapshotting { [options] _, write in try write { try SweepSnapshots(now: options.now()).run(in: $0) } }
  }

  /// After a take-down: removes the snapshots that hold what is gone.
  func finishTakeDown() async throws {
    do {
      guard try await snapshotState().holdsTakenDown else { return }
      try await publishSnapshot()
    } catch let error as StoreError {
      throw StoreError.takeDownUnfinished("\(error)")
    }
  }

  /// Runs `work` on one state of the database, with a way to write that others see at once; one at a time, because a
  /// part that is stored and not yet used must not be swept away.
  ///
  /// In a database that has no readers beside its writer, all of it is one transaction.
  private func snapshotting<Value: Sendable>(
    _ work: @escaping @Sendable (Database, @escaping Writing) throws -> Value
  ) async throws -> Value {
    try await attempt { [database, snapshotLock] in
      let writer = database.writer
      guard case .walFile = database.kind else {
        return try await writer.write { db in try work(db) { change in try change(db) } }
      }
      return try await writer.read { db in
        // Taken before anything is written, never the other way round: nobody waits for both crosswise.
        try snapshotLock.withLock { try work(db) { change in try writer.write(change) } }
      }
    }
  }
}

extension ContentCommit.Removal {
  /// Whether nothing may hold the record any more, older snapshots included.
  var isTakeDown: Bool { reason == "legal" || reason == "retracted" }
}
