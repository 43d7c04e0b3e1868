import Foundation
public import StorylineModels

/// What a device may do about itself and its reader's other devices.
public struct ReaderDevices: Sendable {
  private let transport: any HTTPTransport
  private let clock: any SyncClock
  private let random: @Sendable () -> UInt64
  private let limits: SyncLimits

  /// - Parameter transport: one that signs, such as `SignedTransport`.
  public init(
    transport: any HTTPTransport, clock: any SyncClock = SystemSyncClock(),
    random: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) }, limits: SyncLimits = SyncLimits()
  ) {
    self.transport = transport
    self.clock = clock
    self.random = random
    self.limits = limits
  }

  // All calls throw `SyncError`; a refusal is `SyncError.problem`, and one in OAuth's words `OAuthError`.

  public func list() async throws -> [DeviceSummary] {
    try await send(.deviceList) { try StorylineJSON.decode(DeviceList.self, from: $0.json()).devices }
  }

  /// - Parameter name: at most 40 characters.
  public func rename(_ id: String, to name: String) async throws {
    let body = try StorylineJSON.encode(DeviceRename(name: name))
    try await send(.deviceRename, id: id, type: "application/json", body: body) { _ in }
  }

  /// Signs a device out; it may be this one.
  public func revoke(_ id: String) async throws { try await send(.deviceRevoke, id: id) { _ in } }

  /// Signs all others out; how many they were.
  public func revokeOthers() async throws -> Int {
    try await send(.devicesRevokeOthers) { try StorylineJSON.decode(RevokedDevices.self, from: $0.json()).revoked }
  }

  /// The device that waits behind a code.
  public func lookUp(userCode: String) async throws -> DeviceLookup {
    try await send(.deviceLookup, form: [("user_code", userCode)]) {
      try StorylineJSON.decode(DeviceLookup.self, from: $0.json())
    }
  }

  /// Lets a waiting device in.
  ///
  /// - Parameters:
  ///   - match: the number that it shows.
  ///   - account: for operators: whose device it becomes, or `new`; nil for one of this reader's.
  public func approve(userCode: String, match: Int, account: String? = nil) async throws {
    var form = [("user_code", userCode), ("decision", "approve"), ("match", String(match))]
    if let account { form.append(("account", account)) }
    try await send(.deviceDecision, form: form) { _ in }
  }

  /// Turns a waiting device away.
  public func deny(userCode: String) async throws {
    try await send(.deviceDecision, form: [("user_code", userCode), ("decision", "deny")]) { _ in }
  }

  /// Gives the device's tokens back: nobody can use them afterwards.
  public func signOut(_ credentials: Credentials) async throws {
    let token = credentials.refreshToken ?? credentials.accessToken
    try await send(.tokenRevoke, form: [("token", token)]) { _ in }
  }

  private func send<Value>(
    _ route: Route, form: [(String, String)], read: (TransportResponse) throws -> Value
  ) async throws -> Value {
    try await send(
      route, type: "application/x-www-form-urlencoded", body: TransportRequest.form(route, form).body, read: read)
  }

  private func send<Value>(
    _ route: Route, id: String? = nil, type: String? = nil, body: Data? = nil,
    read: (TransportResponse) throws -> Value
  ) async throws -> Value {
    var courier = Courier(
      transport: transport, clock: clock, random: random, limits: limits,
      headers: [.init("accept", "application/json, application/problem+json")])
    let headers = type.map { [TransportRequest.Header("content-type", $0)] } ?? []
    switch try await courier.send(route, id: id, headers: headers, body: body, read: read) {
    case .success(let value, _, _): return value
    case .refused(let problem, let body):
      throw (try? StorylineJSON.decode(OAuthError.self, from: body)) ?? SyncError.problem(problem)
    }
  }
}
