import Foundation
import GRDB
import StorylineModels

/// Notes which images a record names, so that they are kept as long as it is.
enum NoteMediaUse {
  static let knownSQL = "SELECT 1 FROM media WHERE sha256 = :sha256"
  static let useSQL = """
    INSERT INTO media_use (stream, kind, id, seq, sha256) VALUES (:stream, :kind, :id, :seq, :sha256)
    """
  static let unscheduleSQL = "DELETE FROM media_use WHERE stream = :stream AND kind = :kind AND id = :id AND seq = 0"
  static let namedSQL = "SELECT sha256 FROM media_use WHERE stream = :stream AND kind = :kind AND id = :id"
  static let forgetSQL = "DELETE FROM media_use WHERE stream = :stream AND kind = :kind AND id = :id"

  /// - Throws: `StoreError.mediaMissing` with those that are not here: images come before what names them.
  static func check(_ drafts: [ContentDraft], in db: Database) throws {
    let missing = try Set(drafts.flatMap(\.media)).filter { id in
      try Int.fetchOne(db.cachedStatement(sql: knownSQL), arguments: ["sha256": Data(hexadecimal: "\(id)")]) == nil
    }
    guard missing.isEmpty else { throw StoreError.mediaMissing(missing.sorted()) }
  }

  /// - Parameter seq: of the commit that writes the record; 0 for one that waits for its time.
  static func note(_ media: Set<MediaID>, of key: ContentKey, seq: Int64, in db: Database) throws {
    for id in media {
      try db.cachedStatement(sql: useSQL).execute(
        arguments: arguments(key) + ["seq": seq, "sha256": Data(hexadecimal: "\(id)")])
    }
  }

  static func unschedule(_ key: ContentKey, in db: Database) throws {
    try db.cachedStatement(sql: unscheduleSQL).execute(arguments: arguments(key))
  }

  /// Of what had to go by law: its images go with its words, at once, but for those that something else names.
  static func forget(_ key: ContentKey, in db: Database) throws {
    let named = try Data.fetchAll(db.cachedStatement(sql: namedSQL), arguments: arguments(key))
    try db.cachedStatement(sql: forgetSQL).execute(arguments: arguments(key))
    for digest in Set(named) { try SweepMedia.remove(digest, in: db) }
  }

  private static func arguments(_ key: ContentKey) -> StatementArguments {
    ["stream": EnsureInstance.contentStream, "kind": key.kind.rawValue, "id": key.id]
  }
}

/// Removes images that nothing names.
struct SweepMedia {
  static let unusedSQL = """
    SELECT sha256 FROM media
    WHERE stored_at <= :before AND NOT EXISTS (SELECT 1 FROM media_use u WHERE u.sha256 = media.sha256)
    """
  static let usedSQL = "SELECT 1 FROM media_use WHERE sha256 = :sha256 LIMIT 1"
  static let piecesSQL = "DELETE FROM media_piece WHERE sha256 = :sha256"
  static let removeSQL = "DELETE FROM media WHERE sha256 = :sha256"

  /// Of what came before this moment: the commit that names an image comes later than the image.
  let before: Int64

  /// How many there were.
  func run(in db: Database) throws -> Int {
    let unused = try Data.fetchAll(db, sql: Self.unusedSQL, arguments: ["before": before])
    for digest in unused { try Self.remove(digest, in: db) }
    return unused.count
  }

  /// Removes one, unless something names it.
  static func remove(_ digest: Data, in db: Database) throws {
    let arguments: StatementArguments = ["sha256": digest]
    guard try Int.fetchOne(db.cachedStatement(sql: usedSQL), arguments: arguments) == nil else { return }
    try db.cachedStatement(sql: piecesSQL).execute(arguments: arguments)
    try db.cachedStatement(sql: removeSQL).execute(arguments: arguments)
  }
}
