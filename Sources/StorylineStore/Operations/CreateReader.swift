import Foundation
import GRDB
import StorylineModels

/// Makes a reader's account with an empty library.
struct CreateReader {
  let reader: ReaderID
  let salt: Data
  let now: Timestamp

  static func exists(_ reader: ReaderID, in db: Database) throws -> Bool {
    try Row.fetchOne(db, sql: "SELECT 1 FROM reader WHERE id = :id", arguments: ["id": reader.bytes]) != nil
  }

  func run(in db: Database) throws {
    try db.execute(
      sql: "INSERT INTO reader (id, created_day) VALUES (:id, :day)",
      arguments: ["id": reader.bytes, "day": now.day])
    let stream = try Int64.fetchOne(
      db, sql: "UPDATE instance SET last_stream = last_stream + 1 WHERE id = 1 RETURNING last_stream")
    try db.execute(
      sql: "INSERT INTO stream (id, kind, reader, salt) VALUES (:id, 'library', :reader, :salt)",
      arguments: ["id": stream, "reader": reader.bytes, "salt": salt])
  }
}
