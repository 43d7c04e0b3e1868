import StorylineClient
import StorylineModels
import StorylineScreen

/// Draws a state: the same state gives the same frame.
struct AppView {
  let state: AppState
  private let plan: ScreenPlan

  init(_ state: AppState) {
    self.state = state
    plan = ScreenPlan(state)
  }

  func frame() -> Frame {
    var frame = Frame(size: state.size, style: state.theme.base)
    if plan.isTooSmall {
      frame.write("Too small: \(ScreenPlan.smallest.columns)×\(ScreenPlan.smallest.rows)", column: 0, row: 0)
      frame.write("is needed. q quits.", column: 0, row: 1)
      return frame
    }
    head(&frame)
    if plan.list != nil { ListView(state, plan: plan).draw(into: &frame) }
    if plan.reader != nil { ReaderView(state: state, plan: plan).draw(into: &frame) }
    foot(&frame)
    if let overlay = state.overlay { OverlayView(state: state).draw(overlay, into: &frame) }
    return frame
  }

  private func head(_ frame: inout Frame) {
    let theme = state.theme
    let columns = frame.size.columns
    let title = state.data.story?.title ?? "Storyline"
    let least = min(TextWidth.of(title), 11)
    let indicator = Indicator(state: state).text(width: columns - least - 4)
    let right = columns - 1 - TextWidth.of(indicator)
    let room = indicator.isEmpty ? columns - 1 : right - 2
    let end = frame.write(Columns.fitted(title, to: room - 1), column: 1, row: 0, style: theme.style(.title))
    // Half a word says nothing.
    if let status = state.data.story?.status, end + 3 + status.rawValue.count <= room {
      frame.write(" · " + PlainWords.name(status), column: end, row: 0, style: theme.style(.faint))
    }
    frame.write(indicator, column: right, row: 0, style: theme.style(.faint))
    for tab in TabRow(state).tabs {
      var style = theme.style(tab.screen == state.screen ? .strong : .faint)
      if tab.screen == state.screen { style.attributes.insert(.underlined) }
      frame.write(tab.text, column: tab.column, row: 1, style: style)
    }
    let rule = String(repeating: "─", count: columns)
    frame.write(rule, column: 0, row: 2, style: theme.style(.faint))
    if let filter, !state.isReading || plan.list != nil {
      frame.write(
        " \(Columns.fitted(filter, to: columns - 6)) ", column: 2, row: 2, style: theme.style(.warning))
    }
  }

  /// What of a list is shown, where it is not all.
  private var filter: String? {
    let choice = state.choice
    let actor = choice.actor.map { "of " + state.data.names.name($0) }
    let words = [actor, ownFilter].compactMap(\.self)
    return words.isEmpty || [.now, .saved, .search].contains(state.screen) ? ownFilter : words.joined(separator: " · ")
  }

  private var ownFilter: String? {
    let choice = state.choice
    switch state.screen {
    case .articles:
      var words: [String] = []
      switch choice.articles {
      case .all: break
      case .unread: words.append("unread")
      case .saved: words.append("saved")
      case .corrected: words.append("corrected")
      case .tag(let tag): words.append("tag: " + state.data.names.topic(tag))
      }
      if let since = choice.since { words.append("since \(state.dates.words(since))") }
      return words.isEmpty ? nil : words.joined(separator: " · ")
    case .timeline: return choice.keyEventsOnly ? "key events" : nil
    case .positions:
      let words = [choice.topic.map(state.data.names.topic), choice.at.map { "as of \(state.dates.words($0))" }]
      let shown = words.compactMap(\.self)
      return shown.isEmpty ? nil : shown.joined(separator: " · ")
    case .commitments: return choice.order == .date ? nil : "by \(choice.order.rawValue)"
    case .search: return state.asked.isEmpty ? nil : "\(state.asked) · \(state.hits.count)"
    default: return nil
    }
  }

  private func foot(_ frame: inout Frame) {
    let theme = state.theme
    let row = frame.size.rows - 1
    let columns = frame.size.columns
    if let prompt = state.prompt { return ask(prompt, row, &frame) }
    let place = state.isReading ? ReaderView(state: state, plan: plan).place : counted
    let right = columns - 1 - TextWidth.of(place)
    if let said = state.said, TextWidth.of(said) > right - 3 { return say(said, &frame) }
    frame.write(place, column: right, row: row, style: theme.style(.faint))
    if let said = state.said {
      frame.write(said, column: 1, row: row, style: theme.style(.strong))
      return
    }
    var column = 1
    for hint in hints {
      let width = TextWidth.of(hint.keys) + 1 + TextWidth.of(hint.words)
      if column + width > right - 2 { break }
      column = frame.write(hint.keys, column: column, row: row, style: theme.style(.mark))
      column = frame.write(" " + hint.words, column: column, row: row, style: theme.style(.faint)) + 2
    }
  }

  /// `12/340` of a list of articles.
  private var counted: String {
    let entries = state.shownEntries
    guard entries.count > 1, entries.indices.contains(state.list.chosen) else { return "" }
    // A list with headings begins with one.
    return entries[0].isChoosable ? "\(state.list.chosen + 1)/\(entries.count)" : ""
  }

  /// What does not fit beside the place takes its room, and rows of the body where one row is not enough.
  private func say(_ said: String, _ frame: inout Frame) {
    let lines = Paragraph(said, .strong).lines(width: frame.size.columns - 2).suffix(max(3, frame.size.rows / 2))
    let top = frame.size.rows - lines.count
    frame.fill(columns: 0..<frame.size.columns, rows: top..<frame.size.rows, style: state.theme.base)
    for (offset, line) in lines.enumerated() {
      frame.write(line, column: 1, row: top + offset, theme: state.theme, end: frame.size.columns)
    }
  }

  private var hints: [(keys: String, words: String)] {
    let bindings = state.offered.filter { $0.hint != nil }
    // Help comes first: it knows all the others.
    let sorted = bindings.filter { $0.action == .help } + bindings.filter { $0.action != .help }
    return sorted.map { (Keymap.shown($0.keys[0]), $0.hint ?? "") }
  }

  private func ask(_ prompt: Prompt, _ row: Int, _ frame: inout Frame) {
    let theme = state.theme
    let columns = frame.size.columns
    let start = frame.write(prompt.sign, column: 1, row: row, style: theme.style(.mark))
    // So much of the line that the cursor is seen.
    let shown = prompt.line.characters.prefix(prompt.line.cursor).reversed().reduce(into: (text: "", width: 0)) {
      let width = TextWidth.of($1)
      if $0.width + width < columns - start - 2 {
        $0.text = String($1) + $0.text
        $0.width += width
      }
    }
    let column = frame.write(shown.text, column: start, row: row, style: theme.base)
    let rest = Columns.fitted(String(prompt.line.characters.dropFirst(prompt.line.cursor)), to: columns - column - 1)
    frame.write(rest, column: column, row: row, style: theme.base)
    frame.cursor = Frame.Place(column: min(column, columns - 1), row: row)
    guard !prompt.offers.isEmpty, row > 4 else { return }
    let first = max(0, prompt.offered - 6)
    let offers = prompt.offers.dropFirst(first).prefix(7)
    let top = row - offers.count
    frame.fill(columns: 0..<columns, rows: top..<row, style: theme.base)
    for (offset, offer) in offers.enumerated() {
      let isChosen = first + offset == prompt.offered
      let text = (isChosen ? "▌ " : "  ") + Columns.fitted(offer, to: columns - 4)
      frame.write(text, column: 1, row: top + offset, style: theme.style(isChosen ? .strong : .faint))
    }
  }
}
