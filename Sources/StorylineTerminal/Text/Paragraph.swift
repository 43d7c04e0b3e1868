/// Running text with a lead on its first line and a hanging indent under it.
struct Paragraph {
  var spans: [Span]
  var lead: [Span] = []
  /// Columns that the lines after the first start with; nil means as wide as the lead.
  var indent: Int?

  init(_ spans: [Span], lead: [Span] = [], indent: Int? = nil) {
    self.spans = spans
    self.lead = lead
    self.indent = indent
  }

  init(_ text: String, _ ink: Ink = .plain, lead: [Span] = [], indent: Int? = nil) {
    self.init([Span(text, ink)], lead: lead, indent: indent)
  }

  /// The lines within `width` columns.
  func lines(width: Int) -> [Line] {
    let leadWidth = Line(lead).width
    let indent = indent ?? leadWidth
    let margin = Span(String(repeating: " ", count: indent))
    let broken = LineBreaker(spans).lines(first: width - leadWidth, rest: width - indent)
    return broken.enumerated().map { index, line in
      if index == 0 { return Line(lead + line.spans) }
      return Line((indent > 0 ? [margin] : []) + line.spans)
    }
  }
}
