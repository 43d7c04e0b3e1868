/// Reads the form `yyyy-mm-ddThh:mm:ss`, a fraction if there is one, and a zone (RFC 3339, section 5.6), byte by byte.
///
/// Every row of a page has such a time, so that it is read once for each record of a first sync. Strict where the
/// system's reader is lenient: an hour 25 is none, and neither is a 30th of February.
struct TimestampReader {
  private let bytes: [UInt8]
  private var place = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  /// Since 1970; nil if the text has another form, or says a time that does not exist.
  mutating func milliseconds() -> Int64? {
    guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2), skip("T"),
      let hour = number(2), skip(":"), let minute = number(2), skip(":"), let second = number(2),
      let fraction = fraction(), let offset = offset(), place == bytes.count,
      (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day),
      hour < 24, minute < 60, second < 60
    else { return nil }
    let seconds = Self.daysSince1970(year, month, day) * 86_400 + hour * 3_600 + (minute - offset) * 60 + second
    return Int64(seconds) * 1000 + Int64(fraction)
  }

  private mutating func number(_ digits: Int) -> Int? {
    guard place + digits <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[place..<place + digits] {
      guard (48...57).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    place += digits
    return value
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  /// One to nine digits, of which three count; 0 without a point.
  private mutating func fraction() -> Int? {
    guard skip(".") else { return 0 }
    let digits = bytes[place...].prefix { (48...57).contains($0) }
    guard (1...9).contains(digits.count) else { return nil }
    place = digits.endIndex
    return (0..<3).reduce(0) { value, index in
      value * 10 + (index < digits.count ? Int(digits[digits.startIndex + index] - 48) : 0)
    }
  }

  /// Minutes east of Greenwich.
  private mutating func offset() -> Int? {
    if skip("Z") { return 0 }
    let sign = skip("+") ? 1 : skip("-") ? -1 : 0
    guard sign != 0, let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60 else {
      return nil
    }
    return sign * (hours * 60 + minutes)
  }

  private static func days(in month: Int, of year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }

  /// In the Gregorian calendar, with years that begin in March, so that a leap day is a year's last.
  private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month > 2 ? year : year - 1
    let century = shifted >= 0 ? shifted / 400 : (shifted - 399) / 400
    let yearOfEra = shifted - century * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return century * 146_097 + dayOfEra - 719_468
  }
}
