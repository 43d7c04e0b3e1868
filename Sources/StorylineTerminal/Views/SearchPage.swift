import StorylineClient
import StorylineModels

/// What a search found, best first, with the words looked for marked.
struct SearchPage {
  var words: String
  var hits: [SearchHit]

  private static let kindColumn = 12

  func lines(_ layout: Layout) -> [Line] {
    if hits.isEmpty { return Paragraph("Nothing found for “\(words)”.", .faint).lines(width: layout.prose) }
    return Array(hits.map { entry($0, about: $0.id, layout) }.joined(separator: [.empty]))
  }

  /// - Parameter about: what stands under the words: the id for a command, the date where there is a bar.
  func entry(_ hit: SearchHit, about: String, _ layout: Layout) -> [Line] {
    let kind = PlainWords.capitalised(PlainWords.name(hit.kind))
    let column = layout.isWide ? Self.kindColumn : 2
    let lead = layout.isWide ? [Span(Columns.padded(kind, to: column), .faint)] : [Span("\(kind) ", .faint)]
    let margin = [Span(String(repeating: " ", count: column))]
    let title = InlineText(hit.title).plain
    let snippet = snippet(hit.snippet, layout)
    // A short record's words are its title and its text at once: say them once, with the marks.
    let isSame = hit.snippet.text == title
    let head = isSame ? snippet.map { $0.ink == .hit ? $0 : Span($0.text, .strong) } : [Span(title, .strong)]
    return Paragraph(head, lead: lead, indent: column).lines(width: layout.prose)
      + (isSame ? [] : Paragraph(snippet, lead: margin).lines(width: layout.prose))
      + (about.isEmpty ? [] : Paragraph(about, .faint, lead: margin).lines(width: layout.prose))
  }

  private func snippet(_ snippet: Snippet, _ layout: Layout) -> [Span] {
    let characters = Array(snippet.text)
    var spans: [Span] = []
    var offset = 0
    for match in snippet.matches where match.lowerBound >= offset && match.upperBound <= characters.count {
      spans.append(Span(String(characters[offset..<match.lowerBound])))
      let hit = String(characters[match])
      // Brackets where reverse video cannot say it.
      spans.append(Span(layout.hasLooks ? hit : "[\(hit)]", .hit))
      offset = match.upperBound
    }
    return spans + [Span(String(characters[offset...]))]
  }
}
