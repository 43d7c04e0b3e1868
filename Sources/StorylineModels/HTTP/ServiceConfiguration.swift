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
  /// Of one image.
  public var mediaBytes = 8 * 1024 * 1024
  /// Of a push's body after inflating it.
  public var inflatedRequestBytes = 10 * 1024 * 1024
  /// Of one device, for its library and live routes; 0 is no limit.
  public var requestsPerMinute = 60
  /// How many of them may come at once.
  public var requestBurst = 20
  /// Of one reader, from all devices; 0 is no limit.
  public var mutationsPerMinute = 1_200
  /// Of one device.
  public var liveConnections = 3

  public init() {}

  /// What another version of the server does not name has its standard value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    for (key, path) in Self.members {
      if let value = try container.decodeIfPresent(Int.self, forKey: key) { self[keyPath: path] = value }
    }
  }

  private static var members: [(CodingKeys, WritableKeyPath<Self, Int>)] {
    [
      (.payloadBytes, \.payloadBytes), (.mutationsPerRequest, \.mutationsPerRequest),
      (.requestBytes, \.requestBytes), (.libraryRecords, \.libraryRecords), (.libraryBytes, \.libraryBytes),
      (.pageRows, \.pageRows), (.pageBytes, \.pageBytes), (.commitRows, \.commitRows),
      (.commitBytes, \.commitBytes), (.mediaBytes, \.mediaBytes),
      (.inflatedRequestBytes, \.inflatedRequestBytes),
      (.requestsPerMinute, \.requestsPerMinute), (.requestBurst, \.requestBurst),
      (.mutationsPerMinute, \.mutationsPerMinute), (.liveConnections, \.liveConnections),
    ]
  }

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
    case mediaBytes = "media_bytes"
    case inflatedRequestBytes = "inflated_request_bytes"
    case requestsPerMinute = "requests_per_minute"
    case requestBurst = "request_burst"
    case mutationsPerMinute = "mutations_per_minute"
    case liveConnections = "live_connections"
  }
}
