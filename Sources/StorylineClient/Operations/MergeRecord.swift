import Crypto
import Foundation
import GRDB
import StorylineModels

/// Merges one version that the server holds into the replica: the higher rank stays.
struct MergeRecord {
  let version: LibraryRecord
  /// The walk that brought it, or nil if it did not come in a page.
  let walk: Int64?

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
      try KeepLosingNote(loser: held, winner: version).run(clock: &clock, wall: wall, in: db)
      held.record = version
    }
    if order.0 >= order.1 {
      held.dirt = .clean
      held.base = nil
      held.problem = nil
      held.record.seq = version.seq
    } else if held.dirt == .clean, held.problem == nil {
      // The server holds less than it once acknowledged: it went back, and gets our version again.
      held.dirt = .healing
    }
    held.acked = true
    held.walk = walk ?? held.walk
    try held.save(in: db)
    return wins
  }
}

/// Keeps the text of a note that lost against an edit made without knowing of it (protocol, 2.5).
struct KeepLosingNote {
  let loser: LibraryRow
  let winner: LibraryRecord

  func run(clock: inout HybridClock, wall: Timestamp, in db: Database) throws {
    guard loser.record.kind == .note, loser.isUnsent, !loser.record.deleted, winner.stamp != loser.base else { return }
    guard loser.record.payload != winner.payload, !isSameText else { return }
    let key = LibraryKey(kind: .note, id: copyID)
    guard try LibraryRow.fetch(key, in: db) == nil else { return }
    let copy = LibraryRecord(
      kind: .note, id: key.id, stamp: clock.tick(wall: wall), enc: loser.record.enc, payload: try payload())
    try LibraryRow(record: copy, dirt: .edited).save(in: db)
  }

  private var isSameText: Bool {
    guard let ours = loser.record.decoded(as: Note.self), let theirs = winner.decoded(as: Note.self) else {
      return false
    }
    return ours.text == theirs.text
  }

  /// Follows from what lost, so that two clones of one device make one copy and not two.
  private var copyID: String {
    let rank = loser.record.rank
    let seed = Data(loser.record.id.utf8) + Data(rank.stamp.description.utf8) + rank.payloadHash
    return ULID.text(milliseconds: rank.stamp.physical, tail: SHA256.hash(data: seed))
  }

  private func payload() throws -> String {
    let raw = Data(loser.record.payload.utf8)
    guard loser.record.enc == "json", let present = try? RawJSON(validating: raw) else { return loser.record.payload }
    let mark = try RawJSON(encoding: loser.record.id)
    return (try? present.setting([(name: "conflict_of", value: mark)]).text) ?? loser.record.payload
  }
}
