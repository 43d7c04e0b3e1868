import Foundation

/// What no text of a story may contain, and how white space is written.
enum TextRules {
  struct Forbidden: Hashable {
    let scalar: Unicode.Scalar
    /// From 1.
    let column: Int

    func fault(at place: Place) -> Fault {
      let code = "U+" + String(format: "%04X", scalar.value)
      let what = TextRules.isBidiControl(scalar) ? "changes the direction of text unseen" : "is a control character"
      return Fault(.forbiddenCharacter, at: place, "the character \(code) \(what)", advice: "delete it")
    }
  }

  /// The first control character (tabs are allowed) or direction override.
  ///
  /// Overrides make a reader see other words than the ones that are stored (“Trojan Source”, CVE-2021-42574).
  static func forbidden(in text: String) -> Forbidden? {
    if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x09 }) { return nil }
    for (index, scalar) in text.unicodeScalars.enumerated() where isForbidden(scalar) {
      return Forbidden(scalar: scalar, column: index + 1)
    }
    return nil
  }

  private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09: false
    case 0x00...0x1F, 0x7F...0x9F: true
    default: isBidiControl(scalar)
    }
  }

  /// What `new` and `suggest` leave open: the column of `‹…›`, from 1; nil if nothing is.
  static func placeholder(in text: String) -> Int? {
    guard text.utf8.contains(0xE2), let open = text.firstIndex(of: "‹"), text[open...].contains("›") else { return nil }
    return text.unicodeScalars.distance(from: text.startIndex, to: open) + 1
  }

  static func placeholderFault(at place: Place) -> Fault {
    Fault(.placeholder, at: place, "what stands between ‹ and › is still to be written", advice: "replace it")
  }

  /// `text` with a mark in the place of every character that could do something to a terminal.
  static func visible(_ text: String) -> String {
    guard forbidden(in: text) != nil else { return text }
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { shown.append(isForbidden(scalar) ? "\u{FFFD}" : scalar) }
    return String(shown)
  }

  /// `text` without forbidden characters.
  static func allowed(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { !isForbidden($0) }))
  }

  static func isBidiControl(_ scalar: Unicode.Scalar) -> Bool {
    (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
  }

  /// `text` without white space at its ends and with single spaces inside. No-break spaces inside stay.
  static func normalised(_ text: String) -> String {
    if isNormal(text) { return text }
    return text.split(whereSeparator: { $0.isWhitespace && $0 != "\u{A0}" && $0 != "\u{202F}" }).joined(separator: " ")
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Whether `normalised` would change nothing, as of nearly every line: single spaces between its ends, and no other
  /// white space. By bytes, since it is asked of every line of a story.
  private static func isNormal(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      guard let first = bytes.first, let last = bytes.last, first > 0x20, last > 0x20 else { return bytes.isEmpty }
      var before: UInt8 = 0
      for (index, byte) in bytes.enumerated() {
        switch byte {
        case 0x20 where before == 0x20: return false
        case 0x00..<0x20: return false
        // What could begin a space of Unicode: U+0085, U+00A0, U+1680, U+2000 to U+205F, U+3000.
        case 0xC2, 0xE1, 0xE3: return false
        case 0xE2:
          guard index + 2 < bytes.count else { return false }
          let (second, third) = (bytes[index + 1], bytes[index + 2])
          if second == 0x80, third <= 0x8F || (0xA8...0xAF).contains(third) { return false }
          if second == 0x81, third == 0x9F { return false }
        default: break
        }
        before = byte
      }
      return true
    }
  }

  /// For comparing what two lines say: small letters, straight quotes, no punctuation at the end.
  static func comparable(_ text: String) -> String {
    var plain = normalised(text).lowercased()
    for (curly, straight) in [("’", "'"), ("‘", "'"), ("“", "\""), ("”", "\""), ("\u{A0}", " ")] {
      plain = plain.replacingOccurrences(of: curly, with: straight)
    }
    while let last = plain.last, ".!?…:;, ".contains(last) { plain.removeLast() }
    return plain
  }
}
