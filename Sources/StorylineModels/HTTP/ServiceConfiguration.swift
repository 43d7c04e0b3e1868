/// What `GET /v1/config` says: limits, features and the server's time.
public struct ServiceConfiguration: Codable, Hashable, Sendable {
  public var protocolVersion: Int
  public var story: Identifier<Story>?
  /// `token` or `public`.
  public var contentAccess: String
  public var limits: ServiceLimits
  /// Names of what this server can do beyond the first version.
  public var features: [String]
  public var now: Timestamp

  public init(
    protocolVersion: Int = 1, story: Identifier<Story>?, contentAccess: String, limits: ServiceLimits,
    features: [String] = [], now: Timestamp
  ) {
    self.protocolVersion = protocolVersion
    self.story = story
    self.contentAccess = contentAccess
    self.limits = limits
    self.features = features
    self.now = now
  }

  private enum CodingKeys: String, CodingKey {
    case story, limits, features, now
    case protocolVersion = "protocol"
    case contentAccess = "content_access"
  }
}

/// The limits of the service (protocol, 2.11). Sizes in bytes.
public struct ServiceLimits: Codable, Hashable, Sendable {
  public var payloadBytes = 16 * 1024
  public var mutationsPerRequest = 500
  public var requestBytes = 1024 * 1024
  public var libraryRecords = 100_000
  public var libraryBytes = 64 * 1024 * 1024
  public var pageRows = 500
  public var pageBytes = 256 * 1024
  public var commitRows = 2_000
  public var commitBytes = 4 * 1024 * 1024

  public init() {}

  private enum CodingKeys: String, CodingKey {
    case payloadBytes = "payload_bytes"
    case mutationsPerRequest = "mutations_per_request"
    case requestBytes = "request_bytes"
    case libraryRecords = "library_records"
    case libraryBytes = "library_bytes"
    case pageRows = "page_rows"
    case pageBytes = "page_bytes"
    case commitRows = "commit_rows"
    case commitBytes = "commit_bytes"
  }
}
