import Foundation
import GRDB
import StorylineModels

/// Makes a device of a reader with its first tokens.
struct EnrolDevice {
  static let maximumNameLength = 40
  private static let deviceSQL = """
    INSERT INTO device (id, reader, name, created_day, last_seen_day, key_thumbprint)
    VALUES (:id, :reader, :name, :day, :day, :key)
    """

  let reader: ReaderID
  let name: String?
  let key: Data?
  let scope: Set<Scope>
  let tokens: Secrets.FirstTokens
  let secrets: Secrets
  let lives: TokenLives
  let now: Timestamp

  func run(in db: Database) throws -> Enrolment {
    let life = lives.life(of: scope)
    let enrolment = Enrolment(
      accessToken: tokens.access, refreshToken: tokens.refresh.text, reader: reader, device: .random(), scope: scope,
      expiresAt: now.advanced(byMilliseconds: life.access),
      refreshExpiresAt: now.advanced(byMilliseconds: min(life.idle, life.absolute)))
    try db.execute(
      sql: Self.deviceSQL,
      arguments: [
        "id": enrolment.device.bytes, "reader": reader.bytes, "name": name, "day": now.day, "key": key,
      ])
    try RefreshRow.insert(
      family: secrets.family(of: tokens.refresh), device: enrolment.device, scope: scope,
      current: secrets.digest(tokens.refresh),
      idleUntil: now.advanced(byMilliseconds: life.idle), endsAt: now.advanced(byMilliseconds: life.absolute), in: db)
    try TokenRow.insert(
      digest: secrets.digest(tokens.access), device: enrolment.device, scope: scope, expiresAt: enrolment.expiresAt,
      refresh: secrets.digest(tokens.refresh), now: now, in: db)
    return enrolment
  }

  /// - Throws: `StoreError.malformed` for a name that is too long.
  static func check(name: String?) throws(StoreError) {
    guard name?.count ?? 0 <= maximumNameLength else {
      throw .malformed("device_name has more than \(maximumNameLength) characters")
    }
  }
}
