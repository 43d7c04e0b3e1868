import Foundation
import GRDB

/// Gives a new database its identity and its content stream.
struct EnsureInstance {
  /// The id of the content stream; libraries are numbered from 2.
  static let contentStream: Int64 = 1

  let options: StoreOptions

  func run(in db: Database) throws {
    let isNew = try Int.fetchOne(db, sql: "SELECT id FROM instance WHERE id = 1") == nil
    guard isNew else { return }
    try db.execute(
      sql: "INSERT INTO instance (id, incarnation, last_stream) VALUES (1, :incarnation, :stream)",
      arguments: ["incarnation": options.newID(), "stream": Self.contentStream])
    try db.execute(
      sql: "INSERT INTO stream (id, kind, salt) VALUES (:id, 'content', :salt)",
      arguments: ["id": Self.contentStream, "salt": options.newID()])
  }
}
