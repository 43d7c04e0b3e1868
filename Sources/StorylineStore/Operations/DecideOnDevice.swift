import Foundation
import GRDB
import StorylineModels

/// Lets a waiting device in, or turns it away.
struct DecideOnDevice {
  let userCode: String
  let verdict: DeviceVerdict
  let newReader: CreateReader
  let secrets: Secrets
  let now: Timestamp

  enum Outcome: Sendable {
    case done
    case wrongMatch
    case unknown
  }

  /// - Throws: `StoreError.unknownReader`.
  func run(in db: Database) throws -> Outcome {
    guard var row = try Self.waiting(secrets.digest(userCode), now: now, in: db) else { return .unknown }
    switch verdict {
    case .deny: row.decision = .denied
    case .approve(let match, let account):
      guard match == row.match else { return try wrongMatch(row, in: db) }
      row.decision = .approved
      row.reader = try reader(account, in: db)
    }
    try row.update(in: db)
    return .done
  }

  /// A device that nobody has decided about, and whose time is not over.
  static func waiting(_ digest: Data, now: Timestamp, in db: Database) throws -> DeviceCodeRow? {
    guard let row = try DeviceCodeRow.fetch(userCode: digest, in: db), row.decision == nil, now < row.expiresAt else {
      return nil
    }
    return row
  }

  /// Two of three answers are wrong: whoever guesses gets few tries.
  private func wrongMatch(_ row: DeviceCodeRow, in db: Database) throws -> Outcome {
    var row = row
    row.triesLeft = max(0, row.triesLeft - 1)
    if row.triesLeft == 0 { row.decision = .denied }
    try row.update(in: db)
    return .wrongMatch
  }

  private func reader(_ account: DeviceAccount, in db: Database) throws -> ReaderID {
    switch account {
    case .of(let reader):
      guard try CreateReader.exists(reader, in: db) else { throw StoreError.unknownReader }
      return reader
    case .new:
      try newReader.run(in: db)
      return newReader.reader
    }
  }
}
