public import Foundation
public import StorylineModels

extension StoryStore {
  /// Exchanges a refresh token for an access token, and a device without a key gets a new refresh token too.
  ///
  /// - Parameters:
  ///   - key: the thumbprint of the key that the caller proved to have.
  ///   - scope: what the access token shall allow; nil for all that the device may.
  /// - Throws: `StoreError.invalidGrant` whatever is wrong with the token, `.invalidScope`, `.accountDeleted`.
  public func refresh(token: String, key: Data? = nil, scope: Set<Scope>? = nil) async throws -> Enrolment {
    guard let token = Secrets.RefreshToken(token) else { throw StoreError.invalidGrant }
    let refresh = RefreshAccess(
      token: token, key: key, scope: scope, secrets: secrets, lives: options.lives, now: options.now())
    return try granted(try await write { db in try refresh.run(in: db) })
  }

  func granted(_ outcome: RefreshAccess.Outcome) throws -> Enrolment {
    switch outcome {
    case .granted(let enrolment): return enrolment
    case .refused: throw StoreError.invalidGrant
    case .scopeTooWide: throw StoreError.invalidScope
    case .revoked(let reader, let device):
      endAccess(of: reader, device: device)
      options.report(.refreshTokenReused)
      throw StoreError.invalidGrant
    }
  }

  /// Signs out the device that an access or refresh token belongs to (RFC 7009); what is no token is no error.
  public func revoke(token: String) async throws {
    let owner: (ReaderID, DeviceID)?
    if let refresh = Secrets.RefreshToken(token) {
      let family = secrets.family(of: refresh)
      owner = try await read { db in try RefreshRow.fetch(family: family, in: db).map { ($0.reader, $0.device) } }
    } else {
      owner = try await authenticate(token: token).map { ($0.reader, $0.device) }
    }
    guard let (reader, device) = owner else { return }
    _ = try await revokeDevice(device, of: reader)
  }

  /// Whether the device has access still.
  ///
  /// For what goes on after its token was checked: who listens to `changes` first and asks then, misses no revocation.
  public func hasAccess(_ principal: Principal) async throws -> Bool {
    let device = principal.device
    return try await read { db in try AuthenticateToken.hasToken(device, in: db) }
  }

  // MARK: Devices

  /// The devices of a reader. - Parameter device: The one that asks; nil for an operator.
  public func devices(of reader: ReaderID, asking device: DeviceID? = nil) async throws -> [DeviceSummary] {
    try await read { db in try ReadDevices.all(of: reader, asking: device, in: db) }
  }

  /// - Throws: `StoreError.unknownDevice` if it is none of this reader's; `.malformed` for a name that is too long.
  public func renameDevice(_ device: DeviceID, of reader: ReaderID, to name: String) async throws {
    try EnrolDevice.check(name: name)
    guard try await write({ db in try ReadDevices.rename(device, of: reader, to: name, in: db) }) else {
      throw StoreError.unknownDevice
    }
  }

  /// Signs a device out. When this returns, none of its tokens is taken any more and its live connections are told.
  ///
  /// - Returns: whether it was one of this reader's.
  public func revokeDevice(_ device: DeviceID, of reader: ReaderID) async throws -> Bool {
    // After a failure too: it is not always known whether the commit came before it.
    defer { endAccess(of: reader, device: device) }
    return try await write { db in try EndDevice(reader: reader, device: device).remove(in: db) }
  }

  /// The same for all devices of the reader but this one; how many they were.
  public func revokeOtherDevices(than device: DeviceID, of reader: ReaderID) async throws -> Int {
    defer { endAccess(of: reader, but: device) }
    return try await write { db in try EndDevice(reader: reader, device: device).removeOthers(in: db) }
  }
}

extension StoryStore {
  // MARK: Devices of anybody, for operators

  /// One page of all devices, in the order of their ids.
  public func anyDevices(after device: DeviceID? = nil, limit: Int) async throws -> [AdministeredDevice] {
    try await read { db in try ReadDevices.any(after: device, limit: limit, in: db) }
  }

  /// Signs a device out, whosever it is, as `revokeDevice(_:of:)` does.
  ///
  /// - Returns: whether there was one.
  public func revokeDevice(_ device: DeviceID) async throws -> Bool {
    guard let owner = try await read({ db in try ReadDevices.owner(of: device, in: db) }) else { return false }
    return try await revokeDevice(device, of: owner)
  }
}

extension StoryStore {
  // MARK: Devices that wait

  /// Makes the codes for a device that wants to be let in from another one.
  ///
  /// - Throws: `StoreError.malformed`, `.invalidScope`.
  public func requestDevice(_ request: DeviceRequest) async throws -> DeviceCode {
    let ask = try AskForDevice(request, secrets: secrets, now: options.now())
    return try await write { db in try ask.run(in: db) }
  }

  /// The device behind a code that a person typed; nil if there is none that waits.
  public func waitingDevice(userCode: String) async throws -> WaitingDevice? {
    guard let code = UserCode.normalized(userCode) else { return nil }
    let (digest, now) = (secrets.digest(code), options.now())
    return try await read { db in
      try DecideOnDevice.waiting(digest, now: now, in: db).map {
        WaitingDevice(name: $0.name, scope: $0.scope, since: $0.createdAt, choices: $0.choices)
      }
    }
  }

  /// Lets a device in or turns it away. - Returns: false if the number is not the one that the device shows.
  /// - Throws: `StoreError.unknownDevice` if none waits with this code; `.unknownReader`.
  public func decide(on userCode: String, _ verdict: DeviceVerdict) async throws -> Bool {
    guard let code = UserCode.normalized(userCode) else { throw StoreError.unknownDevice }
    let decide = DecideOnDevice(
      userCode: code, verdict: verdict, newReader: options.newReader(), secrets: secrets, now: options.now())
    switch try await write({ db in try decide.run(in: db) }) {
    case .done: return true
    case .wrongMatch: return false
    case .unknown: throw StoreError.unknownDevice
    }
  }

  /// What a waiting device gets; the same tokens again if the answer was lost.
  ///
  /// - Throws: `StoreError.invalidGrant` for a code that is none, or another key than the one it was asked for with.
  public func redeem(deviceCode: String, key: Data? = nil) async throws -> Result<Enrolment, DeviceWaitError> {
    guard Secrets.isDeviceCodeShaped(deviceCode) else { throw StoreError.invalidGrant }
    let redeem = RedeemDeviceCode(
      deviceCode: deviceCode, key: key, secrets: secrets, lives: options.lives, now: options.now())
    switch try await write({ db in try redeem.run(in: db) }) {
    case .wait(let wait): return .failure(DeviceWaitError(wait: wait))
    case .finished(let outcome): return .success(try granted(outcome))
    }
  }
}

/// Why a waiting device got no tokens.
public struct DeviceWaitError: Error, Hashable, Sendable {
  public var wait: DeviceWait
}
