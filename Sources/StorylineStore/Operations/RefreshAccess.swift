import Foundation
import GRDB
import StorylineModels

/// Exchanges a refresh token for an access token, by `RefreshRules`.
struct RefreshAccess {
  let token: Secrets.RefreshToken
  let key: Data?
  /// What the new access token shall allow; nil for all that the device may.
  var scope: Set<Scope>?
  let secrets: Secrets
  let lives: TokenLives
  let now: Timestamp

  /// What became of it. A refusal changes the database too, when it signs a device out, so it is no error in here.
  enum Outcome: Sendable {
    case granted(Enrolment)
    case refused
    /// More was asked for than the device may; nothing changed.
    case scopeTooWide
    /// A token came back that was spent: the device is signed out.
    case revoked(ReaderID, DeviceID)
  }

  /// - Throws: `StoreError.accountDeleted` if its account was erased within the last 90 days.
  func run(in db: Database) throws -> Outcome {
    guard var row = try RefreshRow.fetch(family: secrets.family(of: token), in: db) else {
      try AuthenticateToken(digest: secrets.family(of: token), now: now).checkErased(in: db)
      return .refused
    }
    let decision = RefreshRules.decide(row.state, .init(digest: secrets.digest(token), key: key), now: now)
    let next: Secrets.RefreshToken
    switch decision {
    case .refuse: return .refused
    case .revoke:
      try EndDevice(reader: row.reader, device: row.device).signOut(because: .tokenReuse, now: now, in: db)
      return .revoked(row.reader, row.device)
    case .keep, .confirm: next = token
    case .repeatSuccessor(let sealed): next = try secrets.unseal(sealed, with: token)
    case .rotate: next = token.next()
    }
    let granted = scope ?? row.scope
    guard granted.isSubset(of: row.scope), !granted.isEmpty else { return .scopeTooWide }
    let successor = RefreshState.Successor(
      digest: secrets.digest(next), sealed: try secrets.seal(next, under: token))
    row.state = RefreshRules.carriedOut(
      decision, on: row.state, next: successor, idle: lives.life(of: row.scope).idle, now: now)
    try row.update(in: db)
    return .granted(try issue(next, row, scope: granted, in: db))
  }

  /// For the first tokens of a device, when what made them is asked again because the answer was lost: the same once
  /// more, as long as the refresh token was not used. Later this is the return of a token like any other. nil if there
  /// is no such device.
  func repeatFirst(_ tokens: Secrets.FirstTokens, in db: Database) throws -> Outcome? {
    guard let row = try RefreshRow.fetch(family: secrets.family(of: token), in: db) else { return nil }
    let isUnused = row.state.current == secrets.digest(token) && row.state.successor == nil
    guard isUnused, row.state.key == key else { return try run(in: db) }
    guard now < row.state.idleUntil, now < row.state.endsAt else { return .refused }
    guard let end = try TokenRow.end(of: secrets.digest(tokens.access), in: db), now < end else {
      return .granted(try issue(token, row, scope: row.scope, in: db))
    }
    return .granted(
      Enrolment(
        accessToken: tokens.access, refreshToken: token.text, reader: row.reader, device: row.device,
        scope: row.scope, expiresAt: end, refreshExpiresAt: min(row.state.idleUntil, row.state.endsAt)))
  }

  /// A new access token beside a refresh token that is in the database.
  private func issue(
    _ refresh: Secrets.RefreshToken, _ row: RefreshRow, scope: Set<Scope>, in db: Database
  ) throws -> Enrolment {
    let access = Secrets.newAccessToken()
    // No access token outlives the right to have one.
    let end = min(now.advanced(byMilliseconds: lives.life(of: row.scope).access), row.state.endsAt)
    try TokenRow.insert(
      digest: secrets.digest(access), device: row.device, scope: scope, expiresAt: end,
      refresh: secrets.digest(refresh), now: now, in: db)
    return Enrolment(
      accessToken: access, refreshToken: refresh.text, reader: row.reader, device: row.device, scope: scope,
      expiresAt: end, refreshExpiresAt: min(row.state.idleUntil, row.state.endsAt))
  }

  /// Notes that a device has used an access token that came with a new refresh token, and so has that too.
  static func confirm(family: Data, by digest: Data, now: Timestamp, in db: Database) throws {
    guard var row = try RefreshRow.fetch(family: family, in: db) else { return }
    row.state = RefreshRules.confirmed(row.state, by: digest, now: now)
    try row.update(in: db)
  }
}
