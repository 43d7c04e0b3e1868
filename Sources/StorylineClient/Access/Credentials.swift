public import StorylineModels

/// What a device needs to reach its reader's library: where, whom to trust, its key and its tokens.
public struct Credentials: Codable, Hashable, Sendable {
  /// Scheme, host and port, such as `https://localhost:8443`.
  public var server: String
  public var trust: ServerTrust
  /// A secret, like the next one: never logged, never printed.
  public var accessToken: String
  /// What a new access token is had for; nil where the server gave none.
  public var refreshToken: String?
  /// By the device's clock. Only a hint: the server decides.
  public var accessExpiresAt: Timestamp?
  /// What the refresh token is bound to; nil for a device that was enrolled without a key.
  public var key: DeviceKey?
  /// `DPoP` if each request has to prove the key; else nil or `Bearer`.
  public var tokenType: String?
  public var accountID: String
  public var deviceID: String
  public var scope: String

  public init(
    server: String, trust: ServerTrust, accessToken: String, accountID: String, deviceID: String, scope: String
  ) {
    self.server = server
    self.trust = trust
    self.accessToken = accessToken
    self.accountID = accountID
    self.deviceID = deviceID
    self.scope = scope
  }

  /// - Parameters:
  ///   - key: the one that was proved when the tokens were asked for.
  ///   - time: when the reply came, by the device's clock.
  public init(
    server: String, trust: ServerTrust, reply: TokenReply, key: DeviceKey? = nil, receivedAt time: Timestamp? = nil
  ) {
    self.init(
      server: server, trust: trust, accessToken: reply.accessToken, accountID: reply.accountID,
      deviceID: reply.deviceID, scope: reply.scope)
    self.key = key
    take(reply, at: time)
  }

  /// The same with the tokens of a later reply.
  func renewed(by reply: TokenReply, at time: Timestamp) -> Credentials {
    var fresh = self
    fresh.take(reply, at: time)
    return fresh
  }

  private mutating func take(_ reply: TokenReply, at time: Timestamp?) {
    accessToken = reply.accessToken
    refreshToken = reply.refreshToken ?? refreshToken
    accessExpiresAt = time?.advanced(byMilliseconds: Int64(reply.expiresIn) * 1000)
    tokenType = reply.tokenType
    scope = reply.scope
  }

  /// Whether each request has to prove the key.
  var isProven: Bool { tokenType == "DPoP" }

  var authorization: TransportRequest.Header {
    .init("authorization", (isProven ? "DPoP " : "Bearer ") + accessToken)
  }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible {
  /// Without the tokens and the key, so that a careless print does not leak them.
  public var description: String { "Credentials(server: \(server), account: \(accountID), device: \(deviceID))" }
  public var debugDescription: String { description }
}
