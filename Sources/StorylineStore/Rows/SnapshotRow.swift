import Foundation
import GRDB

/// What the store knows of a snapshot without its manifest.
struct SnapshotRow: Sendable {
  let id: String
  let seq: Int64
  let createdAt: Int64

  static let columns = "id, seq, created_at"

  init(row: Row) {
    id = row["id"]
    seq = row["seq"]
    createdAt = row["created_at"]
  }
}
