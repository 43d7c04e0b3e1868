import Foundation
import GRDB
import StorylineModels

/// Reads what is published now, without its history.
enum ReadContent {
  static let recordsSQL = """
    SELECT wire FROM content_record WHERE stream = :stream AND deleted = 0 ORDER BY kind, id
    """
  static let storySQL = """
    SELECT id FROM content_record WHERE stream = :stream AND kind = 'story' AND deleted = 0 ORDER BY id LIMIT 1
    """
  private static var arguments: StatementArguments { ["stream": EnsureInstance.contentStream] }

  static func head(in db: Database) throws -> ContentHead {
    let stream = try ReadStream.content(in: db)
    return ContentHead(
      epoch: stream.epoch, cursor: stream.headCursor,
      snapshot: try ReadSnapshot.newest(of: stream, in: db).map { Route.snapshotManifest.path(id: $0.id) },
      updatedAt: stream.head == 0 ? nil : Timestamp(milliseconds: stream.lastAt))
  }

  static func records(in db: Database) throws -> [ContentChange] {
    let rows = try Data.fetchAll(db.cachedStatement(sql: recordsSQL), arguments: arguments)
    do {
      return try rows.map { try ContentChange(wire: RawJSON(validating: $0)) }
    } catch {
      throw StoreError.damaged("a stored content record cannot be read: \(error)")
    }
  }

  static func storyID(in db: Database) throws -> Identifier<Story>? {
    try String.fetchOne(db.cachedStatement(sql: storySQL), arguments: arguments).map { Identifier($0) }
  }
}
