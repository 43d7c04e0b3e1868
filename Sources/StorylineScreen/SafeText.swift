/// Text that a terminal cannot mistake for commands and a reader cannot be deceived by.
///
/// Everything that came over the network passes here on its way to the screen; `Span` sees to it. Control characters
/// (C0, C1, DEL, and so every escape sequence) become U+FFFD, bidirectional controls and invisible format characters
/// go, line ends and tabs become spaces. Joiners and selectors stay where an emoji or a joining script needs them.
/// Sources: Unicode TR36, 3.1; TR39, 3.1.1; ECMA-48 for C0 and C1.
public enum SafeText {
  /// Marks beyond this number on one letter are dropped, so that a line cannot be painted over its neighbours.
  static let maximumMarks = 4

  /// One line of `text`, safe to print.
  public static func line(_ text: String) -> String {
    if text.unicodeScalars.allSatisfy(\.isSimple) { return text }
    var cleaner = Cleaner()
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      cleaner.take(scalar, next: index + 1 < scalars.count ? scalars[index + 1] : nil)
    }
    return String(cleaner.kept)
  }

  /// The same for text of several lines: line feeds stay.
  public static func lines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line(String($0)) }.joined(separator: "\n")
  }

  private struct Cleaner {
    var kept = String.UnicodeScalarView()
    private var marks = 0
    private var inTagSequence = false

    mutating func take(_ scalar: Unicode.Scalar, next: Unicode.Scalar?) {
      let isTag = Marks.tags.contains(scalar)
      defer { inTagSequence = scalar == Marks.blackFlag || inTagSequence && isTag }
      switch scalar.properties.generalCategory {
      case .control:
        append("\t\n\r\u{0B}\u{0C}\u{85}".unicodeScalars.contains(scalar) ? " " : "\u{FFFD}")
      case .lineSeparator, .paragraphSeparator:
        append(" ")
      case .surrogate:
        append("\u{FFFD}")
      default:
        if scalar.properties.isNoncharacterCodePoint { return append("\u{FFFD}") }
        if isInvisible(scalar) && !(isTag ? inTagSequence : isNeeded(scalar, next: next)) { return }
        append(scalar)
      }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
      let category = scalar.properties.generalCategory
      let isMark = category == .nonspacingMark || category == .enclosingMark
      marks = isMark ? marks + 1 : 0
      if marks <= SafeText.maximumMarks { kept.append(scalar) }
    }

    private func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
      // The number signs of Arabic and Syriac are of category Cf and yet drawn.
      if [0x0600...0x0605, 0x06DD...0x06DD, 0x070F...0x070F, 0x08E2...0x08E2].contains(where: {
        $0.contains(scalar.value)
      }) {
        return false
      }
      return scalar.properties.isDefaultIgnorableCodePoint || scalar.properties.generalCategory == .format
    }

    private func isNeeded(_ scalar: Unicode.Scalar, next: Unicode.Scalar?) -> Bool {
      guard let last = kept.last else { return false }
      switch scalar {
      case Marks.emojiPresentation, Marks.textPresentation:
        return last.properties.isEmoji
      case Marks.zeroWidthJoiner:
        return isPicture(last) && next.map { $0.properties.isEmoji && !$0.isASCII } == true || joins(last)
      case Marks.zeroWidthNonJoiner:
        return joins(last)
      default:
        return false
      }
    }

    private func isPicture(_ scalar: Unicode.Scalar) -> Bool {
      scalar == Marks.emojiPresentation || scalar.properties.isEmoji && !scalar.isASCII
    }

    /// Whether letters around are written joined, so that joiners change what is read: Arabic to Mongolian.
    private func joins(_ scalar: Unicode.Scalar) -> Bool {
      (0x0600...0x18AF).contains(scalar.value) && !(0x10A0...0x13FF).contains(scalar.value)
    }
  }
}
