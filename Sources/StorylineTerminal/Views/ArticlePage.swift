import StorylineClient
import StorylineModels

/// One article, properly set, with the facts that rest on it at the end.
struct ArticlePage {
  var view: ArticleView
  var names: Names
  var dates: DateWords

  private var article: Article { view.article }

  func lines(_ layout: Layout) -> [Line] {
    let marks = FactMarks(view.facts, in: article)
    let setter = BlockSetter(marks: marks, layout: layout)
    var parts = [head(layout), about(layout)]
    parts.append(setter.lines(article.blocks, dateline: article.dateline))
    parts.append(links(layout))
    parts.append(facts(marks, layout))
    parts.append(foot(layout))
    return Array(parts.filter { !$0.isEmpty }.joined(separator: [.empty]))
  }

  func head(_ layout: Layout) -> [Line] {
    let standfirst = article.standfirst.map { markdown in
      Paragraph(InlineSpans.of(markdown).map { Span($0.text, .emphasis, link: $0.link) }).lines(width: layout.prose)
    }
    return Paragraph(article.headline, .title).lines(width: layout.prose) + (standfirst ?? [])
  }

  func about(_ layout: Layout) -> [Line] {
    var lines = Paragraph(ArticleWords(view: view, names: names, dates: dates).about, .faint)
      .lines(width: layout.prose)
    for update in view.updates where update.type != .new {
      let words = "\(PlainWords.capitalised(PlainWords.name(update.type))), \(dates.moment(update.at)): "
      lines += Paragraph([Span(words, .warning)] + InlineSpans.of(update.note), indent: 2).lines(width: layout.prose)
    }
    if !layout.isUnwrapped { lines.append(Line(String(repeating: "─", count: layout.rule), .faint)) }
    return lines
  }

  /// Addresses that the text links to; the words in the text carry no address on paper.
  func links(_ layout: Layout) -> [Line] {
    let texts = article.blocks.flatMap { [$0.text, $0.attribution].compactMap(\.self) + ($0.items ?? []) }
    let links = texts.flatMap { InlineText($0).runs }.filter { $0.link != nil }
    if links.isEmpty { return [] }
    return [Line("Links", .heading)]
      + links.flatMap { run in
        Paragraph([Span(run.text), Span(": " + (run.link ?? ""), .faint)], lead: [Span("  ")])
          .lines(width: layout.prose)
      }
  }

  func facts(_ marks: FactMarks, _ layout: Layout) -> [Line] {
    if marks.entries.isEmpty { return [] }
    let column = (marks.entries.map { $0.mark.count }.max() ?? 2) + 4
    let words = FactWords(names: names, dates: dates)
    return Paragraph("Facts that rest on this article", .heading).lines(width: layout.prose)
      + marks.entries.flatMap { entry in
        Paragraph(words.spans(entry.fact), lead: [Span(Columns.padded("  " + entry.mark, to: column), .mark)])
          .lines(width: layout.prose)
      }
  }

  func foot(_ layout: Layout) -> [Line] {
    let tags = article.tags.map(names.topic)
    let rows = [
      ("Tags", tags.joined(separator: ", ")),
      ("Sources", (article.sources ?? []).map(names.name).joined(separator: "; ")),
      ("Address", article.url ?? ""),
      ("Id", article.id.rawValue),
    ]
    return rows.filter { !$0.1.isEmpty }.flatMap { name, text in
      Paragraph(text, .faint, lead: [Span(Columns.padded(name, to: 9), .faint)]).lines(width: layout.prose)
    }
  }
}

/// The line under a headline.
struct ArticleWords {
  var view: ArticleView
  var names: Names
  var dates: DateWords

  /// Byline, date, source, reading time, and what the reader marked.
  var about: String {
    let article = view.article
    var words = [PlainWords.list(article.byline)].filter { !$0.isEmpty }
    if let date = article.publishedAt { words.append(dates.moment(date)) }
    if let source = article.source.map(names.name), !article.byline.contains(source) { words.append(source) }
    words.append("\(article.readingMinutes) min")
    if article.version > 1 { words.append("version \(article.version)") }
    if article.status == .withdrawn { words.append("withdrawn") }
    if view.summary.isRead { words.append("read") }
    if view.summary.isSaved { words.append("saved") }
    return PlainWords.facts(words)
  }
}

/// A fact in one line.
struct FactWords {
  var names: Names
  var dates: DateWords

  func spans(_ fact: FactMarks.Fact) -> [Span] {
    switch fact {
    case .event(let event):
      [Span(PlainWords.facts([dates.words(from: event.date, to: event.endDate)]) + " · ", .faint), Span(event.title)]
    case .quote(let quote):
      [Span("\(names.name(quote.speaker)): "), Span("“\(InlineText(quote.text).plain)”")]
    case .position(let position):
      [
        Span(
          "\(PlainWords.capitalised(names.topic(position.topic))): \(names.name(position.actor)) \(PlainWords.verb(position.stance))"
        ),
        Span(" · " + PlainWords.facts([dates.words(position.date)]), .faint),
      ]
    case .commitment(let commitment):
      [
        Span(commitment.title),
        Span(commitment.money.map { ", " + MoneyWords.words($0, approximate: commitment.approximate) } ?? ""),
        Span(" · " + PlainWords.facts([names.names(commitment.from), PlainWords.name(commitment.status)]), .faint),
      ]
    }
  }
}
