/// The answer of `POST /oauth/token` (RFC 6749, section 5.1), with the account and the device that the tokens are for.
public struct TokenReply: Codable, Hashable, Sendable {
  public var accessToken: String
  /// `Bearer`, or `DPoP` for a token that each request has to prove the device's key with (RFC 9449).
  public var tokenType: String
  /// Seconds.
  public var expiresIn: Int
  /// To be kept in the place of the one before it. A server of the first release gives none.
  public var refreshToken: String?
  /// Seconds until the refresh token ends, unless it is used before.
  public var refreshExpiresIn: Int?
  /// Space-separated.
  public var scope: String
  public var accountID: String
  public var deviceID: String
  public var serverTime: Timestamp

  public init(
    accessToken: String, tokenType: String = "Bearer", expiresIn: Int, refreshToken: String? = nil,
    refreshExpiresIn: Int? = nil, scope: String, accountID: String, deviceID: String, serverTime: Timestamp
  ) {
    self.accessToken = accessToken
    self.tokenType = tokenType
    self.expiresIn = expiresIn
    self.refreshToken = refreshToken
    self.refreshExpiresIn = refreshExpiresIn
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
    case refreshToken = "refresh_token"
    case refreshExpiresIn = "refresh_expires_in"
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
    /// The proof of the device's key is missing or wrong (RFC 9449, section 5).
    public static let invalidProof = Code(rawValue: "invalid_dpop_proof")
    /// The same request again, with the nonce of the answer's `DPoP-Nonce` in the proof (RFC 9449, section 8).
    public static let useNonce = Code(rawValue: "use_dpop_nonce")
    /// Nobody has decided about the device yet (RFC 8628, section 3.5).
    public static let authorizationPending = Code(rawValue: "authorization_pending")
    /// Ask less often: five seconds more between two questions, from now on.
    public static let slowDown = Code(rawValue: "slow_down")
    public static let accessDenied = Code(rawValue: "access_denied")
    /// The device code's time is over.
    public static let expiredToken = Code(rawValue: "expired_token")
    public static let known: [Code] = [
      .invalidRequest, .invalidGrant, .unsupportedGrantType, .invalidScope, .temporarilyUnavailable, .invalidProof,
      .useNonce, .authorizationPending, .slowDown, .accessDenied, .expiredToken,
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

/// The grant type by which a refresh token becomes an access token (RFC 6749, section 6).
public enum RefreshGrant {
  public static let type = "refresh_token"
}

/// The grant type of a device that somebody let in from another one (RFC 8628, section 3.4).
public enum DeviceCodeGrant {
  public static let type = "urn:ietf:params:oauth:grant-type:device_code"
}
