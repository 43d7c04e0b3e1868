import Foundation
import GRDB
import StorylineModels

/// What goes into the next library request, and what must still be so when its answer is applied.
struct LibraryRequest {
  var body: LibrarySyncRequest
  /// By `m`.
  var sent: [Int: LibraryRecord]
  var walk: Int64
  var epoch: Epoch?
  /// Whether more is waiting than one request takes.
  var isPartial: Bool
}

/// Reads the outbox and the place in the stream, within the limits of one request.
struct PrepareLibraryRequest {
  let limits: ServiceLimits
  /// At most so many mutations and bytes; smaller than the limits after the server found a request too large.
  let batch: Int
  /// What the server asked to keep until later.
  let held: Set<LibraryKey>
  let wall: Timestamp
  var mutants: Set<ClientMutant> = []

  func run(in db: Database) throws -> LibraryRequest {
    let stream = try StreamRow.fetch(.library, in: db)
    let clock = try ReplicaRow.fetch(db).clock
    let isEmpty =
      try stream.cursor == nil
      && (mutants.contains(.claimsToBeEmpty) || db.number("SELECT EXISTS (SELECT 1 FROM library)") == 0)
    var body = LibrarySyncRequest(
      after: stream.cursor, empty: isEmpty ? true : nil, limit: limits.pageRows, now: clock.adjusted(wall),
      mutations: [])
    var sent: [Int: LibraryRecord] = [:]
    // While a history is walked anew nothing is pushed: only at its end is it known what the server lacks.
    let pending = stream.walking ? [] : try Self.pending(except: held, limit: batch + 1, in: db)
    var bytes = 1024
    for row in pending.prefix(batch) {
      let mutation = row.mutation(number: sent.count + 1)
      bytes += try StorylineJSON.encode(mutation).count + 1
      guard sent.isEmpty || bytes <= limits.requestBytes else { break }
      body.mutations.append(mutation)
      sent[mutation.m] = row.record
    }
    return LibraryRequest(
      body: body, sent: sent, walk: stream.walk, epoch: stream.epoch, isPartial: sent.count < pending.count)
  }

  /// In the order in which they were made.
  ///
  /// - Parameter limit: how many are of interest; a whole outbox read for each of its requests is a square of work.
  static func pending(
    except held: Set<LibraryKey>, limit: Int? = nil, in db: Database
  ) throws -> [LibraryRow] {
    // SQLite takes −1 for no limit. Those held back may stand first.
    let rows = limit.map { $0 + held.count } ?? -1
    return try db.rows("SELECT * FROM library WHERE dirty > 0 ORDER BY stamp, kind, id LIMIT ?", [rows])
      .map(LibraryRow.init).filter { !held.contains($0.record.key) }
  }
}

extension LibraryRow {
  /// Words of the reader's own must not go over others that this device has not seen. What was acknowledged once has
  /// been through that.
  private var isGuarded: Bool { record.kind == .note && dirt == .edited }

  func mutation(number: Int) -> Mutation {
    Mutation(
      m: number, kind: record.kind, id: record.id, stamp: record.stamp.description, base: base?.description,
      guarded: isGuarded ? true : nil, deleted: record.deleted ? true : nil, enc: record.enc,
      payload: record.deleted && record.payload.isEmpty ? nil : record.payload)
  }
}
