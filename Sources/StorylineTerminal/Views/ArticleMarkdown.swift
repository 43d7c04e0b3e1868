import StorylineClient
import StorylineModels
import StorylineScreen

/// One article as Markdown (CommonMark with footnotes for the facts).
struct ArticleMarkdown {
  var view: ArticleView
  var names: Names
  var dates: DateWords

  var text: String {
    let article = view.article
    let marks = FactMarks(view.facts, in: article)
    var parts = ["# " + Self.escaped(article.headline)]
    if let standfirst = article.standfirst { parts.append("*\(Self.escaped(InlineText(standfirst).plain))*") }
    parts.append(Self.escaped(ArticleWords(view: view, names: names, dates: dates).about))
    for update in view.updates where update.type != .new {
      let kind = PlainWords.capitalised(PlainWords.name(update.type))
      parts.append("> **\(kind), \(dates.moment(update.at)):** \(Self.inline(InlineSpans.of(update.note)))")
    }
    var dateline = article.dateline
    for block in article.blocks {
      let opensWith = block.role == .paragraph ? dateline : nil
      if opensWith != nil { dateline = nil }
      parts.append(self.block(block, marks, dateline: opensWith))
    }
    let facts = FactWords(names: names, dates: dates)
    for entry in marks.entries {
      parts.append("[^\(entry.mark)]: " + Self.escaped(Line(facts.spans(entry.fact)).text))
    }
    return NoBreak.released(SafeText.lines(parts.filter { !$0.isEmpty }.joined(separator: "\n\n"))) + "\n"
  }

  private func block(_ block: Block, _ marks: FactMarks, dateline: String?) -> String {
    let text = Self.inline(marks.spans(block.text ?? "", in: block.id))
    switch block.role {
    case .paragraph: return dateline.map { "**\(Self.escaped($0)):** " + text } ?? text
    case .heading: return String(repeating: "#", count: min(6, max(2, block.level ?? 2))) + " " + text
    case .list:
      return (block.items ?? []).enumerated().map { index, item in
        (block.style == "number" ? "\(index + 1). " : "- ") + Self.inline(marks.spans(item, in: block.id))
      }.joined(separator: "\n")
    case .quote:
      let attribution = block.attribution.map { "\n>\n> — " + Self.inline(InlineSpans.of($0)) } ?? ""
      return "> " + text + attribution
    case .image:
      let caption = block.caption.map { "\n\n*\(Self.escaped(InlineText($0).plain))*" } ?? ""
      return "![\(Self.escaped(block.alt ?? ""))](\(Self.address(block.url ?? "")))\(caption)"
    case .link:
      let title = Self.escaped(InlineText(block.title ?? block.text ?? "").plain)
      if let url = block.url { return "→ [\(title)](\(Self.address(url)))" }
      return "→ \(title)" + (block.article.map { " (`\($0)`)" } ?? "")
    default: return block.texts.map(Self.escaped).joined(separator: "\n\n")
    }
  }

  private static func inline(_ spans: [Span]) -> String {
    spans.map { span in
      if span.ink == .mark { return "[^" + span.text.dropFirst().dropLast() + "]" }
      let words = escaped(span.text)
      let styled =
        switch span.ink {
        case .strong: "**\(words)**"
        case .emphasis: "*\(words)*"
        default: words
        }
      return span.link.map { "[\(styled)](\(address($0)))" } ?? styled
    }.joined()
  }

  /// Marks of Markdown and HTML are only signs in an article's words.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      if "\\*_[]`<>#".contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }

  private static func address(_ url: String) -> String {
    url.replacing("(", with: "%28").replacing(")", with: "%29").replacing(" ", with: "%20")
  }
}
