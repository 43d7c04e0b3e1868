import StorylineClient
import StorylineModels

/// One article as Markdown (CommonMark with footnotes for the facts).
struct ArticleMarkdown {
  var view: ArticleView
  var names: Names
  var dates: DateWords
  var images = ImageAddresses()

  var text: String {
    let article = view.article
    let marks = FactMarks(view.facts, in: article)
    var parts = ["# " + Markdown.escaped(article.headline)]
    if let standfirst = article.standfirst { parts.append("*\(Markdown.escaped(InlineText(standfirst).plain))*") }
    parts.append(Markdown.escaped(ArticleWords(view: view, names: names, dates: dates).about))
    for update in view.updates where update.type != .new {
      let kind = PlainWords.capitalised(PlainWords.name(update.type))
      parts.append("> **\(kind), \(dates.moment(update.at)):** \(Markdown.inline(InlineSpans.of(update.note)))")
    }
    var dateline = article.dateline
    for block in article.blocks {
      let opensWith = block.role == .paragraph ? dateline : nil
      if opensWith != nil { dateline = nil }
      parts.append(Self.block(block, marks, dateline: opensWith, images))
    }
    let facts = FactWords(names: names, dates: dates)
    for entry in marks.entries {
      parts.append("[^\(entry.mark)]: " + Markdown.escaped(Line(facts.spans(entry.fact)).text))
    }
    return Markdown.document(parts)
  }

  /// One block; of an article with the marks of its facts.
  static func block(
    _ block: Block, _ marks: FactMarks? = nil, dateline: String? = nil, _ images: ImageAddresses = ImageAddresses()
  ) -> String {
    let spans = { (text: String) in marks?.spans(text, in: block.id) ?? InlineSpans.of(text) }
    let text = Markdown.inline(spans(block.text ?? ""))
    switch block.role {
    case .paragraph: return dateline.map { "**\(Markdown.escaped($0)):** " + text } ?? text
    case .heading: return String(repeating: "#", count: min(6, max(2, block.level ?? 2))) + " " + text
    case .list:
      return (block.items ?? []).enumerated().map { index, item in
        (block.style == "number" ? "\(index + 1). " : "- ") + Markdown.inline(spans(item))
      }.joined(separator: "\n")
    case .quote:
      let attribution = block.attribution.map { "\n>\n> — " + Markdown.inline(InlineSpans.of($0)) } ?? ""
      return "> " + text + attribution
    case .image: return image(block, images)
    case .link:
      let title = Markdown.escaped(InlineText(block.title ?? block.text ?? "").plain)
      if let url = block.url { return "→ [\(title)](\(Markdown.address(url)))" }
      return "→ \(title)" + (block.article.map { " (`\($0)`)" } ?? "")
    default: return block.texts.map(Markdown.escaped).joined(separator: "\n\n")
    }
  }

  private static func image(_ block: Block, _ images: ImageAddresses) -> String {
    let alt = Markdown.escaped(block.alt ?? "")
    // Without an address only the words are true.
    let shown = block.url.flatMap(images.address).map { "![\(alt)](\(Markdown.address($0)))" } ?? "[Image: \(alt)]"
    let about = [block.caption.map { InlineText($0).plain }, block.credit].compactMap(\.self).filter { !$0.isEmpty }
    return shown + (about.isEmpty ? "" : "\n\n*\(about.map(Markdown.escaped).joined(separator: " · "))*")
  }
}
