public import Foundation

/// The formats of images that are published. No SVG and no HTML: those are programs for whoever shows them.
public enum ImageFormat: String, CaseIterable, Hashable, Sendable {
  case png, jpeg, webp, avif, gif

  public var mediaType: String { "image/" + rawValue }

  /// What its files' names end in.
  public var endings: [String] { self == .jpeg ? ["jpg", "jpeg"] : [rawValue] }

  /// For people.
  public var name: String {
    switch self {
    case .png: "PNG"
    case .jpeg: "JPEG"
    case .webp: "WebP"
    case .avif: "AVIF"
    case .gif: "GIF"
    }
  }
}

/// What the first bytes of an image say of it. Nothing is decoded.
public struct ImageHeader: Hashable, Sendable {
  public var format: ImageFormat
  /// In pixels; nil where the bytes do not say it plainly.
  public var width: Int?
  public var height: Int?
  /// Whether the camera wrote down where it stood.
  public var hasPosition = false

  /// More pixels than this nobody's device should be asked to unpack.
  public static let mostPixels = 50_000_000

  public var hasTooManyPixels: Bool {
    guard let width, let height else { return false }
    return width.multipliedReportingOverflow(by: height).overflow || width * height > Self.mostPixels
  }

  /// nil if the bytes are no image of these formats.
  public init?(_ data: Data) {
    let bytes = ImageBytes(data)
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self.init(png: bytes)
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self.init(jpeg: bytes)
    } else if bytes.starts(with: Array("GIF87a".utf8)) || bytes.starts(with: Array("GIF89a".utf8)) {
      self.init(.gif, bytes.little16(6), bytes.little16(8))
    } else if bytes.has("RIFF", at: 0), bytes.has("WEBP", at: 8) {
      self.init(webp: bytes)
    } else if bytes.has("ftyp", at: 4), bytes.has("avif", at: 8) || bytes.has("avis", at: 8) {
      self.init(avif: bytes)
    } else {
      return nil
    }
  }

  private init?(_ format: ImageFormat, _ width: Int?, _ height: Int?) {
    guard let width, let height, width > 0, height > 0 else { return nil }
    self.format = format
    self.width = width
    self.height = height
  }

  /// PNG, third edition, 5.3 and 11.2.1: chunks of length, type, data and checksum, IHDR first.
  private init?(png bytes: ImageBytes) {
    guard bytes.has("IHDR", at: 12) else { return nil }
    self.init(.png, bytes.big32(16), bytes.big32(20))
    var place = 8
    while let length = bytes.big32(place), length < bytes.count {
      if bytes.has("eXIf", at: place + 4) { hasPosition = ExifReader.hasPosition(bytes, at: place + 8) }
      if bytes.has("IDAT", at: place + 4) { break }
      place += 12 + length
    }
  }

  /// ITU-T T.81, annex B: segments of marker and length up to the frame header, which has the size.
  private init?(jpeg bytes: ImageBytes) {
    var place = 2
    var position = false
    while let mark = bytes.byte(place), mark == 0xFF, let kind = bytes.byte(place + 1) {
      if kind == 0xFF {
        place += 1
        continue
      }
      guard let length = bytes.big16(place + 2), length >= 2 else { return nil }
      switch kind {
      case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
        self.init(.jpeg, bytes.big16(place + 7), bytes.big16(place + 5))
        hasPosition = position || hasLaterPosition(bytes, after: place + 2 + length)
        return
      case 0xE1: position = position || Self.hasPosition(bytes, segment: place + 4, length: length - 2)
      case 0xD8, 0xD9, 0xDA: return nil
      default: break
      }
      place += 2 + length
    }
    return nil
  }

  /// Some programs write what they know behind the frame header.
  private func hasLaterPosition(_ bytes: ImageBytes, after start: Int) -> Bool {
    var place = start
    while bytes.byte(place) == 0xFF, let kind = bytes.byte(place + 1), kind != 0xDA,
      let length = bytes.big16(place + 2), length >= 2
    {
      if kind == 0xE1, Self.hasPosition(bytes, segment: place + 4, length: length - 2) { return true }
      place += 2 + length
    }
    return false
  }

  /// Exif, or XMP, which says the same in XML.
  private static func hasPosition(_ bytes: ImageBytes, segment: Int, length: Int) -> Bool {
    if bytes.has("Exif", at: segment) { return ExifReader.hasPosition(bytes, at: segment + 6) }
    return bytes.contains("GPSLatitude", in: segment..<(segment + length))
  }

  /// The WebP container specification: chunks in RIFF, the first of which has the size.
  private init?(webp bytes: ImageBytes) {
    if bytes.has("VP8X", at: 12) {
      self.init(.webp, bytes.little24(24).map { $0 + 1 }, bytes.little24(27).map { $0 + 1 })
    } else if bytes.has("VP8L", at: 12), bytes.byte(20) == 0x2F, let bits = bytes.little32(21) {
      self.init(.webp, (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    } else if bytes.has("VP8 ", at: 12), bytes.byte(23) == 0x9D, bytes.byte(24) == 0x01, bytes.byte(25) == 0x2A {
      self.init(.webp, bytes.little16(26).map { $0 & 0x3FFF }, bytes.little16(28).map { $0 & 0x3FFF })
    } else {
      return nil
    }
    var place = 12
    while let length = bytes.little32(place + 4), length < bytes.count {
      if bytes.has("EXIF", at: place) {
        let start = bytes.has("Exif", at: place + 8) ? place + 14 : place + 8
        hasPosition = hasPosition || ExifReader.hasPosition(bytes, at: start)
      }
      if bytes.has("XMP ", at: place) {
        hasPosition = hasPosition || bytes.contains("GPSLatitude", in: (place + 8)..<(place + 8 + length))
      }
      place += 8 + length + length % 2
    }
  }

  /// ISO/IEC 23008-12: the largest “ispe” property near the beginning is the size; others are of tiles and previews.
  private init?(avif bytes: ImageBytes) {
    format = .avif
    var place = 0
    while let found = bytes.first("ispe", from: place, before: Self.avifHead) {
      if let width = bytes.big32(found + 8), let height = bytes.big32(found + 12), width > self.width ?? 0 {
        self.width = width
        self.height = height
      }
      place = found + 4
    }
  }

  private static let avifHead = 64 * 1024
}

/// Looks for a position in Exif (TIFF 6.0; Exif 2.32, 4.6.3): the first directory has a tag that leads to it.
enum ExifReader {
  private static let positionTag = 0x8825

  /// - Parameter start: where the TIFF header begins.
  static func hasPosition(_ bytes: ImageBytes, at start: Int) -> Bool {
    let isLittle = bytes.has("II", at: start)
    guard isLittle || bytes.has("MM", at: start) else { return false }
    let short = { (place: Int) in isLittle ? bytes.little16(place) : bytes.big16(place) }
    let long = { (place: Int) in isLittle ? bytes.little32(place) : bytes.big32(place) }
    guard let directory = long(start + 4), directory < bytes.count, let count = short(start + directory) else {
      return false
    }
    for entry in 0..<count {
      let place = start + directory + 2 + entry * 12
      guard let tag = short(place) else { return false }
      if tag == positionTag, let target = long(place + 8), target < bytes.count {
        return (short(start + target) ?? 0) > 0
      }
    }
    return false
  }
}

/// Bytes that somebody else made: whatever is asked for beyond their end is nil.
struct ImageBytes {
  private let bytes: [UInt8]

  init(_ data: Data) { bytes = [UInt8](data) }

  var count: Int { bytes.count }

  func byte(_ place: Int) -> Int? { bytes.indices.contains(place) ? Int(bytes[place]) : nil }

  func big16(_ place: Int) -> Int? { number([place, place + 1]) }
  func big32(_ place: Int) -> Int? { number([place, place + 1, place + 2, place + 3]) }
  func little16(_ place: Int) -> Int? { number([place + 1, place]) }
  func little24(_ place: Int) -> Int? { number([place + 2, place + 1, place]) }
  func little32(_ place: Int) -> Int? { number([place + 3, place + 2, place + 1, place]) }

  private func number(_ places: [Int]) -> Int? {
    var value = 0
    for place in places {
      guard let byte = byte(place) else { return nil }
      value = value << 8 | byte
    }
    return value
  }

  func starts(with mark: [UInt8]) -> Bool { bytes.starts(with: mark) }

  func has(_ word: String, at place: Int) -> Bool {
    place >= 0 && place <= bytes.count && bytes[place...].starts(with: word.utf8)
  }

  func contains(_ word: String, in range: Range<Int>) -> Bool {
    first(word, from: range.lowerBound, before: range.upperBound) != nil
  }

  func first(_ word: String, from start: Int, before end: Int) -> Int? {
    let end = min(end, bytes.count)
    guard start >= 0, start < end else { return nil }
    return bytes[start..<end].firstRange(of: Array(word.utf8))?.lowerBound
  }
}
