public import StorylineModels

/// A permission to enrol one device or a few of one reader. Only its digest is stored, so `text` is shown once.
public struct Invite: Hashable, Sendable {
  /// `sli-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX`, 120 bits in Crockford's base 32.
  public var text: String
  public var scope: Set<Scope>
  /// How many devices it enrols, all of one reader.
  public var devices: Int
  public var expiresAt: Timestamp
}

/// A device's request to be enrolled.
public struct InviteRedemption: Hashable, Sendable {
  public var invite: String
  /// A UUID that the device makes and keeps until it has the answer: the same one gets the same answer.
  public var requestID: String
  /// What the reader calls the device, at most 40 characters.
  public var deviceName: String?

  public init(invite: String, requestID: String, deviceName: String? = nil) {
    self.invite = invite
    self.requestID = requestID
    self.deviceName = deviceName
  }
}

/// A device that was enrolled, with its token.
public struct Enrolment: Hashable, Sendable {
  public var accessToken: String
  public var reader: ReaderID
  public var device: DeviceID
  public var scope: Set<Scope>
  public var expiresAt: Timestamp
}

/// Who a valid token speaks for.
public struct Principal: Hashable, Sendable {
  public var reader: ReaderID
  public var device: DeviceID
  public var scope: Set<Scope>
  /// When its token ends.
  public var expiresAt: Timestamp

  public init(reader: ReaderID, device: DeviceID, scope: Set<Scope>, expiresAt: Timestamp) {
    self.reader = reader
    self.device = device
    self.scope = scope
    self.expiresAt = expiresAt
  }
}

extension Set<Scope> {
  /// Space-separated and sorted, as OAuth writes it (RFC 6749, section 3.3).
  var text: String { map(\.rawValue).sorted().joined(separator: " ") }

  init(text: String) { self.init(text.split(separator: " ").map { Scope(rawValue: String($0)) }) }
}
