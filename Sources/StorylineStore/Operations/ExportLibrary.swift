import Foundation
import GRDB
import StorylineModels

/// Exports are a note that somebody asked: the file is made while it is fetched, so none lies about afterwards.
enum ExportLibrary {
  static let life: Int64 = 24 * 3_600_000
  /// Of one reader at a time; another one takes the oldest one's place.
  static let maximum = 5
  static let findSQL = "SELECT created_at FROM library_export WHERE id = :id AND reader = :reader"
  static let forgetSQL = "DELETE FROM library_export WHERE created_at <= :time"
  static let devicesSQL = """
    SELECT id, name, created_day, last_seen_day FROM device WHERE reader = :reader ORDER BY id
    """
  private static let insertSQL = "INSERT INTO library_export (id, reader, created_at) VALUES (:id, :reader, :at)"
  private static let trimSQL = """
    DELETE FROM library_export WHERE reader = :reader AND id NOT IN
      (SELECT id FROM library_export WHERE reader = :reader ORDER BY created_at DESC LIMIT :maximum)
    """

  /// - Throws: `StoreError.unknownReader`.
  static func create(for reader: ReaderID, now: Timestamp, in db: Database) throws -> LibraryExport {
    guard try CreateReader.exists(reader, in: db) else { throw StoreError.unknownReader }
    try db.execute(sql: forgetSQL, arguments: ["time": now.milliseconds - life])
    try db.execute(sql: trimSQL, arguments: ["reader": reader.bytes, "maximum": maximum - 1])
    let id = ExportID.random()
    try db.execute(
      sql: insertSQL, arguments: ["id": id.bytes, "reader": reader.bytes, "at": now.milliseconds])
    return LibraryExport(id: id.description, expiresAt: now.advanced(byMilliseconds: life))
  }

  /// - Throws: `StoreError.unknownExport`.
  static func find(_ id: String, of reader: ReaderID, now: Timestamp, in db: Database) throws {
    guard let id = ExportID(id),
      let time = try Int64.fetchOne(db, sql: findSQL, arguments: ["id": id.bytes, "reader": reader.bytes]),
      time + life > now.milliseconds
    else { throw StoreError.unknownExport }
  }

  static func devices(of reader: ReaderID, in db: Database) throws -> [LibraryExportLine] {
    try Row.fetchAll(db, sql: devicesSQL, arguments: ["reader": reader.bytes]).map { row in
      LibraryExportLine(
        device: .init(
          id: DeviceID(bytes: row["id"]).description, name: row["name"], createdOn: date(row["created_day"]),
          lastSeenOn: date(row["last_seen_day"])))
    }
  }

  /// An export's id has the form of a device's: 16 random bytes.
  private typealias ExportID = DeviceID

  private static func date(_ day: Int64) -> String {
    String(Timestamp(milliseconds: day * 86_400_000).description.prefix(10))
  }
}
