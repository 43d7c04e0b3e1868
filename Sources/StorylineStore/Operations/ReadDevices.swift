import Foundation
import GRDB
import StorylineModels

/// The devices of one reader, those that were here last first.
enum ReadDevices {
  static let sql = """
    SELECT d.id, d.name, d.created_day, d.last_seen_day, d.key_thumbprint, d.ended_because, r.scope
    FROM device d LEFT JOIN refresh_token r ON r.device = d.id WHERE d.reader = :reader
    """
  private static let columns = """
    SELECT d.id, d.reader, d.name, d.created_day, d.last_seen_day, d.key_thumbprint, d.ended_because, r.scope
    FROM device d LEFT JOIN refresh_token r ON r.device = d.id
    """
  static let anySQL = columns + " WHERE d.id > :after ORDER BY d.id LIMIT :limit"
  static let ownerSQL = "SELECT reader FROM device WHERE id = :device"
  static let renameSQL = "UPDATE device SET name = :name WHERE id = :device AND reader = :reader"

  static func all(of reader: ReaderID, asking device: DeviceID?, in db: Database) throws -> [DeviceSummary] {
    let rows = try Row.fetchAll(db.cachedStatement(sql: sql), arguments: ["reader": reader.bytes])
    return rows.map { summary($0, asking: device) }.sorted {
      ($0.lastSeen, $0.enrolled, $0.id) > ($1.lastSeen, $1.enrolled, $1.id)
    }
  }

  /// Devices of anybody, in the order of their ids.
  static func any(after device: DeviceID?, limit: Int, in db: Database) throws -> [AdministeredDevice] {
    let statement = try db.cachedStatement(sql: anySQL)
    let rows = try Row.fetchAll(statement, arguments: ["after": device?.bytes ?? Data(), "limit": limit])
    return rows.map { row in
      AdministeredDevice(account: ReaderID(bytes: row["reader"]).description, summary(row, asking: nil))
    }
  }

  static func owner(of device: DeviceID, in db: Database) throws -> ReaderID? {
    try Data.fetchOne(db.cachedStatement(sql: ownerSQL), arguments: ["device": device.bytes])
      .map(ReaderID.init(bytes:))
  }

  /// - Returns: whether it is one of this reader's.
  static func rename(_ device: DeviceID, of reader: ReaderID, to name: String, in db: Database) throws -> Bool {
    try db.execute(
      sql: renameSQL, arguments: ["name": name, "device": device.bytes, "reader": reader.bytes])
    return db.changesCount > 0
  }

  private static func summary(_ row: Row, asking device: DeviceID?) -> DeviceSummary {
    let id = DeviceID(bytes: row["id"])
    let scope: String? = row["scope"]
    return DeviceSummary(
      id: id.description, name: row["name"], enrolled: day(row["created_day"]), lastSeen: day(row["last_seen_day"]),
      scope: scope ?? "", hasKey: row["key_thumbprint"] != nil, isCurrent: id == device,
      ended: row["ended_because"])
  }

  /// `2026-11-24`: nothing finer is known.
  private static func day(_ number: Int64) -> String {
    String(Timestamp(milliseconds: number * 86_400_000).description.prefix(10))
  }
}
