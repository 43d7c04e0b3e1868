import Foundation
import GRDB
import StorylineModels

/// Makes a device and its tokens out of an invite, and at its first use the account too.
///
/// A request may repeat itself: its tokens are derived and not drawn, so it finds its device again and uses nothing up.
struct RedeemInvite {
  static let inviteSQL = "SELECT scope, expires_at, devices_left, reader FROM invite WHERE digest = :digest"

  private let invite: String
  private let requestID: UUID
  private let deviceName: String?
  private let key: Data?
  private let newReader: CreateReader
  private let secrets: Secrets
  private let lives: TokenLives
  private let now: Timestamp

  /// - Throws: `StoreError.malformed` for a request id that is no UUID or a name that is too long,
  ///   `StoreError.invalidGrant` for a text that cannot be an invite.
  init(
    _ redemption: InviteRedemption, newReader: CreateReader, secrets: Secrets, lives: TokenLives, now: Timestamp
  ) throws(StoreError) {
    guard let requestID = UUID(uuidString: redemption.requestID) else {
      throw .malformed("request_id is not a UUID")
    }
    try EnrolDevice.check(name: redemption.deviceName)
    guard let invite = Secrets.normalizedInvite(redemption.invite) else { throw .invalidGrant }
    self.invite = invite
    self.requestID = requestID
    deviceName = redemption.deviceName
    key = redemption.key
    self.newReader = newReader
    self.secrets = secrets
    self.lives = lives
    self.now = now
  }

  func run(in db: Database) throws -> RefreshAccess.Outcome {
    let tokens = secrets.firstTokens(invite: invite, requestID: requestID)
    let again = RefreshAccess(token: tokens.refresh, key: key, secrets: secrets, lives: lives, now: now)
    if let outcome = try again.repeatFirst(tokens, in: db) { return outcome }
    let row = try Row.fetchOne(db, sql: Self.inviteSQL, arguments: ["digest": secrets.digest(invite)])
    guard let row, row["expires_at"] > now.milliseconds else { return .refused }
    let scope: Set<Scope> = Set(text: row["scope"])
    // Before anything is used up: who comes back with a key gets in.
    guard key != nil || !scope.needsProof else { throw StoreError.keyNeeded }
    let reader = try reader(row["reader"], in: db)
    try use(of: reader, leaving: row["devices_left"] - 1, in: db)
    return .granted(
      try EnrolDevice(
        reader: reader, name: deviceName, key: key, scope: scope, tokens: tokens, secrets: secrets, lives: lives,
        now: now
      ).run(in: db))
  }

  /// The reader that the invite belongs to; a new one at the first use of an invite for nobody yet.
  private func reader(_ bytes: Data?, in db: Database) throws -> ReaderID {
    if let bytes { return ReaderID(bytes: bytes) }
    try newReader.run(in: db)
    return newReader.reader
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
}

extension Timestamp {
  /// Whole days since 1970: as finely as we note when a device was here.
  var day: Int64 { Int64((Double(milliseconds) / 86_400_000).rounded(.down)) }
}
