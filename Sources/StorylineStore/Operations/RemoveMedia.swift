import Foundation
import GRDB
import StorylineModels

/// Removes an image that has to be gone from the database, with what past versions of records know of it.
struct RemoveMedia {
  /// What shows it now, or waits to; seq 0 is what waits.
  static let shownSQL = """
    SELECT u.kind, u.id, u.seq FROM media_use u
    LEFT JOIN content_record r ON r.stream = u.stream AND r.kind = u.kind AND r.id = u.id AND r.seq = u.seq
    WHERE u.sha256 = :sha256 AND (u.seq = 0 OR r.deleted = 0) ORDER BY u.kind, u.id, u.seq
    """
  static let forgetSQL = "DELETE FROM media_use WHERE sha256 = :sha256"

  let id: MediaID

  /// - Throws: `StoreError.mediaShown`, `.mediaGone`; then nothing was removed.
  func run(in db: Database) throws {
    guard try ReadMedia.find(id, published: false, in: db) != nil else { throw StoreError.mediaGone }
    let digest = Data(hexadecimal: "\(id)") ?? Data()
    let arguments: StatementArguments = ["sha256": digest]
    let shown = try Row.fetchAll(db.cachedStatement(sql: Self.shownSQL), arguments: arguments).map { row in
      let seq: Int64 = row["seq"]
      return ContentCommit.Precondition(
        kind: ContentKind(rawValue: row["kind"]), id: row["id"], rev: seq == 0 ? nil : seq)
    }
    guard shown.isEmpty else { throw StoreError.mediaShown(shown) }
    try ErasedBytes.overwriting(in: db) {
      try db.cachedStatement(sql: Self.forgetSQL).execute(arguments: arguments)
      try SweepMedia.remove(digest, in: db)
    }
  }
}
