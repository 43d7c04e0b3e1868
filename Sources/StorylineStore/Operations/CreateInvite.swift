import GRDB
import StorylineModels

/// Stores the digest of a new invite.
struct CreateInvite {
  static let maximumSeconds = 14 * 86_400
  private static let sql = "INSERT INTO invite (digest, scope, expires_at) VALUES (:digest, :scope, :expires)"

  let invite: Invite
  let secrets: Secrets

  /// - Throws: `StoreError.malformed` for an invite without scope or with a life of more than 14 days.
  init(scope: Set<Scope>, seconds: Int, now: Timestamp, secrets: Secrets) throws(StoreError) {
    guard !scope.isEmpty else { throw .malformed("an invite needs a scope") }
    guard seconds <= Self.maximumSeconds else { throw .malformed("an invite is valid for at most 14 days") }
    invite = Invite(
      text: Secrets.newInvite(), scope: scope, expiresAt: now.advanced(byMilliseconds: Int64(seconds) * 1000))
    self.secrets = secrets
  }

  func run(in db: Database) throws -> Invite {
    try db.execute(
      sql: Self.sql,
      arguments: [
        "digest": secrets.digest(invite.text), "scope": invite.scope.text, "expires": invite.expiresAt.milliseconds,
      ])
    return invite
  }
}
