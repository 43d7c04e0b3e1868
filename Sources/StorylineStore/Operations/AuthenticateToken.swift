import Foundation
import GRDB
import StorylineModels

/// Finds who a token speaks for.
struct AuthenticateToken {
  static let sql = """
    SELECT t.scope, t.expires_at, d.id, d.reader, d.last_seen_day
    FROM token t JOIN device d ON d.id = t.device WHERE t.digest = :digest
    """
  static let touchSQL = "UPDATE device SET last_seen_day = :day WHERE id = :id AND last_seen_day < :day"

  static let erasedSQL = "SELECT erased_at FROM erased_token WHERE digest = :digest"

  let token: String
  let secrets: Secrets
  let now: Timestamp

  struct Found: Sendable {
    var principal: Principal
    var expiresAt: Timestamp
    /// The device was not seen today yet.
    var isFirstToday: Bool
  }

  /// nil if there is no such token, or its life is over.
  ///
  /// - Throws: `StoreError.accountDeleted` if its account was erased within the last 90 days.
  func run(in db: Database) throws -> Found? {
    let arguments: StatementArguments = ["digest": secrets.digest(token)]
    guard let row = try Row.fetchOne(db.cachedStatement(sql: Self.sql), arguments: arguments) else {
      try checkErased(arguments, in: db)
      return nil
    }
    guard row["expires_at"] > now.milliseconds else { return nil }
    let principal = Principal(
      reader: ReaderID(bytes: row["reader"]), device: DeviceID(bytes: row["id"]), scope: Set(text: row["scope"]))
    return Found(
      principal: principal, expiresAt: Timestamp(milliseconds: row["expires_at"]),
      isFirstToday: row["last_seen_day"] < now.day)
  }

  private func checkErased(_ arguments: StatementArguments, in db: Database) throws {
    guard let time = try Int64.fetchOne(db.cachedStatement(sql: Self.erasedSQL), arguments: arguments),
      time + EraseAccount.answeredFor > now.milliseconds
    else { return }
    throw StoreError.accountDeleted(at: Timestamp(milliseconds: time))
  }

  /// Notes the day on which a device was here last, and nothing finer.
  static func touch(_ device: DeviceID, now: Timestamp, in db: Database) throws {
    try db.cachedStatement(sql: touchSQL).execute(arguments: ["id": device.bytes, "day": now.day])
  }
}
