import Foundation
import GRDB
import StorylineModels

/// Reads what is published now piece by piece, in the order of kinds and ids.
struct ReadRecords {
  static let sql = """
    SELECT kind, id, wire FROM content_record
    WHERE stream = :stream AND (kind, id) > (:kind, :id) AND deleted = 0 ORDER BY kind, id LIMIT :limit
    """

  let after: (kind: String, id: String)
  let rows: Int
  let bytes: Int

  func run(in db: Database) throws -> RecordPage {
    let cursor = try Row.fetchCursor(
      db.cachedStatement(sql: Self.sql),
      arguments: ["stream": EnsureInstance.contentStream, "kind": after.kind, "id": after.id, "limit": rows + 1])
    var page = RecordPage(wires: [], next: nil)
    var size = 0
    var last: (kind: String, id: String)?
    while let row = try cursor.next() {
      let wire: Data = row["wire"]
      size += wire.count
      if let last, page.wires.count == rows || size > bytes {
        page.next = RecordPage.Place(kind: ContentKind(rawValue: last.kind), id: last.id)
        return page
      }
      page.wires.append(wire)
      last = (row["kind"], row["id"])
    }
    return page
  }
}
