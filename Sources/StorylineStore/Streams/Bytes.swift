import Foundation

extension Data {
  /// Bytes from the system's generator, which is fit for secrets.
  static func random(count: Int) -> Data {
    var generator = SystemRandomNumberGenerator()
    return Data((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
  }

  mutating func append(bigEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }

  /// The big-endian number at `offset`, counted from the first byte.
  func number<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) -> Number {
    dropFirst(offset).prefix(MemoryLayout<Number>.size).reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
  }

  /// The CRC-32 of IEEE 802.3: finds a slip of the pen, proves nothing.
  var crc32: UInt32 {
    var sum: UInt32 = .max
    for byte in self {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }
}
