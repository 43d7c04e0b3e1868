import Foundation

/// The date of a fact, as precisely as it is known: `2008`, `2024-07`, `2024-07-10` or `2024-07-10T16:30:00Z`.
///
/// The text is what was written and what goes out again; the sort key is derived from it.
public struct PartialDate: TextCoded, Hashable, Sendable, Comparable {
  public static let form = #"a date; write "2008", "2024-07", "2024-07-10" or an RFC 3339 time"#

  public enum Precision: Int, Sendable { case year, month, day, time }

  public let text: String
  public let precision: Precision

  /// nil if `text` is none of the four forms or names a day that does not exist.
  public init?(_ text: String) {
    self.text = text
    if text.contains("T") {
      guard Timestamp(text) != nil, PartialDate(String(text.prefix(10)))?.precision == .day else { return nil }
      precision = .time
      return
    }
    let fields = text.split(separator: "-", omittingEmptySubsequences: false)
    let widths = [4, 2, 2]
    guard (1...3).contains(fields.count),
      zip(fields, widths).allSatisfy({ field, width in
        field.utf8.count == width && field.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      })
    else { return nil }
    let numbers = fields.compactMap { Int($0) }
    guard numbers[0] >= 1 else { return nil }
    if numbers.count >= 2, !(1...12).contains(numbers[1]) { return nil }
    if numbers.count == 3 {
      guard (1...Self.days(inMonth: numbers[1], of: numbers[0])).contains(numbers[2]) else { return nil }
    }
    precision = [.year, .month, .day][numbers.count - 1]
  }

  /// Sorts as time passes; a year stands before its months, a month before its days.
  public var sortKey: String {
    guard precision == .time, let moment = Timestamp(text) else { return text }
    return moment.description
  }

  /// The year, the month and the day as far as they are known.
  public var components: (year: Int, month: Int?, day: Int?) {
    let fields = text.prefix(10).split(separator: "-").compactMap { Int($0) }
    return (fields.first ?? 0, fields.count > 1 ? fields[1] : nil, fields.count > 2 ? fields[2] : nil)
  }

  /// The earliest day that this date can mean, as `yyyy-mm-dd`.
  public var firstDay: String {
    let (year, month, day) = components
    return Self.dayText(year, month ?? 1, day ?? 1)
  }

  /// The latest day that this date can mean, as `yyyy-mm-dd`.
  public var lastDay: String {
    let (year, month, day) = components
    return Self.dayText(year, month ?? 12, day ?? Self.days(inMonth: month ?? 12, of: year))
  }

  public var description: String { text }

  public static func < (left: Self, right: Self) -> Bool { (left.sortKey, left.text) < (right.sortKey, right.text) }

  private static func dayText(_ year: Int, _ month: Int, _ day: Int) -> String {
    String(format: "%04d-%02d-%02d", year, month, day)
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: return 30
    default: return 31
    }
  }
}
