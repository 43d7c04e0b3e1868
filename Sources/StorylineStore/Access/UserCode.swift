/// The code that a person types: eight consonants, so that no word comes out of it (RFC 8628, section 6.1).
enum UserCode {
  static let letters = Array("BCDFGHJKLMNPQRSTVWXZ".utf8)
  private static let count = 8

  static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return text((0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
  }

  /// The code as it was made, whatever case and separators a person typed; nil if it cannot be one.
  static func normalized(_ typed: String) -> String? {
    let bytes = typed.uppercased().utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") }
    guard bytes.count == count, bytes.allSatisfy(letters.contains) else { return nil }
    return text(bytes)
  }

  private static func text(_ letters: [UInt8]) -> String {
    String(decoding: letters.prefix(4), as: UTF8.self) + "-" + String(decoding: letters.suffix(4), as: UTF8.self)
  }
}
