import Foundation

/// A 128-bit id whose text sorts by the time of its making; here the order key of articles, `pub`.
struct ULID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Upper half: 48 bits of milliseconds and 16 of chance; lower half: chance.
  private var high: UInt64
  private var low: UInt64

  init(milliseconds: Int64, random: () -> UInt64 = { .random(in: .min ... .max) }) {
    high = UInt64(clamping: milliseconds) << 16 | random() >> 48
    low = random()
  }

  init?(_ text: String) {
    guard text.utf8.count == 26 else { return nil }
    high = 0
    low = 0
    for byte in text.utf8 {
      guard let digit = Crockford.value(of: byte), high >> 59 == 0 else { return nil }
      high = high << 5 | low >> 59
      low = low << 5 | UInt64(digit)
    }
  }

  /// The smallest id above this one.
  var next: ULID {
    var next = self
    next.low &+= 1
    if next.low == 0 { next.high &+= 1 }
    return next
  }

  var description: String {
    var rest = self
    var digits: [UInt8] = []
    for _ in 0..<26 {
      digits.append(Crockford.digits[Int(rest.low & 31)])
      rest.low = rest.low >> 5 | rest.high << 59
      rest.high >>= 5
    }
    return String(decoding: digits.reversed(), as: UTF8.self)
  }

  static func < (left: Self, right: Self) -> Bool { (left.high, left.low) < (right.high, right.low) }
}

/// The alphabet of Crockford's base 32: no I, L, O or U, so that a person can copy it.
enum Crockford {
  static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

  /// Takes lower case, and the letters that are commonly mistaken for digits, as what was meant.
  static func value(of byte: UInt8) -> UInt8? {
    let upper = (97...122).contains(byte) ? byte - 32 : byte
    let meant: UInt8
    switch upper {
    case UInt8(ascii: "I"), UInt8(ascii: "L"): meant = UInt8(ascii: "1")
    case UInt8(ascii: "O"): meant = UInt8(ascii: "0")
    default: meant = upper
    }
    return digits.firstIndex(of: meant).map { UInt8($0) }
  }
}
