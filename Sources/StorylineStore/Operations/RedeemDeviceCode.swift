import Foundation
import GRDB
import StorylineModels

/// Answers a waiting device: its tokens, once somebody has let it in.
struct RedeemDeviceCode {
  /// Of the time between two questions, for what a network takes off it.
  private static let slack: Int64 = 500
  private static let slowDown = 5

  let deviceCode: String
  let key: Data?
  let secrets: Secrets
  let lives: TokenLives
  let now: Timestamp

  enum Outcome: Sendable {
    case wait(DeviceWait)
    case finished(RefreshAccess.Outcome)
  }

  func run(in db: Database) throws -> Outcome {
    let tokens = secrets.firstTokens(deviceCode: deviceCode)
    let again = RefreshAccess(token: tokens.refresh, key: key, secrets: secrets, lives: lives, now: now)
    if let outcome = try again.repeatFirst(tokens, in: db) { return .finished(outcome) }
    guard let row = try DeviceCodeRow.fetch(code: secrets.digest(deviceCode), in: db), row.key == key else {
      return .finished(.refused)
    }
    switch row.decision {
    case .denied?: return .wait(.denied)
    case .approved?:
      // An account may have been erased meanwhile, and its codes with it; this one has its reader.
      guard let reader = row.reader, now < row.expiresAt else { return .wait(.expired) }
      try row.delete(in: db)
      let device = EnrolDevice(
        reader: reader, name: row.name, key: key, scope: row.scope, tokens: tokens, secrets: secrets, lives: lives,
        now: now)
      return .finished(.granted(try device.run(in: db)))
    case nil:
      guard now < row.expiresAt else { return .wait(.expired) }
      return .wait(try notePoll(row, in: db))
    }
  }

  private func notePoll(_ row: DeviceCodeRow, in db: Database) throws -> DeviceWait {
    var row = row
    let isEarly = now.milliseconds - row.polledAt.milliseconds < Int64(row.interval) * 1000 - Self.slack
    if isEarly { row.interval = min(row.interval + Self.slowDown, 60) }
    row.polledAt = now
    try row.update(in: db)
    return isEarly ? .slowDown : .pending
  }
}
