public import Foundation
public import StorylineModels

/// A new device's request to be let in from one that is enrolled (RFC 8628).
public struct DeviceRequest: Hashable, Sendable {
  /// What the reader calls the device, at most 40 characters.
  public var deviceName: String?
  public var scope: Set<Scope>
  /// The thumbprint of the key that the device proved to have; nil for a device without a key.
  public var key: Data?

  public init(deviceName: String? = nil, scope: Set<Scope> = Scope.reader, key: Data? = nil) {
    self.deviceName = deviceName
    self.scope = scope
    self.key = key
  }
}

/// What the new device shows, and what it asks with. Only digests of both codes are stored.
public struct DeviceCode: Hashable, Sendable {
  /// A secret of the device.
  public var deviceCode: String
  /// `XXXX-XXXX`, for a person to type on the other device.
  public var userCode: String
  /// Two digits that the person picks out of three on the other device: who was sent a code by somebody else does not
  /// see them.
  public var match: Int
  public var expiresAt: Timestamp
  /// Seconds between two questions whether it is let in.
  public var interval: Int
}

/// A device that waits, as the person who is to let it in sees it.
public struct WaitingDevice: Hashable, Sendable {
  public var name: String?
  public var scope: Set<Scope>
  public var since: Timestamp
  /// Three, one of which the device shows.
  public var choices: [Int]
}

/// What somebody said about a device that waits.
public enum DeviceVerdict: Hashable, Sendable {
  case deny
  /// - Parameter match: the number that the device is said to show.
  case approve(match: Int, account: DeviceAccount)
}

/// Whose device it becomes.
public enum DeviceAccount: Hashable, Sendable {
  case of(ReaderID)
  /// Of a reader who is made for it.
  case new
}

/// Why a device that waits gets no token yet, or none at all.
public enum DeviceWait: Hashable, Sendable {
  /// Nobody has decided.
  case pending
  /// It asks too often; five seconds more between two questions, from now on.
  case slowDown
  case denied
  case expired
}
