/// A device of any account, as an operator may know it: no marks, no notes, no times but days.
public struct AdministeredDevice: Codable, Hashable, Sendable {
  /// Whose it is: 32 hexadecimal digits that say nothing about the person.
  public var account: String
  /// 32 hexadecimal digits.
  public var id: String
  public var name: String?
  /// `yyyy-mm-dd`: nothing finer is kept.
  public var enrolled: String
  public var lastSeen: String
  /// What it may, space-separated; empty if it was signed out.
  public var scope: String
  public var hasKey: Bool
  /// Why it was signed out without anybody's wish.
  public var ended: String?

  public init(account: String, _ device: DeviceSummary) {
    self.account = account
    id = device.id
    name = device.name
    enrolled = device.enrolled
    lastSeen = device.lastSeen
    scope = device.scope
    hasKey = device.hasKey
    ended = device.ended
  }

  private enum CodingKeys: String, CodingKey {
    case account, id, name, enrolled, scope, ended
    case lastSeen = "last_seen"
    case hasKey = "has_key"
  }
}

/// What `GET /v1/admin/devices` answers.
public struct AdministeredDevices: Codable, Hashable, Sendable {
  /// In the order of their ids.
  public var devices: [AdministeredDevice]
  /// The id to ask on from; nil on the last page.
  public var next: String?

  public init(devices: [AdministeredDevice], next: String?) {
    self.devices = devices
    self.next = next
  }
}
