import CStorylineTerm

/// How many columns text takes on a terminal, counted by grapheme clusters.
///
/// Code points come from libc's `wcwidth`, the table that most terminals share; clusters that a terminal draws as one
/// picture (flags, emoji with a presentation selector, joined families) take two columns.
public enum TextWidth {
  public static func of(_ text: String) -> Int {
    var width = 0
    for scalar in text.unicodeScalars {
      guard scalar.isSimple else { return text.reduce(0) { $0 + of($1) } }
      width += 1
    }
    return width
  }

  public static func of(_ character: Character) -> Int {
    if let ascii = character.asciiValue { return (0x20..<0x7F).contains(ascii) ? 1 : 0 }
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if scalars.count == 1 { return of(first) }
    if isOnePicture(scalars) { return 2 }
    return scalars.reduce(0) { $0 + of($1) }
  }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    let width = Int(storyline_scalar_width(scalar.value))
    if width >= 0 { return width }
    if scalar.properties.generalCategory == .control { return 0 }
    // Newer than libc's table.
    return scalar.properties.isEmojiPresentation ? 2 : 1
  }

  private static func isOnePicture(_ scalars: Character.UnicodeScalarView) -> Bool {
    guard let first = scalars.first else { return false }
    if first.isRegionalIndicator { return scalars.count == 2 }
    if scalars.contains(Marks.emojiPresentation) { return first.properties.isEmoji }
    guard first.properties.isEmojiPresentation || first.properties.isEmoji && !first.isASCII else { return false }
    return scalars.dropFirst().contains {
      $0 == Marks.zeroWidthJoiner || $0.properties.isEmojiModifier || Marks.tags.contains($0)
    }
  }
}

/// Invisible code points that carry meaning inside a cluster.
enum Marks {
  static let zeroWidthNonJoiner: Unicode.Scalar = "\u{200C}"
  static let zeroWidthJoiner: Unicode.Scalar = "\u{200D}"
  static let textPresentation: Unicode.Scalar = "\u{FE0E}"
  static let emojiPresentation: Unicode.Scalar = "\u{FE0F}"
  static let blackFlag: Unicode.Scalar = "\u{1F3F4}"
  static let tags: ClosedRange<Unicode.Scalar> = "\u{E0020}"..."\u{E007F}"
}

extension Unicode.Scalar {
  /// Whether it is drawn, takes one column, and is a character by itself beside any other of its kind.
  ///
  /// Most of what is read here is made of such: Latin, Greek and Cyrillic letters, punctuation, lines of boxes. Text of
  /// them alone needs no look at the tables of Unicode, which would take most of the time that a frame has.
  public var isSimple: Bool {
    switch value {
    case 0x20..<0x7F, 0xA0..<0xAD, 0xAE..<0x300: true
    // Without the marks of Cyrillic, which join the letter before them.
    case 0x370..<0x483, 0x48A..<0x530: true
    case 0x2010..<0x2028, 0x2030..<0x205F, 0x20A0..<0x20C1, 0x2190..<0x2300, 0x2500..<0x25FB, 0x2605, 0x27F3: true
    default: false
    }
  }

  var isRegionalIndicator: Bool { ("\u{1F1E6}"..."\u{1F1FF}").contains(self) }
}
