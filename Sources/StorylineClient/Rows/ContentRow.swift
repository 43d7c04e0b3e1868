import Foundation
import GRDB
import StorylineModels

/// What decides whether a content row of a page is newer than the one we hold.
struct ContentRow {
  var key: Int64
  var rev: Int64
  var lineage: Int64
  var isLive: Bool
  /// Whether the end of a walk removed it: the server did not have it then, and may have it again at the same rev.
  var isSwept: Bool
  var title: String?

  static func fetch(kind: ContentKind, id: String, in db: Database) throws -> ContentRow? {
    try db.row(
      """
      SELECT key, rev, lineage, body IS NOT NULL AS live, swept_at IS NOT NULL AS swept, title
      FROM content WHERE kind = ? AND id = ?
      """,
      [kind.rawValue, id]
    ).map {
      ContentRow(
        key: $0["key"], rev: $0["rev"], lineage: $0["lineage"], isLive: $0["live"], isSwept: $0["swept"],
        title: $0["title"])
    }
  }
}

extension ContentKind {
  /// All live records of this kind that this version can decode.
  func entities<Value: ContentEntity>(as type: Value.Type, in db: Database) throws -> [Value] {
    try db.rows(
      "SELECT body FROM content WHERE kind = ? AND body IS NOT NULL AND undecodable = 0 ORDER BY id", [rawValue]
    ).map { try StorylineJSON.decode(type, from: $0["body"]) }
  }
}
