import StorylineClient
import StorylineModels
import StorylineScreen

/// Sets the entries of lists as lines.
struct EntrySetter {
  let contents: ListContents
  let layout: Layout
  private let screen: Screen
  private let positionsPage: PositionsPage
  private let timelinePage: TimelinePage

  init(_ screen: Screen, contents: ListContents, layout: Layout) {
    self.screen = screen
    self.contents = contents
    self.layout = layout
    // The board is made once for all of its seats.
    let board = screen == .positions ? contents.board : Board([])
    positionsPage = PositionsPage(
      board: board, at: contents.choice.at, showsHistory: contents.choice.showsHistory, names: contents.data.names,
      dates: contents.dates)
    timelinePage = TimelinePage(
      chapters: [], events: [], today: contents.today, names: contents.data.names, dates: contents.dates)
  }

  private var data: StoryData { contents.data }
  private var dates: DateWords { contents.dates }

  /// The lines of an entry, with the empty line that parts it from the next where entries are long.
  func lines(_ entry: ListEntry) -> [Line] {
    switch entry {
    case .heading(let title, let about): return heading(title, about)
    case .stance(let stance, let count, _):
      return [
        [
          Span(PlainWords.capitalised(PlainWords.name(stance)), positionsPage.ink(of: stance)),
          Span(" · \(count)", .faint),
        ]
      ]
    case .news(let text): return Paragraph([Span(text, .heading)]).lines(width: layout.table)
    case .article(let summary, let sign): return article(summary, sign)
    case .withdrawn(let article):
      let reason = article.reason.map { " · \($0)" } ?? ""
      return Paragraph(
        [Span(article.headline), Span(reason, .faint)], lead: [sign("− gone", .bad)], indent: newsIndent
      ).lines(width: layout.table)
    case .newFact(let fact):
      return Paragraph(
        FactWords(names: data.names, dates: dates).spans(fact), lead: [sign("+ fact", .good)], indent: newsIndent
      ).lines(width: layout.table)
    case .brief(let block): return BlockSetter(marks: nil, layout: layout).lines([block]) + [.empty]
    case .event(let event):
      return timelinePage.entry(event, layout)
    case .seat(let seat): return positionsPage.entry(seat, layout) + [.empty]
    case .commitment(let commitment): return commitmentsPage.entry(commitment, layout) + [.empty]
    case .totals: return commitmentsPage.totals(layout) + [.empty]
    case .quote(let quote):
      return QuotesPage(quotes: [], names: data.names, dates: dates).entry(quote, layout) + [.empty]
    case .hit(let hit, let about):
      return SearchPage(words: contents.asked, hits: []).entry(hit, about: about, layout) + [.empty]
    case .remark(let text): return Paragraph(text, .faint).lines(width: layout.prose)
    }
  }

  private func heading(_ title: String, _ about: String) -> [Line] {
    let about = about.hasPrefix(" · ") || about.isEmpty ? about : " · " + about
    // The seats of a board end with an empty line already.
    let gap: [Line] = screen == .positions ? [] : [.empty]
    return gap + Paragraph([Span(title, .heading), Span(about, .faint)], indent: 2).lines(width: layout.table)
  }

  /// Why something stands in the news. Words begin in one column, except where there is no room to spare for that.
  private func sign(_ words: String, _ ink: Ink) -> Span {
    Span(layout.isWide ? Columns.padded(words, to: 9) : words + "  ", ink)
  }

  private var newsIndent: Int? { layout.isWide ? nil : 2 }

  private func article(_ summary: ArticleSummary, _ newsSign: ListEntry.NewsSign?) -> [Line] {
    let date = summary.publishedAt.map { dates.shortDay($0, withCentury: layout.isWide) } ?? ""
    var about: [String] = []
    if summary.isSaved { about.append("★") }
    if summary.isCorrected { about.append("±") }
    if layout.isWide { about.append("\(summary.readingMinutes) min") }
    about.append(date)
    let lead: Span =
      switch newsSign {
      case .new: summary.isRead ? sign("  new", .faint) : sign("● new", .unread)
      case .fixed: sign("± fixed", .warning)
      case nil: Span(summary.isRead ? "  " : "● ", .unread)
      }
    let title = Span(summary.headline, summary.isRead ? .plain : .strong)
    let right = Span(about.joined(separator: " · "), .faint)
    var lines = Columns.pair(
      [title], right: right, lead: [lead], indent: newsSign == nil ? nil : newsIndent, width: layout.table, isWide: true
    )
    if newsSign == .fixed {
      let page = NowPage(
        story: Story(id: "", title: ""), changes: data.changes, status: .nothing, now: Timestamp(milliseconds: 0),
        names: data.names, dates: dates)
      let note = page.note(on: summary).dropFirst()
      if !note.isEmpty {
        let margin = [Span(String(repeating: " ", count: newsIndent ?? lead.width))]
        lines += Paragraph(note.map { Span($0.text, .faint) }, lead: margin).lines(width: layout.table)
      }
    }
    return lines
  }

  private var commitmentsPage: CommitmentsPage {
    CommitmentsPage(
      commitments: contents.shownCommitments, all: data.commitments, showsList: true, names: data.names, dates: dates)
  }
}
