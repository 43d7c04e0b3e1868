/// The answer of `POST /oauth/token` (RFC 6749, section 5.1), with the account and the device that were enrolled.
public struct TokenReply: Codable, Hashable, Sendable {
  public var accessToken: String
  public var tokenType: String
  /// Seconds.
  public var expiresIn: Int
  /// Space-separated.
  public var scope: String
  public var accountID: String
  public var deviceID: String
  public var serverTime: Timestamp

  public init(
    accessToken: String, tokenType: String = "Bearer", expiresIn: Int, scope: String, accountID: String,
    deviceID: String, serverTime: Timestamp
  ) {
    self.accessToken = accessToken
    self.tokenType = tokenType
    self.expiresIn = expiresIn
    self.scope = scope
    self.accountID = accountID
    self.deviceID = deviceID
    self.serverTime = serverTime
  }

  private enum CodingKeys: String, CodingKey {
    case scope
    case accessToken = "access_token"
    case tokenType = "token_type"
    case expiresIn = "expires_in"
    case accountID = "account_id"
    case deviceID = "device_id"
    case serverTime = "server_time"
  }
}

/// The error body of the OAuth routes (RFC 6749, section 5.2).
public struct OAuthError: Error, Codable, Hashable, Sendable {
  public var error: Code
  public var description: String

  public init(_ error: Code, description: String) {
    self.error = error
    self.description = description
  }

  public struct Code: OpenSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let invalidRequest = Code(rawValue: "invalid_request")
    public static let invalidGrant = Code(rawValue: "invalid_grant")
    public static let unsupportedGrantType = Code(rawValue: "unsupported_grant_type")
    public static let invalidScope = Code(rawValue: "invalid_scope")
    public static let temporarilyUnavailable = Code(rawValue: "temporarily_unavailable")
    public static let known: [Code] = [
      .invalidRequest, .invalidGrant, .unsupportedGrantType, .invalidScope, .temporarilyUnavailable,
    ]
  }

  private enum CodingKeys: String, CodingKey {
    case error
    case description = "error_description"
  }
}

/// The grant type by which an invite becomes a device's token.
public enum InviteGrant {
  public static let type = "urn:storyline:oauth:grant-type:invite"
}
