import StorylineModels

/// Sets the blocks of a text: paragraphs, headings, lists, quotations, images, links.
struct BlockSetter {
  var marks: FactMarks?
  var layout: Layout
  var emphases: [Emphasis] = []

  /// The blocks with an empty line between them.
  ///
  /// - Parameter dateline: the place that the first paragraph opens with.
  func lines(_ blocks: [Block], dateline: String? = nil) -> [Line] {
    var dateline = dateline
    var parts: [[Line]] = []
    for block in blocks {
      let opensWith = block.role == .paragraph ? dateline : nil
      let lines = self.lines(block, dateline: opensWith)
      if opensWith != nil, !lines.isEmpty { dateline = nil }
      if !lines.isEmpty { parts.append(lines) }
    }
    return Array(parts.joined(separator: [.empty]))
  }

  func lines(_ block: Block, dateline: String?) -> [Line] {
    switch block.role {
    case .paragraph:
      let place = dateline.map { [Span($0 + ": ", .strong)] } ?? []
      return set(place + spans(block.text, in: block))
    case .heading: return heading(block)
    case .list: return list(block)
    case .quote: return quotation(block)
    case .image: return image(block)
    case .link: return link(block)
    default: return block.texts.flatMap { set(spans(InlineText.escaped($0), in: block)) }
    }
  }

  private func spans(_ text: String?, in block: Block) -> [Span] {
    guard let text, !text.isEmpty else { return [] }
    let spans = marks?.spans(text, in: block.id) ?? InlineSpans.of(text)
    return emphases.reduce(spans) { $1.applied(to: $0, in: block.id) }
  }

  private func set(_ spans: [Span], lead: [Span] = [], indent: Int? = nil) -> [Line] {
    if spans.allSatisfy({ $0.text.isEmpty }) { return [] }
    return Paragraph(spans, lead: lead, indent: indent).lines(width: layout.prose)
  }

  private func heading(_ block: Block) -> [Line] {
    let isMain = (block.level ?? 2) <= 2
    let spans = spans(block.text, in: block).map { span in
      [.mark, .hit, .highlight].contains(span.ink)
        ? span : Span(span.text, isMain ? .heading : .emphasis, link: span.link)
    }
    let lines = set(spans)
    // Where there are no looks, a line under the words says that they are a heading.
    guard !layout.hasLooks, isMain, !layout.isUnwrapped, let width = lines.map(\.width).max() else { return lines }
    return lines + [Line(String(repeating: "─", count: width), .faint)]
  }

  private func list(_ block: Block) -> [Line] {
    let items = block.items ?? []
    let digits = String(items.count).count
    return items.enumerated().flatMap { index, item in
      let number = String(index + 1)
      let bullet =
        block.style == "number"
        ? String(repeating: " ", count: digits - number.count) + number + ". " : "• "
      return set(spans(item, in: block), lead: [Span("  " + bullet)])
    }
  }

  private func quotation(_ block: Block) -> [Line] {
    var said = spans(block.text, in: block)
    if let first = said.first, !first.text.hasPrefix("“"), !first.text.hasPrefix("\"") {
      let end = said.lastIndex { $0.ink != .mark } ?? said.endIndex - 1
      said.insert(Span("”"), at: end + 1)
      said.insert(Span("“"), at: 0)
    }
    let margin = [Span("    ")]
    let attribution = InlineSpans.of(block.attribution ?? "").map { Span($0.text, .faint, link: $0.link) }
    return set(said, lead: margin) + set(attribution, lead: margin + [Span("— ", .faint)])
  }

  private func image(_ block: Block) -> [Line] {
    let words = [block.alt, block.caption].compactMap(\.self).filter { !$0.isEmpty }.map { InlineText($0).plain }
    let credit = block.credit.map { " (\($0))" } ?? ""
    let shown = emphases.reduce([Span(words.joined(separator: " — "), .faint)]) { $1.applied(to: $0, in: block.id) }
    return set([Span("[Image: ", .faint)] + shown + [Span("\(credit)]", .faint)])
  }

  private func link(_ block: Block) -> [Line] {
    let target = block.article?.rawValue ?? block.url
    let title = InlineText(block.title ?? block.text ?? target ?? "").plain
    // What leads nowhere must not look as if it did.
    guard let target else { return set(spans(block.title ?? block.text, in: block), lead: [Span("→ ", .mark)]) }
    let isNamed = target != title && (layout.namesIDs || block.article == nil)
    let words = emphases.reduce([Span(title, .link, link: block.url)]) { $1.applied(to: $0, in: block.id) }
    return set(words + (isNamed ? [Span(" · " + target, .faint)] : []), lead: [Span("→ ", .mark)])
  }
}
