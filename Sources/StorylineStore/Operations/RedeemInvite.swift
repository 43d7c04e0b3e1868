import Foundation
import GRDB
import StorylineModels

/// Makes a device and its token out of an invite, and at its first use the account too.
///
/// A request may repeat itself: its token is derived and not drawn, so it comes out the same and uses nothing up.
struct RedeemInvite {
  static let tokenLife: Int64 = 365 * 86_400_000
  static let maximumNameLength = 40
  static let inviteSQL = "SELECT scope, expires_at, devices_left, reader FROM invite WHERE digest = :digest"

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
    let token = secrets.token(invite: invite, requestID: requestID)
    if let earlier = try earlier(token, in: db) { return earlier }
    let row = try Row.fetchOne(db, sql: Self.inviteSQL, arguments: ["digest": secrets.digest(invite)])
    guard let row, row["expires_at"] > now.milliseconds else { throw StoreError.invalidGrant }
    let reader = try reader(row["reader"], in: db)
    try use(of: reader, leaving: row["devices_left"] - 1, in: db)
    return try enrol(token, reader: reader, scope: Set(text: row["scope"]), in: db)
  }

  /// What this request got the first time: its token is derived from the request, so it is known by it.
  private func earlier(_ token: String, in db: Database) throws -> Enrolment? {
    guard let found = try AuthenticateToken(digest: secrets.digest(token), now: now).run(in: db) else { return nil }
    return Enrolment(
      accessToken: token, reader: found.principal.reader, device: found.principal.device,
      scope: found.principal.scope, expiresAt: found.principal.expiresAt)
  }

  /// The reader that the invite belongs to; a new one at the first use of an invite for nobody yet.
  private func reader(_ bytes: Data?, in db: Database) throws -> ReaderID {
    if let bytes { return ReaderID(bytes: bytes) }
    let reader = ReaderID.random()
    try CreateReader(reader: reader, now: now).run(in: db)
    return reader
  }

  /// An invite that is used up leaves no trace.
  private func use(of reader: ReaderID, leaving left: Int, in db: Database) throws {
    let digest = secrets.digest(invite)
    if left == 0 {
      try db.execute(sql: "DELETE FROM invite WHERE digest = :digest", arguments: ["digest": digest])
    } else {
      try db.execute(
        sql: "UPDATE invite SET devices_left = :left, reader = :reader WHERE digest = :digest",
        arguments: ["left": left, "reader": reader.bytes, "digest": digest])
    }
  }

  private func enrol(
    _ token: String, reader: ReaderID, scope: Set<Scope>, in db: Database
  ) throws -> Enrolment {
    let enrolment = Enrolment(
      accessToken: token, reader: reader, device: .random(), scope: scope,
      expiresAt: now.advanced(byMilliseconds: Self.tokenLife))
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
    return enrolment
  }
}

extension Timestamp {
  /// Whole days since 1970: as finely as we note when a device was here.
  var day: Int64 { Int64((Double(milliseconds) / 86_400_000).rounded(.down)) }
}
