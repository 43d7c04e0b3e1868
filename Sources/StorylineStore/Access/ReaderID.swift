package import Foundation

/// The id of a reader's account: 16 random bytes that say nothing about the person.
public struct ReaderID: Hashable, Sendable, CustomStringConvertible {
  package let bytes: Data

  init(bytes: Data) { self.bytes = bytes }

  /// nil unless `text` is 32 lower-case hexadecimal digits.
  public init?(_ text: String) {
    guard let bytes = Data(hexID: text) else { return nil }
    self.bytes = bytes
  }

  public static func random() -> ReaderID { ReaderID(bytes: .random(count: 16)) }

  public var description: String { bytes.hexID }
}

/// The id of one device of a reader: 16 random bytes.
public struct DeviceID: Hashable, Sendable, CustomStringConvertible {
  let bytes: Data

  init(bytes: Data) { self.bytes = bytes }

  /// nil unless `text` is 32 lower-case hexadecimal digits.
  public init?(_ text: String) {
    guard let bytes = Data(hexID: text) else { return nil }
    self.bytes = bytes
  }

  public static func random() -> DeviceID { DeviceID(bytes: .random(count: 16)) }

  public var description: String { bytes.hexID }
}

extension Data {
  fileprivate init?(hexID text: String) {
    let digits = text.utf8.compactMap { byte -> UInt8? in
      switch byte {
      case 48...57: byte - 48
      case 97...102: byte - 87
      default: nil
      }
    }
    guard digits.count == 32, text.utf8.count == 32 else { return nil }
    self.init(stride(from: 0, to: 32, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
  }

  fileprivate var hexID: String {
    map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
