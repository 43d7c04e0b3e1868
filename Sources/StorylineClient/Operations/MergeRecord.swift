import Crypto
import Foundation
import GRDB
import StorylineModels

/// Merges one version that the server holds into the replica: the higher rank stays.
struct MergeRecord {
  let version: LibraryRecord
  /// The walk that brought it, or nil if it did not come in a page.
  let walk: Int64?
  /// Whether the server went back: then its versions may have been made by who never saw what it had acknowledged.
  var isAfterReturn = false

  /// Whether the replica changed.
  func run(clock: inout HybridClock, wall: Timestamp, in db: Database) throws -> Bool {
    clock.merge(version.stamp)
    guard var held = try LibraryRow.fetch(version.key, in: db) else {
      try LibraryRow(record: version, acked: true, walk: walk ?? 0).save(in: db)
      return true
    }
    let order = (version.rank, held.record.rank)
    let wins = order.0 > order.1
    if wins {
      // Who goes over a version that was acknowledged has kept it already, if he had not seen it (`GoOverVersion`).
      if held.isUnsent && version.stamp != held.base || isAfterReturn {
        try KeepNote(held.record, besides: version).run(clock: &clock, wall: wall, in: db)
      }
      held.record = version
    }
    if order.0 >= order.1 {
      held.dirt = .clean
      held.base = nil
      held.problem = nil
      held.record.seq = version.seq
    } else if held.dirt != .edited, held.problem == nil {
      // The server holds less than it once acknowledged: it went back, and gets our version again. If that needs another
      // stamp, it has to lie above what the server holds now.
      held.dirt = .healing
      held.base = max(held.base ?? .zero, version.stamp)
    }
    held.acked = true
    held.walk = walk ?? held.walk
    try held.save(in: db)
    return wins
  }
}

/// Prepares to go over a version that another device stored meanwhile, and that ours was not made on: its words are kept
/// first, in the transaction after which ours is sent again (protocol, 7.2).
struct GoOverVersion {
  let stored: LibraryRecord

  /// Whether ours may be sent again now.
  func run(clock: inout HybridClock, wall: Timestamp, in db: Database) throws -> Bool {
    clock.merge(stored.stamp)
    // Of a newer base it was asked already: a server that says the same again is not believed.
    guard var held = try LibraryRow.fetch(stored.key, in: db), held.dirt == .edited,
      stored.stamp > held.base ?? .zero
    else { return false }
    try KeepNote(stored, besides: held.record).run(clock: &clock, wall: wall, in: db)
    held.acked = true
    held.base = stored.stamp
    try held.save(in: db)
    return true
  }
}

/// Keeps the text of a note that loses against another, as a note of its own.
struct KeepNote {
  let loser: LibraryRecord
  let winner: LibraryRecord

  init(_ loser: LibraryRecord, besides winner: LibraryRecord) {
    self.loser = loser
    self.winner = winner
  }

  func run(clock: inout HybridClock, wall: Timestamp, in db: Database) throws {
    guard loser.kind == .note, !loser.deleted, loser.payload != winner.payload, !isSameText else { return }
    let key = LibraryKey(kind: .note, id: copyID)
    guard try LibraryRow.fetch(key, in: db) == nil else { return }
    let copy = LibraryRecord(
      kind: .note, id: key.id, stamp: clock.tick(wall: wall), enc: loser.enc, payload: try payload())
    try LibraryRow(record: copy, dirt: .edited).save(in: db)
  }

  private var isSameText: Bool {
    guard let ours = loser.decoded(as: Note.self), let theirs = winner.decoded(as: Note.self) else { return false }
    return ours.text == theirs.text
  }

  /// Follows from what lost, so that two clones of one device make one copy and not two.
  private var copyID: String {
    let rank = loser.rank
    let seed = Data(loser.id.utf8) + Data(rank.stamp.description.utf8) + rank.payloadHash
    return ULID.text(milliseconds: rank.stamp.physical, tail: SHA256.hash(data: seed))
  }

  private func payload() throws -> String {
    guard loser.enc == "json", let present = try? RawJSON(validating: Data(loser.payload.utf8)) else {
      return loser.payload
    }
    let mark = try RawJSON(encoding: loser.id)
    return (try? present.setting([(name: "conflict_of", value: mark)]).text) ?? loser.payload
  }
}
