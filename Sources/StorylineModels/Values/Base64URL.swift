package import Foundation

extension Data {
  /// RFC 4648, section 5, without padding.
  package var base64URL: String {
    var digits = base64EncodedData()
    while digits.last == UInt8(ascii: "=") { digits.removeLast() }
    return String(decoding: digits.lazy.map { Self.urlDigits[Int($0)] }, as: UTF8.self)
  }

  /// nil unless `text` is exactly what `base64URL` would make of the bytes: one value has one text.
  package init?(base64URL text: String) {
    var digits = Data(text.utf8.lazy.map { Self.plainDigits[Int($0)] })
    while !digits.count.isMultiple(of: 4) { digits.append(UInt8(ascii: "=")) }
    guard let data = Data(base64Encoded: digits), data.base64URL == text else { return nil }
    self = data
  }

  // By byte value: the two digits that differ, and all others as they are.
  private static let urlDigits = digits(swapping: ("+", "-"), ("/", "_"))
  private static let plainDigits = digits(swapping: ("-", "+"), ("_", "/"))

  private static func digits(swapping pairs: (Unicode.Scalar, Unicode.Scalar)...) -> [UInt8] {
    var digits = Array(UInt8.min ... .max)
    for (from, to) in pairs { digits[Int(from.value)] = UInt8(ascii: to) }
    return digits
  }
}
