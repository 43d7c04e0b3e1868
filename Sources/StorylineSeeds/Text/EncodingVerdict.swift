/// Why some bytes are not UTF-8 text, with the name of what they probably are.
enum EncodingVerdict: Hashable {
  /// An encoding by its own name and by the name that `iconv -f` takes.
  case encoding(name: String, iconv: String, line: Int)
  case brokenUTF8(line: Int)
  case binary(String, line: Int)

  /// nil if the bytes are UTF-8 text.
  init?(_ bytes: [UInt8]) {
    if let marked = Self.marked(bytes) {
      self = marked
    } else if let known = Self.signatures.first(where: { bytes.starts(with: $0.bytes) }) {
      self = .binary(known.name, line: 1)
    } else if let zero = bytes.firstIndex(of: 0) {
      self = Self.withZeros(bytes, line: UTF8Scan.line(of: zero, in: bytes))
    } else if let bad = UTF8Scan.firstInvalid(bytes) {
      self = Self.eightBit(bytes, line: UTF8Scan.line(of: bad, in: bytes))
    } else {
      return nil
    }
  }

  func fault(file: String) -> Fault {
    switch self {
    case .encoding(let name, let iconv, let line):
      Fault(
        .encoding, at: Place(file: file, line: line), "the text is encoded in \(name), not in UTF-8",
        advice: "convert it: iconv -f \(iconv) -t UTF-8 OLD > NEW")
    case .brokenUTF8(let line):
      Fault(
        .encoding, at: Place(file: file, line: line), "the UTF-8 text is damaged in this line",
        advice: "fetch the document again or retype the line")
    case .binary(let what, let line):
      Fault(.binary, at: Place(file: file, line: line), "this is \(what), not text", advice: "save it as plain text")
    }
  }

  private static let signatures: [(bytes: [UInt8], name: String)] = [
    (Array("%PDF".utf8), "a PDF document"), (Array("PK\u{3}\u{4}".utf8), "a ZIP archive or an office document"),
    ([0xD0, 0xCF, 0x11, 0xE0], "an old office document"), ([0x89, 0x50, 0x4E, 0x47], "a PNG image"),
    ([0xFF, 0xD8, 0xFF], "a JPEG image"), (Array("GIF8".utf8), "a GIF image"), ([0x1F, 0x8B], "a gzip archive"),
    (Array("{\\rtf".utf8), "a rich text (RTF) document"), (Array("SQLite format 3".utf8), "a database"),
    ([0x7F, 0x45, 0x4C, 0x46], "a program"),
  ]

  private static func marked(_ bytes: [UInt8]) -> Self? {
    // UTF-32 first: its little-endian mark begins with that of UTF-16.
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
      return .encoding(name: "UTF-32", iconv: "UTF-32", line: 1)
    }
    if bytes.starts(with: [0xFF, 0xFE]) { return .encoding(name: "UTF-16 (LE)", iconv: "UTF-16", line: 1) }
    if bytes.starts(with: [0xFE, 0xFF]) { return .encoding(name: "UTF-16 (BE)", iconv: "UTF-16", line: 1) }
    return nil
  }

  /// Text in UTF-16 without a mark has its line ends and spaces as 0A 00 or 00 0A; other files with zeros are no text.
  private static func withZeros(_ bytes: [UInt8], line: Int) -> Self {
    var even = 0
    var odd = 0
    for index in stride(from: 0, to: bytes.count - 1, by: 2) {
      if bytes[index] == 0, isPlain(bytes[index + 1]) { even += 1 }
      if bytes[index + 1] == 0, isPlain(bytes[index]) { odd += 1 }
    }
    let pairs = bytes.count / 2
    let isEven = bytes.count.isMultiple(of: 2)
    if isEven, odd * 12 >= pairs, even == 0 { return .encoding(name: "UTF-16LE", iconv: "UTF-16LE", line: 1) }
    if isEven, even * 12 >= pairs, odd == 0 { return .encoding(name: "UTF-16BE", iconv: "UTF-16BE", line: 1) }
    return .binary("a binary file", line: line)
  }

  private static func isPlain(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) || ASCII.isSpace(byte) }

  private static func eightBit(_ bytes: [UInt8], line: Int) -> Self {
    let controls = bytes.count { $0 < 0x20 && !ASCII.isSpace($0) }
    if controls * 100 > bytes.count { return .binary("a binary file", line: line) }
    if UTF8Scan.count(bytes).isMostlyValid { return .brokenUTF8(line: line) }
    let high = HighBytes(bytes)
    if high.areWords {
      return high.isKOI8
        ? .encoding(name: "KOI8-U", iconv: "KOI8-U", line: line)
        : .encoding(name: "Windows-1251", iconv: "WINDOWS-1251", line: line)
    }
    return high.hasC1
      ? .encoding(name: "Windows-1252", iconv: "WINDOWS-1252", line: line)
      : .encoding(name: "Latin-1 (ISO-8859-1)", iconv: "ISO-8859-1", line: line)
  }
}

/// How the bytes above 127 stand in a text: alone between Latin letters, or as whole words of another alphabet.
private struct HighBytes {
  private var neighbours = 0
  private var letters = 0
  private var lowerKOI8 = 0
  private(set) var hasC1 = false

  init(_ bytes: [UInt8]) {
    for (index, byte) in bytes.enumerated() where byte >= 0x80 {
      if byte < 0xA0 { hasC1 = true }
      guard byte >= 0xC0 else { continue }
      letters += 1
      if byte < 0xE0 { lowerKOI8 += 1 }
      if index > 0, bytes[index - 1] >= 0xA0 { neighbours += 1 }
    }
  }

  /// Most Cyrillic letters follow another one; Latin letters with accents hardly ever do.
  var areWords: Bool { letters > 0 && neighbours * 2 >= letters }
  /// In KOI8 the small letters are C0–DF, in Windows-1251 they are E0–FF.
  var isKOI8: Bool { lowerKOI8 * 2 > letters }
}
