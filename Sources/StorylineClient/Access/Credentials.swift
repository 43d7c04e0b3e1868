public import StorylineModels

/// What a device needs to reach its reader's library: where, whom to trust, and the token.
public struct Credentials: Codable, Hashable, Sendable {
  /// Scheme, host and port, such as `https://localhost:8443`.
  public var server: String
  public var trust: ServerTrust
  /// A secret: never logged, never printed.
  public var accessToken: String
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

  public init(server: String, trust: ServerTrust, reply: TokenReply) {
    self.init(
      server: server, trust: trust, accessToken: reply.accessToken, accountID: reply.accountID,
      deviceID: reply.deviceID, scope: reply.scope)
  }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible {
  /// Without the token, so that a careless print does not leak it.
  public var description: String { "Credentials(server: \(server), account: \(accountID), device: \(deviceID))" }
  public var debugDescription: String { description }
}
