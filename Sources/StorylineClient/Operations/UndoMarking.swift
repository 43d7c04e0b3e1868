import Foundation
import GRDB
import StorylineModels

/// Takes a marking back by new versions that say what the old ones said; history only grows.
struct UndoMarking {
  let token: UndoToken
  let wall: Timestamp

  func run(in db: Database) throws -> UndoResult {
    var restorable: [UndoToken.Change] = []
    var refused: [LibraryKey] = []
    for change in token.changes {
      let isUntouched = try LibraryRow.fetch(change.key, in: db)?.record.stamp == change.after
      if isUntouched { restorable.append(change) } else { refused.append(change.key) }
    }
    restorable += try unreadMarks(over: restorable, in: db)
    // In the order in which they were made before: which of two marks counts is decided by their order.
    let ordered = restorable.sorted { left, right in
      (left.before?.stamp.description ?? "", left.key) < (right.before?.stamp.description ?? "", right.key)
    }
    var redo: [UndoToken.Change] = []
    for change in ordered { redo.append(try restore(change, in: db)) }
    return UndoResult(redo: UndoToken(redo), refused: refused)
  }

  /// An “unread” that was newer than the old “all read up to here” has to be newer than its new version too.
  private func unreadMarks(over changes: [UndoToken.Change], in db: Database) throws -> [UndoToken.Change] {
    let keys = Set(changes.map(\.key))
    let mark = changes.first { $0.key.kind == .readmark }?.before
    guard let mark, !mark.deleted else { return [] }
    return try db.rows(
      "SELECT * FROM library WHERE kind = 'read' AND flag = 0 AND stamp > ?", [mark.stamp.description]
    ).map { try LibraryRow(row: $0).record }
      .filter { !keys.contains($0.key) }
      .map { UndoToken.Change(key: $0.key, before: $0, after: $0.stamp) }
  }

  private func restore(_ change: UndoToken.Change, in db: Database) throws -> UndoToken.Change {
    var clock = try ReplicaRow.fetch(db).clock
    guard let held = try LibraryRow.fetch(change.key, in: db) else { return change }
    let present = held.record
    var record = present
    try set(&record, to: change.before, in: db)
    record.stamp = clock.tick(wall: wall, above: present.stamp)
    let row = LibraryRow(
      record: record, dirt: .edited, acked: held.acked, base: held.isUnsent ? held.base : present.stamp,
      walk: held.walk)
    try row.save(in: db)
    try ReplicaRow.save(clock, in: db)
    return UndoToken.Change(key: change.key, before: present, after: record.stamp)
  }

  private func set(_ record: inout LibraryRecord, to before: LibraryRecord?, in db: Database) throws {
    if let before {
      (record.payload, record.enc, record.deleted) = (before.payload, before.enc, before.deleted)
    } else if let member = try plainNo(for: record, in: db) {
      let raw = try RawJSON(validating: Data(record.payload.utf8))
      record.payload = try raw.setting([(name: member, value: try RawJSON(encoding: false))]).text
    } else {
      (record.payload, record.deleted) = ("", true)
    }
  }

  /// The member that says no, where no and nothing mean the same: a deletion would be one more tombstone.
  private func plainNo(for record: LibraryRecord, in db: Database) throws -> String? {
    guard !record.deleted, record.enc == "json" else { return nil }
    switch record.kind {
    case .saved: return "saved"
    case .follow: return "on"
    case .read:
      // Under an “all read up to here” they do not: there nothing means read.
      let mark = try LibraryRow.fetch(LibraryKey(kind: .readmark, id: ReadUpTo.everything), in: db)?.record
      let pub: String? = try db.row("SELECT pub FROM article WHERE id = ?", [record.id])?["pub"]
      guard let upto = mark?.decoded(as: ReadUpTo.self)?.upto, let pub else { return "read" }
      return pub <= upto ? nil : "read"
    default: return nil
    }
  }
}
