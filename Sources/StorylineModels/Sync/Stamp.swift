/// The hybrid logical clock value of one write: wall time, a counter, and the node that wrote.
///
/// Text form `%012x-%04x-%016x`, whose string order is the order of the values (protocol, 2.8).
public struct Stamp: TextCoded, Hashable, Sendable, Comparable {
  public static let form = "a stamp"

  /// Milliseconds since 1970, 48 bits.
  public let physical: UInt64
  public let counter: UInt16
  public let node: UInt64

  public static let maximumPhysical: UInt64 = (1 << 48) - 1
  /// Below every stamp of a write.
  public static let zero = Stamp(physical: 0, counter: 0, node: 0)

  public init(physical: UInt64, counter: UInt16, node: UInt64) {
    self.physical = min(physical, Self.maximumPhysical)
    self.counter = counter
    self.node = node
  }

  /// nil unless `text` is exactly the text form, in lower case.
  public init?(_ text: String) {
    var digits = Substring(text).utf8
    guard let physical = Self.number(&digits, 12), digits.popFirst() == Self.dash,
      let counter = Self.number(&digits, 4), digits.popFirst() == Self.dash,
      let node = Self.number(&digits, 16), digits.isEmpty
    else { return nil }
    self.init(physical: physical, counter: UInt16(counter), node: node)
  }

  /// Takes `width` hexadecimal digits off the front.
  private static func number(_ digits: inout Substring.UTF8View, _ width: Int) -> UInt64? {
    var number: UInt64 = 0
    for _ in 0..<width {
      switch digits.popFirst() {
      case let digit? where (48...57).contains(digit): number = number << 4 | UInt64(digit - 48)
      case let digit? where (97...102).contains(digit): number = number << 4 | UInt64(digit - 87)
      default: return nil
      }
    }
    return number
  }

  private static let dash = UInt8(ascii: "-")

  public var description: String {
    Self.hex(physical, 12) + "-" + Self.hex(UInt64(counter), 4) + "-" + Self.hex(node, 16)
  }

  public static func < (left: Self, right: Self) -> Bool {
    (left.physical, left.counter, left.node) < (right.physical, right.counter, right.node)
  }

  private static func hex(_ value: UInt64, _ width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: width - digits.count) + digits
  }
}
