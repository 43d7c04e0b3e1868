import StorylineModels
import StorylineScreen

/// What happened, chapter by chapter; what is still to come stands at the end.
struct TimelinePage {
  var chapters: [Story.Chapter]
  /// Sorted by date.
  var events: [Event]
  /// `yyyy-mm-dd`.
  var today: String
  var names: Names
  var dates: DateWords

  /// Wide enough for the longest day of the reader's language: a bullet under its date would break the line of bullets.
  private let dateColumn: Int

  init(
    chapters: [Story.Chapter], events: [Event], today: String, names: Names = Names(actors: [:]), dates: DateWords
  ) {
    self.chapters = chapters
    self.events = events
    self.today = today
    self.names = names
    self.dates = dates
    dateColumn = min(Self.widestDateColumn, dates.longestDay + 4)
  }

  private static let widestDateColumn = 28

  func lines(_ layout: Layout) -> [Line] {
    if events.isEmpty { return [Line("No events.", .faint)] }
    var lines: [Line] = []
    for section in sections {
      if !lines.isEmpty { lines.append(.empty) }
      lines += Paragraph([Span(section.title, .heading), Span(section.span, .faint)], indent: 2)
        .lines(width: layout.table)
      for event in section.events { lines += entry(event, layout) }
    }
    return lines
  }

  struct Section {
    var title: String
    var span = ""
    var events: [Event]
  }

  var sections: [Section] {
    let past = events.filter { $0.date.firstDay <= today }
    let next = events.filter { $0.date.firstDay > today }
    let grouped = Dictionary(grouping: past) { chapter(of: $0)?.id }
    var sections = chapters.map {
      Section(title: $0.title, span: " · " + span(of: $0), events: grouped[$0.id] ?? [])
    }
    sections.append(Section(title: "Other", events: grouped[nil] ?? []))
    sections.append(Section(title: "Next", events: next))
    return sections.filter { !$0.events.isEmpty }
  }

  /// The chapter that the event names, else the one that its date falls into.
  private func chapter(of event: Event) -> Story.Chapter? {
    if let named = chapters.first(where: { $0.id == event.chapter }) { return named }
    return chapters.last { chapter in
      chapter.from.firstDay <= event.date.firstDay && (chapter.to.map { event.date.firstDay <= $0.lastDay } ?? true)
    }
  }

  private func span(of chapter: Story.Chapter) -> String {
    guard let end = chapter.to else { return "since \(dates.words(chapter.from))" }
    if chapter.from.precision == .year, end.precision == .year { return "\(chapter.from)–\(end)" }
    return dates.words(from: chapter.from, to: end)
  }

  func entry(_ event: Event, _ layout: Layout) -> [Line] {
    let isKey = event.weight >= 3
    let date = dates.words(from: event.date, to: event.endDate)
    let bullet = [Span(isKey ? "◆ " : "• ", isKey ? .mark : .plain)]
    let isBeside = layout.isWide && TextWidth.of(date) + 4 <= dateColumn
    let margin = layout.isWide ? dateColumn : 2
    var lines: [Line] = []
    var lead = [Span(String(repeating: " ", count: margin))]
    if isBeside {
      lead = [Span(Columns.padded("  " + date, to: margin), .faint)]
    } else {
      lines += Paragraph(date, .faint, lead: [Span("  ")]).lines(width: layout.table)
    }
    lines += Paragraph(event.title, isKey ? .strong : .plain, lead: lead + bullet).lines(width: layout.table)
    let indent = [Span(String(repeating: " ", count: margin + 2))]
    for text in [event.summary] where !text.isEmpty {
      lines += Paragraph(InlineSpans.of(text), lead: indent).lines(width: layout.table)
    }
    let about = [event.place].compactMap(\.self) + EvidenceWords.articles(event.evidence, names)
    if !about.isEmpty {
      lines += Paragraph(PlainWords.facts(about), .faint, lead: indent).lines(width: layout.table)
    }
    return lines
  }
}
