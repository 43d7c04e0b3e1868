import Foundation
import GRDB
import StorylineModels

/// Takes a device's access away.
struct EndDevice {
  static let tokensSQL = "DELETE FROM token WHERE device = :device"
  static let refreshSQL = "DELETE FROM refresh_token WHERE device = :device"

  /// Why a device was signed out without anybody's wish.
  enum Reason: String {
    /// A refresh token came back after its successor was in use.
    case tokenReuse = "token-reuse"
  }

  let reader: ReaderID
  let device: DeviceID

  private var arguments: StatementArguments { ["device": device.bytes, "reader": reader.bytes] }

  /// Removes it from the reader's list.
  ///
  /// - Returns: whether it was one of this reader's.
  func remove(in db: Database) throws -> Bool {
    let isOurs = try Row.fetchOne(
      db, sql: "SELECT 1 FROM device WHERE id = :device AND reader = :reader", arguments: arguments)
    guard isOurs != nil else { return false }
    try removeTokens(in: db)
    try db.execute(sql: "DELETE FROM device WHERE id = :device AND reader = :reader", arguments: arguments)
    return true
  }

  /// Takes its tokens and leaves it on the list, so that the reader's other devices show what happened.
  func signOut(because reason: Reason, now: Timestamp, in db: Database) throws {
    try removeTokens(in: db)
    try db.execute(
      sql: "UPDATE device SET ended_day = :day, ended_because = :reason WHERE id = :device",
      arguments: ["day": now.day, "reason": reason.rawValue, "device": device.bytes])
  }

  /// Of all devices of the reader but this one; how many these are.
  func removeOthers(in db: Database) throws -> Int {
    let others = try Data.fetchAll(
      db, sql: "SELECT id FROM device WHERE reader = :reader AND id <> :device", arguments: arguments)
    for id in others { _ = try EndDevice(reader: reader, device: DeviceID(bytes: id)).remove(in: db) }
    return others.count
  }

  private func removeTokens(in db: Database) throws {
    try db.execute(sql: Self.tokensSQL, arguments: ["device": device.bytes])
    try db.execute(sql: Self.refreshSQL, arguments: ["device": device.bytes])
  }
}
