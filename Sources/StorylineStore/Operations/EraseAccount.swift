import Foundation
import GRDB
import StorylineModels

/// Deletes all that is stored of a reader. Its tokens are remembered by their digests for a while, to be told so.
struct EraseAccount {
  /// For how long a device that comes back is told that the account was erased.
  static let answeredFor: Int64 = 90 * 86_400_000
  static let forgetTokensSQL = "DELETE FROM erased_token WHERE erased_at <= :time"
  static let forgetAccountsSQL = "DELETE FROM erased_account WHERE erased_at <= :time"
  private static let tokenSQL = """
    INSERT INTO erased_token (digest, erased_at)
    SELECT t.digest, :at FROM token t JOIN device d ON d.id = t.device WHERE d.reader = :reader
    ON CONFLICT (digest) DO NOTHING
    """
  private static let familySQL = """
    INSERT INTO erased_token (digest, erased_at)
    SELECT r.family, :at FROM refresh_token r JOIN device d ON d.id = r.device WHERE d.reader = :reader
    ON CONFLICT (digest) DO NOTHING
    """
  private static let accountSQL = """
    INSERT INTO erased_account (digest, erased_at) VALUES (:digest, :at) ON CONFLICT (digest) DO NOTHING
    """
  private static let deviceRows = [
    "DELETE FROM token WHERE device IN (SELECT id FROM device WHERE reader = :reader)",
    "DELETE FROM refresh_token WHERE device IN (SELECT id FROM device WHERE reader = :reader)",
    "DELETE FROM device_code WHERE reader = :reader",
    "DELETE FROM library_export WHERE reader = :reader", "DELETE FROM device WHERE reader = :reader",
    "DELETE FROM invite WHERE reader = :reader",
  ]
  private static let streamRows = [
    "DELETE FROM library_record WHERE stream = :stream", "DELETE FROM commit_log WHERE stream = :stream",
    "DELETE FROM epoch_change WHERE stream = :stream", "DELETE FROM stream WHERE id = :stream",
  ]

  let reader: ReaderID
  /// Keyed digest of its id.
  let account: Data
  let erasedAt: Timestamp

  func run(in db: Database) throws { try ErasedBytes.overwriting(in: db) { try erase(in: db) } }

  private func erase(in db: Database) throws {
    let stream = try ReadStream.library(of: reader, in: db)
    let arguments: StatementArguments = ["reader": reader.bytes]
    for sql in [Self.tokenSQL, Self.familySQL] {
      try db.execute(sql: sql, arguments: ["reader": reader.bytes, "at": erasedAt.milliseconds])
    }
    try db.execute(sql: Self.accountSQL, arguments: ["digest": account, "at": erasedAt.milliseconds])
    for sql in Self.deviceRows { try db.execute(sql: sql, arguments: arguments) }
    for sql in Self.streamRows { try db.execute(sql: sql, arguments: ["stream": stream.id]) }
    try db.execute(sql: "DELETE FROM reader WHERE id = :reader", arguments: arguments)
  }

  /// Forgets whom nobody needs to be told about any more.
  static func forget(now: Timestamp, in db: Database) throws {
    for sql in [forgetTokensSQL, forgetAccountsSQL] {
      try db.execute(sql: sql, arguments: ["time": now.milliseconds - answeredFor])
    }
  }
}
