public import Foundation
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
  /// The thumbprint of the key that the device proved to have; nil for a device without a key.
  public var key: Data?

  public init(invite: String, requestID: String, deviceName: String? = nil, key: Data? = nil) {
    self.invite = invite
    self.requestID = requestID
    self.deviceName = deviceName
    self.key = key
  }
}

extension Set<Scope> {
  /// Space-separated and sorted, as OAuth writes it (RFC 6749, section 3.3).
  var text: String { map(\.rawValue).sorted().joined(separator: " ") }

  init(text: String) { self.init(text.split(separator: " ").map { Scope(rawValue: String($0)) }) }
}
