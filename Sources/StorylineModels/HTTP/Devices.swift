/// One of a reader's devices, as the reader may know it.
public struct DeviceSummary: Codable, Hashable, Sendable {
  /// 32 hexadecimal digits.
  public var id: String
  public var name: String?
  /// `yyyy-mm-dd`: nothing finer is kept.
  public var enrolled: String
  public var lastSeen: String
  /// What it may, space-separated; empty if it was signed out.
  public var scope: String
  /// Whether its refresh token is bound to a key that only the device has.
  public var hasKey: Bool
  /// Whether it is the one that asks.
  public var isCurrent: Bool
  /// Why it was signed out without anybody's wish: `token-reuse` if two held its token.
  public var ended: String?

  public init(
    id: String, name: String? = nil, enrolled: String, lastSeen: String, scope: String, hasKey: Bool, isCurrent: Bool,
    ended: String? = nil
  ) {
    self.id = id
    self.name = name
    self.enrolled = enrolled
    self.lastSeen = lastSeen
    self.scope = scope
    self.hasKey = hasKey
    self.isCurrent = isCurrent
    self.ended = ended
  }

  private enum CodingKeys: String, CodingKey {
    case id, name, enrolled, scope, ended
    case lastSeen = "last_seen"
    case hasKey = "has_key"
    case isCurrent = "current"
  }
}

/// What `GET /v1/me/devices` answers.
public struct DeviceList: Codable, Hashable, Sendable {
  public var devices: [DeviceSummary]
  public init(devices: [DeviceSummary]) { self.devices = devices }
}

/// What `PATCH /v1/me/devices/{id}` takes.
public struct DeviceRename: Codable, Hashable, Sendable {
  /// At most 40 characters.
  public var name: String
  public init(name: String) { self.name = name }
}

/// What `POST /v1/me/devices/revoke-others` answers.
public struct RevokedDevices: Codable, Hashable, Sendable {
  public var revoked: Int
  public init(revoked: Int) { self.revoked = revoked }
}
