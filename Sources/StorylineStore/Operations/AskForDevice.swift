import Foundation
import GRDB
import StorylineModels

/// Makes the codes by which a new device is let in from another one.
struct AskForDevice {
  static let seconds = 600
  static let interval = 5
  private static let tries = 5
  /// An expired code is told apart from an unknown one for so long.
  static let remembered: Int64 = 3_600_000

  let request: DeviceRequest
  let secrets: Secrets
  let now: Timestamp

  /// - Throws: `StoreError.malformed`; `.invalidScope` for more than a reader's device may: who edits or operates is
  ///   let in by an invite alone (RFC 8628, section 5.4).
  init(_ request: DeviceRequest, secrets: Secrets, now: Timestamp) throws(StoreError) {
    try EnrolDevice.check(name: request.deviceName)
    guard !request.scope.isEmpty, request.scope.isSubset(of: Scope.reader) else { throw .invalidScope }
    self.request = request
    self.secrets = secrets
    self.now = now
  }

  func run(in db: Database) throws -> DeviceCode {
    try DeviceCodeRow.forget(before: now.advanced(byMilliseconds: -Self.remembered), in: db)
    let deviceCode = Secrets.newDeviceCode()
    let numbers = Array((10...99).shuffled().prefix(3))
    // There are twenty to the eighth power of them; the second try is for the devil.
    for _ in 0..<3 {
      let userCode = UserCode.random()
      let row = DeviceCodeRow(
        digest: secrets.digest(deviceCode), userDigest: secrets.digest(userCode), name: request.deviceName,
        scope: request.scope, key: request.key, match: numbers[0], choices: numbers.shuffled(), createdAt: now,
        expiresAt: now.advanced(byMilliseconds: Int64(Self.seconds) * 1000), polledAt: now, interval: Self.interval,
        triesLeft: Self.tries)
      guard try row.insert(in: db) else { continue }
      return DeviceCode(
        deviceCode: deviceCode, userCode: userCode, match: row.match, expiresAt: row.expiresAt, interval: row.interval)
    }
    throw StoreError.busy
  }
}
