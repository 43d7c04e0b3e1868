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
    let fields = text.split(separator: "-", omittingEmptySubsequences: false)
    guard fields.count == 3, zip(fields, [12, 4, 16]).allSatisfy({ $0.utf8.count == $1 }),
      fields.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) } }),
      let physical = UInt64(fields[0], radix: 16), let counter = UInt16(fields[1], radix: 16),
      let node = UInt64(fields[2], radix: 16)
    else { return nil }
    self.init(physical: physical, counter: counter, node: node)
  }

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
