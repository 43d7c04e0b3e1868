import Foundation
import GRDB
import StorylineModels

/// Writes one library record as its reader wants it, at once and whether or not there is a network.
struct EditRecord {
  let key: LibraryKey
  /// The members to set; nil deletes the record.
  let members: [(name: String, value: RawJSON)]?
  let wall: Timestamp

  @discardableResult
  func run(in db: Database) throws -> UndoToken.Change {
    var clock = try ReplicaRow.fetch(db).clock
    let old = try LibraryRow.fetch(key, in: db)
    let payload = try payload(over: old)
    // Above the record's present stamp: what the reader saw and changed wins over what he saw (protocol, 2.8.1).
    let stamp = clock.tick(wall: wall, above: old?.record.stamp)
    let row = LibraryRow(
      record: LibraryRecord(
        kind: key.kind, id: key.id, stamp: stamp, deleted: members == nil, payload: payload, seq: old?.record.seq),
      dirt: .edited, acked: old?.acked ?? false, base: old.flatMap { $0.isUnsent ? $0.base : $0.record.stamp },
      walk: old?.walk ?? 0)
    try row.save(in: db)
    try ReplicaRow.save(clock, in: db)
    return UndoToken.Change(key: key, before: old?.record, after: stamp)
  }

  /// The old payload with the members set: what a newer version wrote into it survives.
  private func payload(over old: LibraryRow?) throws -> String {
    guard let members else { return "" }
    guard let old = old?.record, !old.deleted else { return try RawJSON(members: members).text }
    guard old.enc == "json" else { throw ReplicaError.sealed(key, encoding: old.enc) }
    let raw = Data(old.payload.utf8)
    guard let present = try? RawJSON(validating: raw), let patched = try? present.setting(members) else {
      // Not an object: there is nothing in it that could be kept beside the new members.
      return try RawJSON(members: members).text
    }
    return patched.text
  }
}

extension EditRecord {
  /// Sets the members of `payload`; those that it leaves nil stay as they are.
  init(_ payload: some LibraryPayload, id: String, wall: Timestamp) throws {
    let members = try RawJSON(encoding: payload).members()
    self.init(key: LibraryKey(kind: type(of: payload).kind, id: id), members: members, wall: wall)
  }
}
