import StorylineModels
import StorylineScreen

/// The board of positions, topic by topic and stance by stance, or the way each actor came to its own.
struct PositionsPage {
  var board: Board
  /// The date the board is of; nil is now.
  var at: PartialDate?
  var showsHistory: Bool
  var names: Names
  var dates: DateWords

  private static let widestNameColumn = 28

  /// Wide enough for the longest name that stands beside its statement.
  private var nameColumn: Int {
    let widths = board.topics.flatMap(\.seats).map { TextWidth.of(names.name($0.actor)) + 4 }
    return widths.filter { $0 <= Self.widestNameColumn }.max() ?? Self.widestNameColumn
  }

  func lines(_ layout: Layout) -> [Line] {
    if board.topics.isEmpty { return [Line("No positions.", .faint)] }
    return Array(board.topics.map { topic($0, layout) }.joined(separator: [.empty]))
  }

  private func topic(_ topic: Board.Topic, _ layout: Layout) -> [Line] {
    let asOf = at.map { "as of \(dates.words($0))" } ?? ""
    var lines = Columns.pair(
      [Span(PlainWords.capitalised(names.topic(topic.topic)), .title)], right: Span(asOf, .faint), width: layout.table,
      isWide: layout.isWide)
    for (stance, seats) in stances(of: topic) {
      lines.append(.empty)
      let title = PlainWords.capitalised(PlainWords.name(stance))
      lines.append([Span(title, ink(of: stance)), Span(" · \(seats.count)", .faint)])
      for seat in seats { lines += entry(seat, layout) }
    }
    return lines
  }

  /// The seats of a topic by stance, those that most people agree on first.
  func stances(of topic: Board.Topic) -> [(Position.Stance, [Board.Seat])] {
    let groups = Dictionary(grouping: topic.seats, by: \.current.stance)
    let others = groups.keys.filter { !$0.isKnown }.sorted { $0.rawValue < $1.rawValue }
    return (Position.Stance.known + others).compactMap { stance in
      groups[stance].map { seats in (stance, seats.sorted { names.name($0.actor) < names.name($1.actor) }) }
    }
  }

  func entry(_ seat: Board.Seat, _ layout: Layout) -> [Line] {
    let name = names.name(seat.actor)
    let column = nameColumn
    guard layout.isWide, TextWidth.of(name) + 4 <= column else {
      let head = Line([Span("  " + name, .strong)])
      return [head] + statements(seat, lead: Span("    "), layout)
    }
    var lines = statements(seat, lead: Span(String(repeating: " ", count: column)), layout)
    lines[0].spans.replaceSubrange(0..<1, with: [Span(Columns.padded("  " + name, to: column), .strong)])
    return lines
  }

  private func statements(_ seat: Board.Seat, lead: Span, _ layout: Layout) -> [Line] {
    var lines = statement(seat.current, lead: lead, layout)
    guard showsHistory else {
      if let before = seat.positions.dropFirst().first(where: { $0.stance != seat.current.stance }) {
        let words = "before: \(PlainWords.name(before.stance)) (\(dates.words(before.date)))"
        lines += Paragraph(words, .faint, lead: [lead]).lines(width: layout.table)
      }
      return lines
    }
    for position in seat.positions.dropFirst() { lines += statement(position, lead: lead, layout) }
    return lines
  }

  private func statement(_ position: Position, lead: Span, _ layout: Layout) -> [Line] {
    let date = dates.words(position.date)
    let summary = Paragraph(InlineSpans.of(position.summary), lead: [lead]).lines(width: layout.table)
    let speaker = position.statedBy.map { [names.name($0)] } ?? []
    let about = (showsHistory ? [] : [date]) + speaker + EvidenceWords.articles(position.evidence, names)
    let foot =
      about.isEmpty ? [] : Paragraph(PlainWords.facts(about), .faint, lead: [lead]).lines(width: layout.table)
    guard showsHistory else { return summary + foot }
    let head = [Span(date + " · "), Span(PlainWords.name(position.stance), ink(of: position.stance))]
    return Paragraph(head, lead: [lead]).lines(width: layout.table) + summary + foot
  }

  func ink(of stance: Position.Stance) -> Ink {
    switch stance {
    case .supports: .good
    case .opposes: .bad
    case .supportsWithConditions: .warning
    default: .heading
    }
  }
}
