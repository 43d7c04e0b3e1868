/// A place in a stream, as the server gave it out. Opaque: clients store it, send it back and compare for equality.
public struct Cursor: StringCoded, Hashable, Sendable {
  public static let maximumLength = 128

  /// What `after` is on the very first content request of an empty replica.
  public static let start = Cursor(rawValue: "start")

  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
}

/// The id of one history of a stream. Another epoch means that the server's history is not the one we followed.
public struct Epoch: StringCoded, Hashable, Sendable {
  /// 128 bits, base64url.
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
}

/// Which of the two kinds of stream.
public enum StreamKind: String, Hashable, Sendable, Codable, CaseIterable {
  case content, library
}
