import Foundation
public import StorylineModels

/// Turns an invite into a device's token.
public struct Enroller: Sendable {
  private let transport: any HTTPTransport
  private let clock: any SyncClock
  private let random: @Sendable () -> UInt64
  private let limits: SyncLimits

  public init(
    transport: any HTTPTransport, clock: any SyncClock = SystemSyncClock(),
    random: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) }, limits: SyncLimits = SyncLimits()
  ) {
    self.transport = transport
    self.clock = clock
    self.random = random
    self.limits = limits
  }

  /// Redeems an invite, which works once; the same `requestID` gives the same token again, so a lost reply costs nothing.
  ///
  /// - Parameter requestID: a UUID's text, kept by the caller until the token is.
  /// - Throws: `OAuthError` if the invite is refused, else `SyncError`.
  public func redeem(invite: String, deviceName: String?, requestID: String) async throws -> TokenReply {
    var courier = Courier(
      transport: transport, clock: clock, random: random, limits: limits,
      headers: [.init("accept", "application/json")])
    var form = [("grant_type", InviteGrant.type), ("invite", invite), ("request_id", requestID)]
    if let deviceName { form.append(("device_name", deviceName)) }
    let body = form.map { FormText.encoded($0.0) + "=" + FormText.encoded($0.1) }.joined(separator: "&")
    let answer = try await courier.send(
      .token, headers: [.init("content-type", "application/x-www-form-urlencoded")], body: Data(body.utf8)
    ) { try StorylineJSON.decode(TokenReply.self, from: $0.json()) }
    switch answer {
    case .success(let reply, _, _): return reply
    case .refused(let problem, let body):
      throw (try? StorylineJSON.decode(OAuthError.self, from: body)) ?? SyncError.problem(problem)
    }
  }
}
