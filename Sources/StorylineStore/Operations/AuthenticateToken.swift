import Foundation
import GRDB
import StorylineModels

/// Finds who a token speaks for.
struct AuthenticateToken {
  static let sql = """
    SELECT t.scope, t.expires_at, t.refresh_digest, d.id, d.reader, d.last_seen_day, d.key_thumbprint,
      r.family, r.successor_digest
    FROM token t JOIN device d ON d.id = t.device LEFT JOIN refresh_token r ON r.device = d.id
    WHERE t.digest = :digest
    """
  static let touchSQL = "UPDATE device SET last_seen_day = :day WHERE id = :id AND last_seen_day < :day"

  static let erasedSQL = "SELECT erased_at FROM erased_token WHERE digest = :digest"

  static let anySQL = "SELECT 1 FROM token WHERE device = :device LIMIT 1"

  let digest: Data
  let now: Timestamp

  struct Found: Sendable {
    var principal: Principal
    /// The device was not seen today yet.
    var isFirstToday: Bool
    /// The row of refresh tokens whose successor came with this token and was not used yet.
    var confirms: (family: Data, digest: Data)?

    /// Whether the database has to hear of this use.
    var isNews: Bool { isFirstToday || confirms != nil }
  }

  /// nil if there is no such token, or its life is over.
  ///
  /// - Throws: `StoreError.accountDeleted` if its account was erased within the last 90 days.
  func run(in db: Database) throws -> Found? {
    guard let row = try Row.fetchOne(db.cachedStatement(sql: Self.sql), arguments: ["digest": digest]) else {
      try checkErased(in: db)
      return nil
    }
    guard row["expires_at"] > now.milliseconds else { return nil }
    let principal = Principal(
      reader: ReaderID(bytes: row["reader"]), device: DeviceID(bytes: row["id"]), scope: Set(text: row["scope"]),
      expiresAt: Timestamp(milliseconds: row["expires_at"]), key: row["key_thumbprint"])
    return Found(principal: principal, isFirstToday: row["last_seen_day"] < now.day, confirms: confirms(row))
  }

  private func confirms(_ row: Row) -> (family: Data, digest: Data)? {
    guard let family: Data = row["family"], let digest: Data = row["refresh_digest"],
      let successor: Data = row["successor_digest"], digest == successor
    else { return nil }
    return (family, digest)
  }

  /// - Throws: `StoreError.accountDeleted` if the token, or the row of refresh tokens, was of an account that is gone.
  func checkErased(in db: Database) throws {
    let arguments: StatementArguments = ["digest": digest]
    guard let time = try Int64.fetchOne(db.cachedStatement(sql: Self.erasedSQL), arguments: arguments),
      time + EraseAccount.answeredFor > now.milliseconds
    else { return }
    throw StoreError.accountDeleted(at: Timestamp(milliseconds: time))
  }

  static func hasToken(_ device: DeviceID, in db: Database) throws -> Bool {
    try Row.fetchOne(db.cachedStatement(sql: anySQL), arguments: ["device": device.bytes]) != nil
  }

  /// Notes the day on which a device was here last, and nothing finer; and that it has its new refresh token.
  static func note(_ found: Found, now: Timestamp, in db: Database) throws {
    if found.isFirstToday {
      try db.cachedStatement(sql: touchSQL).execute(
        arguments: ["id": found.principal.device.bytes, "day": now.day])
    }
    if let (family, digest) = found.confirms {
      try RefreshAccess.confirm(family: family, by: digest, now: now, in: db)
    }
  }
}
