import Foundation
import GRDB
import StorylineModels

/// Access tokens, by their digests.
enum TokenRow {
  static let forgetSQL = "DELETE FROM token WHERE device = :device AND expires_at <= :now"
  private static let insertSQL = """
    INSERT INTO token (digest, device, scope, expires_at, refresh_digest)
    VALUES (:digest, :device, :scope, :expires, :refresh)
    """

  static let endSQL = "SELECT expires_at FROM token WHERE digest = :digest"

  /// When it ends; nil if there is none.
  static func end(of digest: Data, in db: Database) throws -> Timestamp? {
    try Int64.fetchOne(db.cachedStatement(sql: endSQL), arguments: ["digest": digest])
      .map(Timestamp.init(milliseconds:))
  }

  /// Stores one, and forgets those of the same device whose time is over.
  ///
  /// - Parameter refresh: the digest of the refresh token that came with it; the first use of one tells that both
  ///   arrived.
  static func insert(
    digest: Data, device: DeviceID, scope: Set<Scope>, expiresAt: Timestamp, refresh: Data, now: Timestamp,
    in db: Database
  ) throws {
    try db.cachedStatement(sql: forgetSQL).execute(arguments: ["device": device.bytes, "now": now.milliseconds])
    try db.cachedStatement(sql: insertSQL).execute(arguments: [
      "digest": digest, "device": device.bytes, "scope": scope.text, "expires": expiresAt.milliseconds,
      "refresh": refresh,
    ])
  }
}
