import Foundation

/// An image that the service has itself: the SHA-256 of its bytes, as 64 hexadecimal digits in lower case.
public struct MediaID: TextCoded, Hashable, Sendable, Comparable {
  public static let form = "64 hexadecimal digits in lower case"

  public let description: String

  public init?(_ text: String) {
    guard text.utf8.count == 64, text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
      return nil
    }
    description = text
  }

  /// - Parameter digest: 32 bytes.
  public init?(digest: some Collection<UInt8>) {
    let digits = Array("0123456789abcdef".utf8)
    self.init(String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self))
  }

  /// The image at an address as articles name it; nil if it is no image of a service.
  public init?(address: String) {
    guard address.hasPrefix(Self.prefix) else { return nil }
    self.init(String(address.dropFirst(Self.prefix.count)))
  }

  /// What stands as `url` in an article or a story: a path of the service that the record came from.
  public var address: String { Route.media.path(id: description) }

  public static func < (left: Self, right: Self) -> Bool { left.description < right.description }

  private static let prefix = Route.media.path(id: "")

  /// All that a body names, of whatever kind it is and whatever the members are called: texts that are an address.
  ///
  /// Every record that is published is looked through, so it goes from slash to slash.
  public static func named(in body: RawJSON) -> Set<MediaID> {
    let opening = Array("\"\(prefix)".utf8)
    let slash = opening.firstIndex(of: UInt8(ascii: "/")) ?? 0
    return body.data.withUnsafeBytes { bytes in
      var found: Set<MediaID> = []
      var place = slash
      while place < bytes.count, let next = bytes[place...].firstIndex(of: UInt8(ascii: "/")) {
        place = next + 1
        let digits = next - slash + opening.count
        let end = digits + 64
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\""),
          bytes[(next - slash)..<digits].elementsEqual(opening),
          let id = MediaID(String(decoding: bytes[digits..<end], as: UTF8.self))
        else { continue }
        found.insert(id)
      }
      return found
    }
  }
}

/// The name of an image's file in a story's folder: letters, digits, `.`, `_` and `-`, and the ending of its format.
public enum MediaName {
  public static let maximumLength = 100

  /// nil if all is well; what is wrong, for a person, if not.
  public static func objection(to name: String, format: ImageFormat? = nil) -> String? {
    let bytes = Array(name.utf8)
    let isPlain = bytes.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains(byte)
    }
    guard !bytes.isEmpty, bytes.count <= maximumLength, isPlain, bytes[0] != UInt8(ascii: "."),
      bytes[0] != UInt8(ascii: "-")
    else {
      return "a file's name has letters a–z, digits, “.”, “_” and “-”, and at most \(maximumLength) of them"
    }
    let ending = name.split(separator: ".", omittingEmptySubsequences: false).last?.lowercased() ?? ""
    guard let format else {
      return ImageFormat.allCases.contains { $0.endings.contains(ending) }
        ? nil : "the name ends in .\(ImageFormat.allCases.flatMap(\.endings).joined(separator: ", ."))"
    }
    return format.endings.contains(ending)
      ? nil : "the file is \(format.name), so its name ends in .\(format.endings.joined(separator: " or ."))"
  }
}
