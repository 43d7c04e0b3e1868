import Foundation
import GRDB
import StorylineModels

/// Reads images and what is known of them.
enum ReadMedia {
  static let anySQL = "SELECT sha256, type, name, size FROM media WHERE sha256 = :sha256"
  /// Only what a record names that is published now: neither what waits for its time nor what was taken down.
  static let publishedSQL = """
    SELECT sha256, type, name, size FROM media WHERE sha256 = :sha256 AND EXISTS (
      SELECT 1 FROM media_use u
      JOIN content_record r ON r.stream = u.stream AND r.kind = u.kind AND r.id = u.id AND r.seq = u.seq
      WHERE u.sha256 = media.sha256 AND r.deleted = 0)
    """
  static let pageSQL = "SELECT sha256, type, name, size FROM media WHERE sha256 > :after ORDER BY sha256 LIMIT :limit"
  static let pieceSQL = "SELECT bytes FROM media_piece WHERE sha256 = :sha256 AND position = :position"

  static func find(_ id: MediaID, published: Bool, in db: Database) throws -> MediaDescription? {
    try Row.fetchOne(
      db.cachedStatement(sql: published ? publishedSQL : anySQL), arguments: ["sha256": Data(hexadecimal: "\(id)")]
    ).map(description)
  }

  static func page(after id: MediaID?, limit: Int, in db: Database) throws -> MediaList {
    let after = id.flatMap { Data(hexadecimal: "\($0)") } ?? Data()
    var media = try Row.fetchAll(db.cachedStatement(sql: pageSQL), arguments: ["after": after, "limit": limit + 1])
      .map(description)
    guard media.count > limit else { return MediaList(media: media) }
    media.removeLast()
    return MediaList(media: media, next: media.last?.sha256)
  }

  static func piece(_ position: Int, of id: MediaID, in db: Database) throws -> Data? {
    try Data.fetchOne(
      db.cachedStatement(sql: pieceSQL), arguments: ["sha256": Data(hexadecimal: "\(id)"), "position": position])
  }

  private static func description(_ row: Row) throws -> MediaDescription {
    guard let id = MediaID(digest: row["sha256"] as Data) else {
      throw StoreError.damaged("a stored image has no digest")
    }
    return MediaDescription(sha256: id, type: row["type"], bytes: row["size"], name: row["name"])
  }
}
