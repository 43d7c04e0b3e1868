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

  /// The lines within `width` columns, those after the first within `rest` where that is another number.
  func lines(width: Int, rest: Int? = nil) -> [Line] {
    let leadWidth = Line(lead).width
    let indent = indent ?? leadWidth
    let margin = Span(String(repeating: " ", count: indent))
    let broken = LineBreaker(spans).lines(first: width - leadWidth, rest: (rest ?? width) - indent)
    return broken.enumerated().map { index, line in
      if index == 0 { return Line(lead + line.spans) }
      return Line((indent > 0 ? [margin] : []) + line.spans)
    }
  }
}
