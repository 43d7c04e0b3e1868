import Foundation
import GRDB
import StorylineModels

/// Makes an account, a device and a token out of an invite, once.
///
/// The request that used an invite up may repeat itself: its token is derived and not drawn, so it comes out the same.
struct RedeemInvite {
  static let tokenLife: Int64 = 365 * 86_400_000
  static let maximumNameLength = 40
  static let inviteSQL = "SELECT scope, expires_at, used_by_request FROM invite WHERE digest = :digest"

  private let invite: String
  private let requestID: UUID
  private let deviceName: String?
  private let secrets: Secrets
  private let now: Timestamp

  /// - Throws: `StoreError.malformed` for a request id that is no UUID or a name that is too long,
  ///   `StoreError.invalidGrant` for a text that cannot be an invite.
  init(_ redemption: InviteRedemption, secrets: Secrets, now: Timestamp) throws(StoreError) {
    guard let requestID = UUID(uuidString: redemption.requestID) else {
      throw .malformed("request_id is not a UUID")
    }
    guard redemption.deviceName?.count ?? 0 <= Self.maximumNameLength else {
      throw .malformed("device_name has more than \(Self.maximumNameLength) characters")
    }
    guard let invite = Secrets.normalizedInvite(redemption.invite) else { throw .invalidGrant }
    self.invite = invite
    self.requestID = requestID
    deviceName = redemption.deviceName
    self.secrets = secrets
    self.now = now
  }

  func run(in db: Database) throws -> Enrolment {
    let arguments: StatementArguments = ["digest": secrets.digest(invite)]
    guard let row = try Row.fetchOne(db, sql: Self.inviteSQL, arguments: arguments) else {
      throw StoreError.invalidGrant
    }
    let token = secrets.token(invite: invite, requestID: requestID)
    if let user: Data = row["used_by_request"] {
      guard user == secrets.requestDigest(requestID) else { throw StoreError.invalidGrant }
      return try earlier(token, in: db)
    }
    guard row["expires_at"] > now.milliseconds else { throw StoreError.invalidGrant }
    return try enrol(token, scope: Set(text: row["scope"]), in: db)
  }

  /// What this request got the first time; nothing if the token's life is over.
  private func earlier(_ token: String, in db: Database) throws -> Enrolment {
    let found = try AuthenticateToken(token: token, secrets: secrets, now: now).run(in: db)
    guard let found else { throw StoreError.invalidGrant }
    return Enrolment(
      accessToken: token, reader: found.principal.reader, device: found.principal.device,
      scope: found.principal.scope, expiresAt: found.expiresAt)
  }

  private func enrol(_ token: String, scope: Set<Scope>, in db: Database) throws -> Enrolment {
    let enrolment = Enrolment(
      accessToken: token, reader: .random(), device: .random(), scope: scope,
      expiresAt: now.advanced(byMilliseconds: Self.tokenLife))
    try CreateReader(reader: enrolment.reader, now: now).run(in: db)
    try db.execute(
      sql: """
        INSERT INTO device (id, reader, name, created_day, last_seen_day)
        VALUES (:id, :reader, :name, :day, :day)
        """,
      arguments: [
        "id": enrolment.device.bytes, "reader": enrolment.reader.bytes, "name": deviceName, "day": now.day,
      ])
    try db.execute(
      sql: "INSERT INTO token (digest, device, scope, expires_at) VALUES (:digest, :device, :scope, :expires)",
      arguments: [
        "digest": secrets.digest(token), "device": enrolment.device.bytes, "scope": scope.text,
        "expires": enrolment.expiresAt.milliseconds,
      ])
    try db.execute(
      sql: "UPDATE invite SET used_by_request = :request WHERE digest = :digest",
      arguments: ["request": secrets.requestDigest(requestID), "digest": secrets.digest(invite)])
    return enrolment
  }
}

extension Timestamp {
  /// Whole days since 1970: as finely as we note when a device was here.
  var day: Int64 { Int64((Double(milliseconds) / 86_400_000).rounded(.down)) }
}
