public import Foundation

/// Images for tests: whole and right, and as small as they can be.
public enum SampleImage {
  /// A grey PNG.
  ///
  /// - Parameters:
  ///   - shade: of all its pixels; another shade is another image.
  ///   - padding: bytes of a comment, for images of some size.
  public static func png(width: Int = 8, height: Int = 4, shade: UInt8 = 128, padding: Int = 0) -> Data {
    var image = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    image += chunk("IHDR", big(width) + big(height) + [8, 0, 0, 0, 0])
    if padding > 0 {
      image += chunk("tEXt", Array("c".utf8) + [0] + Array(repeating: UInt8(ascii: "x"), count: padding))
    }
    let row = [0] + Array(repeating: shade, count: width)
    image += chunk("IDAT", deflated((0..<height).flatMap { _ in row }))
    return image + chunk("IEND", [])
  }

  /// A JPEG's beginning: with Exif, in which a position stands or not.
  public static func jpeg(width: Int = 16, height: Int = 9, exif: Bool = false, position: Bool = false) -> Data {
    var image = Data([0xFF, 0xD8])
    if exif || position {
      // A directory with one entry; where that is the position's tag, it leads to a directory with one entry.
      var block: [UInt8] = Array("Exif\0\0".utf8) + Array("MM".utf8) + [0, 42, 0, 0, 0, 8, 0, 1]
      block += position ? [0x88, 0x25] : [0x01, 0x12]
      block += [0, 4, 0, 0, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0]
      block += [0, 1, 0, 1, 0, 2, 0, 0, 0, 2, UInt8(ascii: "N"), 0, 0, 0, 0, 0, 0, 0]
      image += [0xFF, 0xE1] + big16(block.count + 2) + block
    }
    image += [0xFF, 0xC0] + big16(11) + [8] + big16(height) + big16(width) + [1, 1, 0x11, 0]
    return image + [0xFF, 0xDA, 0, 2, 0xFF, 0xD9]
  }

  public static func gif(width: UInt8 = 3, height: UInt8 = 2) -> Data {
    var image = Data("GIF89a".utf8)
    image += Data([width, 0, height, 0, 0, 0, 0, 0x3B])
    return image
  }

  /// Lossless WebP's beginning.
  public static func webp(width: Int = 10, height: Int = 5) -> Data {
    let bits = (width - 1) | (height - 1) << 14
    let body = [0x2F, UInt8(bits & 255), UInt8(bits >> 8 & 255), UInt8(bits >> 16 & 255), UInt8(bits >> 24 & 255), 0]
    return Data("RIFF".utf8) + Data([18, 0, 0, 0]) + Data("WEBPVP8L".utf8) + Data([6, 0, 0, 0]) + Data(body)
  }

  /// AVIF's beginning.
  public static func avif(width: Int = 20, height: Int = 10) -> Data {
    var image = Data([0, 0, 0, 20])
    image += Data("ftypavif".utf8)
    image += Data([0, 0, 0, 0])
    image += Data("mif1".utf8)
    image += Data([0, 0, 0, 20])
    image += Data("ispe".utf8)
    image += Data([0, 0, 0, 0])
    image += Data(big(width))
    return image + Data(big(height))
  }

  private static func chunk(_ name: String, _ body: [UInt8]) -> Data {
    let named = Array(name.utf8) + body
    return Data(big(body.count) + named + big(Int(crc(named))))
  }

  /// As RFC 1950 and 1951 have it, without compressing anything.
  private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var low: UInt32 = 1
    var high: UInt32 = 0
    for byte in bytes {
      low = (low + UInt32(byte)) % 65_521
      high = (high + low) % 65_521
    }
    var blocks: [UInt8] = [0x78, 0x01]
    for start in stride(from: 0, to: max(1, bytes.count), by: 65_535) {
      let block = bytes[start..<min(start + 65_535, bytes.count)]
      let length = UInt16(block.count)
      blocks.append(start + block.count == bytes.count ? 1 : 0)
      blocks += [UInt8(length & 255), UInt8(length >> 8), UInt8(~length & 255), UInt8(~length >> 8)]
      blocks += block
    }
    return blocks + big(Int(high << 16 | low))
  }

  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt32 = .max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }

  private static func big(_ number: Int) -> [UInt8] {
    [UInt8(number >> 24 & 255), UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
  }

  private static func big16(_ number: Int) -> [UInt8] { [UInt8(number >> 8 & 255), UInt8(number & 255)] }
}
