import Foundation

/// Walks over the bytes of a JSON text and tells where its values are, without building them.
///
/// The library's parser builds values and forgets how they were written; this one is here for the opposite.
struct JSONScanner {
  /// Deeper nesting is refused: no document of ours comes near it, and recursion must end somewhere.
  static let maximumDepth = 64

  private let bytes: [UInt8]
  private var position = 0

  init(_ data: Data) { bytes = [UInt8](data) }

  func slice(_ range: Range<Int>) -> Data { Data(bytes[range]) }

  /// The range of the next value, without the white space around it.
  mutating func value(depth: Int = 0) throws -> Range<Int> {
    guard depth < Self.maximumDepth else { throw failure("nesting too deep") }
    skipSpace()
    let start = position
    guard let first = peek() else { throw failure("a JSON value is missing") }
    switch first {
    case UInt8(ascii: "{"): _ = try members(depth: depth)
    case UInt8(ascii: "["): _ = try elements(depth: depth)
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"): try literal("true")
    case UInt8(ascii: "f"): try literal("false")
    case UInt8(ascii: "n"): try literal("null")
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    default: throw failure("a JSON value is missing")
    }
    return start..<position
  }

  mutating func members(depth: Int = 0) throws -> [(String, Range<Int>)] {
    skipSpace()
    try expect(UInt8(ascii: "{"))
    var members: [(String, Range<Int>)] = []
    skipSpace()
    if take(UInt8(ascii: "}")) { return members }
    repeat {
      skipSpace()
      let name = try decodedString(string())
      skipSpace()
      try expect(UInt8(ascii: ":"))
      members.append((name, try value(depth: depth + 1)))
      skipSpace()
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
    return members
  }

  mutating func elements(depth: Int = 0) throws -> [Range<Int>] {
    skipSpace()
    try expect(UInt8(ascii: "["))
    var elements: [Range<Int>] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return elements }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipSpace()
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
    return elements
  }

  mutating func end() throws {
    skipSpace()
    guard position == bytes.count else { throw failure("something follows the JSON value") }
  }

  private func decodedString(_ range: Range<Int>) throws -> String {
    let inner = bytes[(range.lowerBound + 1)..<(range.upperBound - 1)]
    if !inner.contains(UInt8(ascii: "\\")) { return String(decoding: inner, as: UTF8.self) }
    guard let text = try? JSONDecoder().decode(String.self, from: slice(range)) else { throw failure("broken string") }
    return text
  }

  /// The range of the next string, its quotation marks included.
  private mutating func string() throws -> Range<Int> {
    let start = position
    try expect(UInt8(ascii: "\""))
    while let byte = peek() {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard String(validating: bytes[start..<position], as: UTF8.self) != nil else { throw failure("not UTF-8") }
        return start..<position
      case UInt8(ascii: "\\"): try escape()
      case 0..<0x20: throw failure("a control character in a string")
      default: break
      }
    }
    throw failure("a string without an end")
  }

  private mutating func escape() throws {
    guard let byte = peek() else { throw failure("a string without an end") }
    position += 1
    if byte == UInt8(ascii: "u") {
      for _ in 0..<4 {
        guard let digit = peek(), Self.isHexDigit(digit) else { throw failure("a broken \\u escape") }
        position += 1
      }
    } else if !"\"\\/bfnrt".utf8.contains(byte) {
      throw failure("an unknown escape")
    }
  }

  private mutating func number() throws {
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
  }

  private mutating func digits() throws {
    let start = position
    while let byte = peek(), (48...57).contains(byte) { position += 1 }
    guard position > start else { throw failure("a digit is missing") }
  }

  private mutating func literal(_ word: StaticString) throws {
    let matches = word.withUTF8Buffer { buffer in bytes[position...].starts(with: buffer) }
    guard matches else { throw failure("a JSON value is missing") }
    position += word.utf8CodeUnitCount
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ byte: UInt8) throws {
    guard take(byte) else { throw failure("“\(Character(UnicodeScalar(byte)))” is missing") }
  }

  private mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private func failure(_ what: String) -> JSONSyntaxError { JSONSyntaxError(offset: position, what: what) }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
  }
}
