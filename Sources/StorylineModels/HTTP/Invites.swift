/// What `POST /v1/admin/invites` takes.
public struct InviteRequest: Codable, Hashable, Sendable {
  /// What the devices may, space-separated.
  public var scope: String
  /// How many devices of one reader it enrols, 1 to 10.
  public var devices: Int
  /// Seconds, at most 14 days.
  public var expiresIn: Int
  /// The account that the devices join, 32 hexadecimal digits; nil for a new one.
  public var accountID: String?

  public init(scope: Set<Scope>, devices: Int = 1, expiresIn: Int, accountID: String? = nil) {
    self.scope = scope.map(\.rawValue).sorted().joined(separator: " ")
    self.devices = devices
    self.expiresIn = expiresIn
    self.accountID = accountID
  }

  /// The words of `scope`.
  public var scopes: Set<Scope> { Set(scope.split(separator: " ").map { Scope(rawValue: String($0)) }) }

  private enum CodingKeys: String, CodingKey {
    case scope, devices
    case expiresIn = "expires_in"
    case accountID = "account_id"
  }
}

/// What `POST /v1/admin/invites` answers. The invite's text cannot be had again.
public struct InviteReply: Codable, Hashable, Sendable {
  public var invite: String
  public var scope: String
  public var devices: Int
  public var expiresAt: Timestamp

  public init(invite: String, scope: Set<Scope>, devices: Int, expiresAt: Timestamp) {
    self.invite = invite
    self.scope = scope.map(\.rawValue).sorted().joined(separator: " ")
    self.devices = devices
    self.expiresAt = expiresAt
  }

  private enum CodingKeys: String, CodingKey {
    case invite, scope, devices
    case expiresAt = "expires_at"
  }
}
