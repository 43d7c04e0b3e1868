import StorylineClient
import StorylineModels

/// The story at a glance: what is new since the last visit, and where things stand.
struct NowPage {
  var story: Story
  var changes: CatchUp
  var status: ReplicaStatus
  var now: Timestamp
  var names: Names
  var dates: DateWords

  /// Of each group no more than this; the lists have the others.
  private static let shown = 5

  func lines(_ layout: Layout) -> [Line] {
    var parts = [head(layout), news(layout)]
    let asOf = story.asOf.map { " · as of \(dates.words($0))" } ?? ""
    let brief = BlockSetter(marks: nil, layout: layout).lines(story.brief)
    if !brief.isEmpty {
      parts.append([Line([Span("Where things stand", .heading), Span(asOf, .faint)]), .empty] + brief)
    }
    return Array(parts.filter { !$0.isEmpty }.joined(separator: [.empty]))
  }

  private func head(_ layout: Layout) -> [Line] {
    var state: [String] = []
    if let synced = status.lastSyncedAt { state.append("synced \(dates.ago(synced, now: now))") }
    if status.pending > 0 { state.append("\(PlainWords.count(status.pending, "mark")) waiting") }
    let title = [Span(story.title, .title), Span(" · " + PlainWords.name(story.status), .faint)]
    let right = Span(PlainWords.facts(state), .faint)
    let lines = Columns.pair(title, right: right, width: layout.prose, isWide: layout.isWide)
    return lines + (layout.isUnwrapped ? [] : [Line(String(repeating: "─", count: layout.rule), .faint)])
  }

  private func news(_ layout: Layout) -> [Line] {
    if changes.isEmpty { return [Line([Span(since, .heading), Span(": nothing new")])] }
    var lines = Paragraph([Span(since, .heading), Span(": " + counts)], indent: 2).lines(width: layout.prose)
    lines += group(changes.newArticles, "● new", .unread, layout) { article($0) }
    lines += group(changes.changedArticles, "± fixed", .warning, layout) { article($0) + note(on: $0) }
    lines += group(changes.withdrawn, "− gone", .bad, layout) { withdrawn($0) }
    lines += group(facts, "+ fact", .good, layout) { FactWords(names: names, dates: dates).spans($0) }
    return lines
  }

  var since: String {
    changes.since.map { "Since \(dates.exact($0.at))" } ?? "New to you"
  }

  var counts: String {
    var words: [String] = []
    if !changes.newArticles.isEmpty { words.append(PlainWords.count(changes.newArticles.count, "new article")) }
    if !changes.changedArticles.isEmpty {
      words.append(PlainWords.count(changes.changedArticles.count, "changed article"))
    }
    if !changes.withdrawn.isEmpty { words.append("\(changes.withdrawn.count) withdrawn") }
    if !facts.isEmpty {
      let isFirst = changes.since == nil
      words.append(PlainWords.count(facts.count, isFirst ? "fact" : "new or changed fact"))
    }
    if words.isEmpty { words.append(PlainWords.count(changes.updates.count, "note")) }
    return PlainWords.facts(words)
  }

  var facts: [FactMarks.Fact] {
    changes.facts.events.reversed().map(FactMarks.Fact.event) + changes.facts.positions.map(FactMarks.Fact.position)
      + changes.facts.commitments.map(FactMarks.Fact.commitment) + changes.facts.quotes.map(FactMarks.Fact.quote)
  }

  private func group<Item>(
    _ items: [Item], _ label: String, _ ink: Ink, _ layout: Layout, words: (Item) -> [Span]
  ) -> [Line] {
    let column = layout.isWide ? 12 : 4
    let sign = layout.isWide ? label : String(label.prefix(1))
    let lead = [Span(Columns.padded("  " + sign, to: column), ink)]
    let lines = items.prefix(Self.shown).flatMap { Paragraph(words($0), lead: lead).lines(width: layout.prose) }
    let rest = items.count - Self.shown
    if rest <= 0 { return lines }
    return lines + [Line(String(repeating: " ", count: column) + "and \(rest) more", .faint)]
  }

  private func article(_ summary: ArticleSummary) -> [Span] {
    let date = summary.publishedAt.map { [dates.day($0)] } ?? []
    let about = date + ["\(summary.readingMinutes) min", summary.id.rawValue]
    return [Span(summary.headline, .strong), Span(" · " + PlainWords.facts(about), .faint)]
  }

  func note(on summary: ArticleSummary) -> [Span] {
    let target = Update.Target(kind: .article, id: summary.id.rawValue)
    guard let update = changes.updates.first(where: { $0.target == target }) else { return [] }
    return [Span(" — ")] + InlineSpans.of(update.note)
  }

  private func withdrawn(_ article: WithdrawnArticle) -> [Span] {
    [Span(article.headline), Span(article.reason.map { " · \($0)" } ?? "", .faint)]
  }
}
