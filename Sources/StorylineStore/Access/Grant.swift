public import Foundation
public import StorylineModels

/// A device's tokens, as they are given out. Only digests of them are stored.
public struct Enrolment: Hashable, Sendable {
  public var accessToken: String
  public var refreshToken: String
  public var reader: ReaderID
  public var device: DeviceID
  public var scope: Set<Scope>
  /// When the access token ends.
  public var expiresAt: Timestamp
  /// When the refresh token ends if it is not used until then.
  public var refreshExpiresAt: Timestamp
}

/// Who a valid token speaks for.
public struct Principal: Hashable, Sendable {
  public var reader: ReaderID
  public var device: DeviceID
  public var scope: Set<Scope>
  /// When its token ends.
  public var expiresAt: Timestamp
  /// The thumbprint (RFC 7638, SHA-256) of the device's key; nil for a device without one.
  public var key: Data?

  public init(reader: ReaderID, device: DeviceID, scope: Set<Scope>, expiresAt: Timestamp, key: Data? = nil) {
    self.reader = reader
    self.device = device
    self.scope = scope
    self.expiresAt = expiresAt
    self.key = key
  }
}
