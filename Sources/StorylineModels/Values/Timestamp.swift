public import Foundation

/// A moment in UTC with millisecond precision: integer milliseconds in storage, RFC 3339 on the wire.
///
/// An integer and not a `Date`, because a value that went through a floating-point number can come back changed.
public struct Timestamp: TextCoded, Hashable, Sendable, Comparable {
  public static let form = "an RFC 3339 time such as 2024-07-10T16:30:00.000Z"

  /// Milliseconds since 1970-01-01T00:00:00Z.
  public let milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  public init(_ date: Date) { milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded()) }

  /// Reads `2024-07-10T16:30:00Z`, with or without a fraction of a second and with any UTC offset; nil if it is not that.
  public init?(_ text: String) {
    var reader = TimestampReader(text)
    guard let milliseconds = reader.milliseconds() else { return nil }
    self.milliseconds = milliseconds
  }

  /// The wall clock's present reading; code that decides by time takes a function like this one from outside.
  @Sendable public static func wallClock() -> Timestamp { Timestamp(Date()) }

  public var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

  public var description: String {
    let seconds = Int64((Double(milliseconds) / 1000).rounded(.down))
    let fraction = milliseconds - seconds * 1000
    let whole = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601).dropLast()
    return "\(whole).\(String(format: "%03d", Int(fraction)))Z"
  }

  public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

  public func advanced(byMilliseconds delta: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds + delta) }
}
