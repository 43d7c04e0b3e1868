import GRDB
import StorylineModels

/// Where a stream stands.
struct ReadStream {
  static let contentSQL = """
    SELECT \(StreamRow.columns) FROM stream s JOIN instance i ON i.id = 1 WHERE s.id = :stream
    """
  static let librarySQL = """
    SELECT \(StreamRow.columns) FROM stream s JOIN instance i ON i.id = 1 WHERE s.reader = :reader
    """

  static func content(in db: Database) throws -> StreamRow {
    let statement = try db.cachedStatement(sql: contentSQL)
    guard let row = try Row.fetchOne(statement, arguments: ["stream": EnsureInstance.contentStream]) else {
      throw StoreError.damaged("the content stream is missing")
    }
    return try StreamRow(row: row)
  }

  /// - Throws: `StoreError.unknownReader`.
  static func library(of reader: ReaderID, in db: Database) throws -> StreamRow {
    let statement = try db.cachedStatement(sql: librarySQL)
    guard let row = try Row.fetchOne(statement, arguments: ["reader": reader.bytes]) else {
      throw StoreError.unknownReader
    }
    return try StreamRow(row: row)
  }
}
