import Foundation
public import StorylineModels

/// Turns an invite, or somebody's word from another device, into a device's tokens.
public struct Enroller: Sendable {
  private let transport: any HTTPTransport
  private let clock: any SyncClock
  private let random: @Sendable () -> UInt64
  private let limits: SyncLimits

  /// - Parameter transport: a `ProvingTransport` for a device with a key; its tokens are then of use to it alone.
  public init(
    transport: any HTTPTransport, clock: any SyncClock = SystemSyncClock(),
    random: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) }, limits: SyncLimits = SyncLimits()
  ) {
    self.transport = transport
    self.clock = clock
    self.random = random
    self.limits = limits
  }

  /// Redeems an invite, which works once; the same `requestID` gives the same device again, so a lost reply costs
  /// nothing.
  ///
  /// - Parameter requestID: a UUID's text, kept by the caller until the tokens are.
  /// - Throws: `OAuthError` if the invite is refused, else `SyncError`.
  public func redeem(invite: String, deviceName: String?, requestID: String) async throws -> TokenReply {
    var form = [("grant_type", InviteGrant.type), ("invite", invite), ("request_id", requestID)]
    if let deviceName { form.append(("device_name", deviceName)) }
    return try await ask(.token, form)
  }

  /// Asks to be let in from another device (RFC 8628): what to show there and here.
  ///
  /// - Throws: `OAuthError`, else `SyncError`.
  public func requestDevice(name: String?) async throws -> DeviceAuthorization {
    try await ask(.deviceAuthorization, name.map { [("device_name", $0)] } ?? [])
  }

  /// Waits until somebody has let the device in.
  ///
  /// - Throws: `OAuthError` with `access_denied` or `expired_token` if nobody does, else `SyncError` for what no
  ///   waiting helps against.
  public func awaitApproval(of authorization: DeviceAuthorization) async throws -> TokenReply {
    var interval = max(1, authorization.interval)
    while true {
      try await clock.sleep(for: .seconds(interval))
      do {
        return try await ask(
          .token, [("grant_type", DeviceCodeGrant.type), ("device_code", authorization.deviceCode)])
      } catch let error as OAuthError where error.error == .authorizationPending {
        continue
      } catch let error as OAuthError where error.error == .slowDown {
        interval += 5
      } catch SyncError.offline {
        // The code's time ends on the server, and with it this.
        interval = min(interval + 5, 60)
      } catch SyncError.wait(let seconds) {
        interval = min(max(interval, seconds), 60)
      }
    }
  }

  private func ask<Reply: Decodable>(_ route: Route, _ form: [(String, String)]) async throws -> Reply {
    var courier = Courier(
      transport: transport, clock: clock, random: random, limits: limits,
      headers: [.init("accept", "application/json")])
    let answer = try await courier.send(
      route, headers: [.init("content-type", "application/x-www-form-urlencoded")],
      body: TransportRequest.form(route, form).body
    ) { try StorylineJSON.decode(Reply.self, from: $0.json()) }
    switch answer {
    case .success(let reply, _, _): return reply
    case .refused(let problem, let body):
      throw (try? StorylineJSON.decode(OAuthError.self, from: body)) ?? SyncError.problem(problem)
    }
  }
}
