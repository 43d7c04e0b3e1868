/// The answer of `POST /oauth/device_authorization` (RFC 8628, section 3.2).
public struct DeviceAuthorization: Codable, Hashable, Sendable {
  /// A secret of the device that asked.
  public var deviceCode: String
  /// `XXXX-XXXX`, for a person to type on the other device.
  public var userCode: String
  public var verificationURI: String
  /// The same with the code in it, for a QR code.
  public var verificationURIComplete: String
  /// Seconds.
  public var expiresIn: Int
  /// Seconds between two questions.
  public var interval: Int
  /// Two digits to show beside the code. They are not in the QR code: the person has to have seen this screen.
  public var match: Int

  public init(
    deviceCode: String, userCode: String, verificationURI: String, verificationURIComplete: String, expiresIn: Int,
    interval: Int, match: Int
  ) {
    self.deviceCode = deviceCode
    self.userCode = userCode
    self.verificationURI = verificationURI
    self.verificationURIComplete = verificationURIComplete
    self.expiresIn = expiresIn
    self.interval = interval
    self.match = match
  }

  private enum CodingKeys: String, CodingKey {
    case interval, match
    case deviceCode = "device_code"
    case userCode = "user_code"
    case verificationURI = "verification_uri"
    case verificationURIComplete = "verification_uri_complete"
    case expiresIn = "expires_in"
  }
}

/// The answer of `POST /oauth/device/lookup`: which device waits behind a code.
public struct DeviceLookup: Codable, Hashable, Sendable {
  public var deviceName: String?
  /// Space-separated.
  public var scope: String
  /// Seconds since it asked.
  public var age: Int
  /// Three numbers, of which the device shows one.
  public var match: [Int]

  public init(deviceName: String?, scope: String, age: Int, match: [Int]) {
    self.deviceName = deviceName
    self.scope = scope
    self.age = age
    self.match = match
  }

  private enum CodingKeys: String, CodingKey {
    case scope, match
    case deviceName = "device_name"
    case age = "age_s"
  }
}
