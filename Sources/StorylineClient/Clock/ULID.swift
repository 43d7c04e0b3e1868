import Foundation
import StorylineModels

/// Ids that sort by the time they were made: 48 bits of milliseconds and 80 more, in Crockford's base 32.
enum ULID {
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

  /// - Parameter tail: whatever makes it unique; the first ten bytes count.
  static func text(milliseconds: UInt64, tail: some Sequence<UInt8>) -> String {
    var bits: [Bool] = (0..<50).reversed().map { $0 < 48 && milliseconds >> UInt64($0) & 1 == 1 }
    for byte in tail.prefix(10) { bits += (0..<8).reversed().map { byte >> UInt8($0) & 1 == 1 } }
    let digits = stride(from: 0, to: bits.count, by: 5).map { start in
      bits[start..<min(start + 5, bits.count)].reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
    }
    return String(digits.map { alphabet[$0] })
  }

  /// When it was made; nil if `text` is no ULID.
  static func time(of text: String) -> Timestamp? {
    guard text.count == 26 else { return nil }
    var milliseconds: Int64 = 0
    for character in text.uppercased().prefix(10) {
      guard let digit = alphabet.firstIndex(of: character) else { return nil }
      milliseconds = milliseconds << 5 | Int64(digit)
    }
    return Timestamp(milliseconds: milliseconds)
  }
}
