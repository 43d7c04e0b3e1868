/// The id of one kind of entity: an editor's slug for content, a ULID or another entity's id for library records.
///
/// Typed by its owner, so that an article's id cannot be passed where an actor's is meant. On the wire a plain string.
public struct Identifier<Owner>: StringCoded, Hashable, Sendable, Comparable, ExpressibleByStringLiteral {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(_ rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { self.rawValue = value }

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The form that every content id has: `[a-z0-9-]{1,64}`, never reused, never changed.
public enum Slug {
  public static let maximumLength = 64

  /// Whether `text` may be the id of a content entity.
  public static func isValid(_ text: String) -> Bool {
    (1...maximumLength).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
      }
  }
}
