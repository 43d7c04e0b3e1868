import Foundation
import GRDB
import StorylineModels

import struct StorylineModels.Cursor

/// Decides whether a cursor is a place in the stream's present history.
struct CheckCursor {
  static let tagSQL = "SELECT tag FROM commit_log WHERE stream = :stream AND seq = :seq"
  static let reasonSQL = "SELECT new_epoch, reason FROM epoch_change WHERE stream = :stream AND old_epoch = :old"

  let cursor: Cursor
  let stream: StreamRow
  var mutants: Set<StoreMutant> = []

  /// - Throws: `StoreError.cursorInvalid`, `.epochChanged`, `.cursorExpired`.
  func run(in db: Database) throws -> Place {
    let place = try CursorCodec.place(of: cursor)
    guard place.kind == stream.kind, place.streamHash == stream.hash else {
      throw StoreError.cursorInvalid("it belongs to another stream")
    }
    guard place.epoch == stream.epochBytes else { throw try changed(reasons(since: place.epoch, in: db)) }
    // Ahead of the head, or beside the history we have: a backup was put back and nobody told us.
    let marks = [Place.Mark(seq: place.seq, tag: place.tag)] + (place.seen.map { [$0] } ?? [])
    let isOurs = try marks.allSatisfy { try isKnown($0, in: db) } || mutants.contains(.noticesNoRestore)
    guard isOurs else { throw changed(["restored"]) }
    guard place.seq >= stream.floor || mutants.contains(.ignoresFloor) else { throw StoreError.cursorExpired }
    return place
  }

  private func isKnown(_ place: Place.Mark, in db: Database) throws -> Bool {
    if place.seq > stream.head { return false }
    if place.seq == 0 { return place.tag == 0 }
    if place.seq == stream.head { return place.tag == stream.tag }
    guard let tag = try Self.tag(at: place.seq, of: stream, in: db) else {
      // A library's log keeps the last commits only; an older place is taken at its word.
      return stream.kind == .library
    }
    return place.tag == tag
  }

  /// The tag of a commit; nil if the log does not know it any more.
  static func tag(at seq: Int64, of stream: StreamRow, in db: Database) throws -> UInt32? {
    if seq == stream.head { return stream.tag }
    let statement = try db.cachedStatement(sql: tagSQL)
    return try UInt32.fetchOne(statement, arguments: ["stream": stream.id, "seq": seq])
  }

  private func changed(_ reasons: [String]) -> StoreError {
    .epochChanged(stream: stream.kind, epoch: stream.epoch, reasons: reasons)
  }

  /// What happened from `epoch` to now; an unknown past counts as a restored backup, which loses nothing.
  private func reasons(since epoch: Data, in db: Database) throws -> [String] {
    var reasons: Set<String> = []
    var seen: Set<Data> = [epoch]
    var epoch = epoch
    while epoch != stream.epochBytes {
      let arguments: StatementArguments = ["stream": stream.id, "old": epoch]
      guard let row = try Row.fetchOne(db.cachedStatement(sql: Self.reasonSQL), arguments: arguments) else {
        return reasons.union(["restored"]).sorted()
      }
      reasons.insert(row["reason"])
      epoch = row["new_epoch"]
      guard seen.insert(epoch).inserted else { return reasons.union(["restored"]).sorted() }
    }
    return reasons.sorted()
  }
}
