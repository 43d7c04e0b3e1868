import StorylineModels
import StorylineScreen

/// Text in columns.
enum Columns {
  /// `text` with spaces up to `width` columns.
  static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - TextWidth.of(text)))
  }

  /// `text` as far as `width` columns reach, with an ellipsis where something is missing.
  static func fitted(_ text: String, to width: Int) -> String {
    if TextWidth.of(text) <= width { return text }
    var kept = ""
    var room = width - 1
    for character in text {
      room -= TextWidth.of(character)
      if room < 0 { break }
      kept.append(character)
    }
    while kept.last == " " { kept.removeLast() }
    return width < 1 ? "" : kept + "…"
  }

  private static let narrow = 60

  /// A paragraph at the left and a short text at the right edge of its first line, or below where there is no room.
  ///
  /// - Parameter indent: columns that the lines after the first start with; nil means as wide as the lead.
  static func pair(
    _ left: [Span], right: Span, lead: [Span] = [], indent: Int? = nil, width: Int, isWide: Bool
  ) -> [Line] {
    guard isWide, width < Int(Int32.max), !right.text.isEmpty else {
      let below = right.text.isEmpty ? [] : Paragraph([right], lead: [Span("  ")]).lines(width: width)
      return Paragraph(left, lead: lead, indent: indent).lines(width: width) + below
    }
    // Below the short text there is room, which a narrow screen cannot do without.
    let beside = width - right.width - 2
    var lines = Paragraph(left, lead: lead, indent: indent)
      .lines(width: beside, rest: width < narrow ? width : beside)
    let gap = width - lines[0].width - right.width
    lines[0].spans += [Span(String(repeating: " ", count: gap)), right]
    return lines
  }
}

/// Inline Markdown as spans.
enum InlineSpans {
  static func of(_ markdown: String) -> [Span] { of(InlineText(markdown).runs) }

  static func of(_ runs: [InlineText.Run]) -> [Span] {
    runs.map { run in
      let ink: Ink =
        switch run.style {
        case .plain: run.link == nil ? .plain : .link
        case .emphasis: .emphasis
        case .strong: .strong
        }
      return Span(run.text, ink, link: run.link)
    }
  }
}
