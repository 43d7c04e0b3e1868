import Foundation
import GRDB
import StorylineModels

/// What the store knows of a content record without its text.
struct ContentRow: Sendable {
  let num: Int
  let pub: String?
  let isDeleted: Bool
  let reason: String?
  let version: Int?
  let bodyHash: Data

  static let columns = "num, pub, deleted, reason, version, body_hash"

  init(row: Row) {
    num = row["num"]
    pub = row["pub"]
    isDeleted = row["deleted"]
    reason = row["reason"]
    version = row["version"]
    bodyHash = row["body_hash"]
  }
}

/// Names a content record.
struct ContentKey: Hashable, Sendable {
  var kind: ContentKind
  var id: String
}
