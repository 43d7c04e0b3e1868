import Foundation
import GRDB
import StorylineModels

/// One row of `library_record`.
struct LibraryRow: Sendable {
  let record: LibraryRecord
  let hash: Data
  /// Bytes of the payload.
  let bytes: Int64

  static let columns = "kind, id, stamp, deleted, hash, enc, payload, bytes, seq"

  init(row: Row) throws {
    guard let stamp = Stamp(row["stamp"] as String) else { throw StoreError.damaged("a stored stamp is malformed") }
    record = LibraryRecord(
      kind: LibraryKind(rawValue: row["kind"]), id: row["id"], stamp: stamp, deleted: row["deleted"], enc: row["enc"],
      payload: row["payload"], seq: row["seq"])
    hash = row["hash"]
    bytes = row["bytes"]
  }

  var rank: Rank { Rank(stamp: record.stamp, deleted: record.deleted, payloadHash: hash) }
}
