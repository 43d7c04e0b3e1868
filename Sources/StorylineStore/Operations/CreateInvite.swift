import GRDB
import StorylineModels

/// Stores the digest of a new invite.
struct CreateInvite {
  static let maximumSeconds = 14 * 86_400
  static let maximumDevices = 10
  private static let sql = """
    INSERT INTO invite (digest, scope, expires_at, devices_left, reader)
    VALUES (:digest, :scope, :expires, :devices, :reader)
    """

  let invite: Invite
  let reader: ReaderID?
  let secrets: Secrets

  /// - Throws: `StoreError.malformed` for an invite without scope, for too many devices, or for more than 14 days.
  init(
    scope: Set<Scope>, devices: Int, reader: ReaderID?, seconds: Int, now: Timestamp, secrets: Secrets
  ) throws(StoreError) {
    guard !scope.isEmpty else { throw .malformed("an invite needs a scope") }
    guard (1...Self.maximumDevices).contains(devices) else {
      throw .malformed("an invite enrols 1 to \(Self.maximumDevices) devices")
    }
    guard seconds <= Self.maximumSeconds else { throw .malformed("an invite is valid for at most 14 days") }
    invite = Invite(
      text: Secrets.newInvite(), scope: scope, devices: devices,
      expiresAt: now.advanced(byMilliseconds: Int64(seconds) * 1000))
    self.reader = reader
    self.secrets = secrets
  }

  /// - Throws: `StoreError.unknownReader`.
  func run(in db: Database) throws -> Invite {
    if let reader, try !CreateReader.exists(reader, in: db) { throw StoreError.unknownReader }
    try db.execute(
      sql: Self.sql,
      arguments: [
        "digest": secrets.digest(invite.text), "scope": invite.scope.text, "expires": invite.expiresAt.milliseconds,
        "devices": invite.devices, "reader": reader?.bytes,
      ])
    return invite
  }
}
