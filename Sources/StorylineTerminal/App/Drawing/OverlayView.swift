import StorylineScreen

/// The rows of the help screen that hold what was typed, the screen's own first.
struct HelpRows {
  struct Row: Hashable {
    var keys: String
    var help: String
    /// A title of a group.
    var isTitle = false
  }

  let rows: [Row]

  init(_ state: AppState, filter: String) {
    let wanted = filter.lowercased()
    var rows: [Row] = []
    for context in state.contexts {
      let bindings = state.offered.filter { $0.context == context }
      let shown = bindings.map { binding in
        Row(
          keys: binding.keys.prefix(state.size.columns < 60 ? 1 : 3).map(Keymap.shown).joined(separator: " "),
          help: binding.help(on: state.screen))
      }.filter { row in
        wanted.isEmpty || row.help.lowercased().contains(wanted) || row.keys.lowercased().contains(wanted)
      }
      if shown.isEmpty { continue }
      rows.append(Row(keys: "", help: Self.title(context), isTitle: true))
      rows += shown
    }
    self.rows = rows
  }

  private static func title(_ context: KeyContext) -> String {
    switch context {
    case .anywhere: "Everywhere"
    case .lists: "In lists"
    case .list(let screen): screen.title
    case .reader: "In an article"
    }
  }
}

/// A box over the screen: help, a short list, the tour.
struct OverlayView {
  var state: AppState

  func draw(_ overlay: Overlay, into frame: inout Frame) {
    switch overlay {
    case .help(let filter, let top): help(filter, top, &frame)
    case .picker(let picker): self.picker(picker, &frame)
    case .tour: tour(&frame)
    }
  }

  private func help(_ filter: String, _ top: Int, _ frame: inout Frame) {
    let rows = HelpRows(state, filter: filter).rows
    let keys = min(16, rows.map { TextWidth.of($0.keys) }.max() ?? 0) + 2
    let width = min(frame.size.columns - 2, 76) - 4
    var lines: [Line] = []
    for row in rows.dropFirst(top) {
      if row.isTitle {
        lines.append(Line(row.help, .heading))
      } else {
        lines += Paragraph(row.help, lead: [Span(Columns.padded(row.keys, to: keys), .mark)]).lines(width: width)
      }
    }
    if rows.isEmpty { lines = [Line("No key does that here.", .faint)] }
    let title = filter.isEmpty ? "Help · type to filter, Esc ends" : "Help · \(filter)"
    box(title, lines, width: width, &frame, fills: true)
  }

  private func picker(_ picker: Picker, _ frame: inout Frame) {
    let width = min(frame.size.columns - 2, 90) - 4
    let room = max(1, frame.size.rows - 4)
    var pieces = picker.items.enumerated().map { index, item -> [Line] in
      let letter = index < Picker.letters.count ? String(Picker.letters[index]) : " "
      let isChosen = index == picker.chosen
      let lead = [Span(isChosen ? "▌ " : "  ", .unread), Span(letter + "  ", .mark)]
      return Paragraph(item.spans, lead: lead, indent: 5).lines(width: width)
    }
    // So far that the chosen one is seen.
    var first = 0
    while pieces[first...picker.chosen].reduce(0, { $0 + $1.count }) > room, first < picker.chosen { first += 1 }
    pieces.removeFirst(first)
    box(picker.title, Array(pieces.joined()), width: width, &frame)
  }

  /// Four lines, in the reader's own keys.
  static func tour(_ keymap: Keymap) -> [String] {
    let key = { (action: Action) in keymap.shownKey(of: action) ?? ":" + action.rawValue }
    return [
      "\(key(.down)) and \(key(.up)) move, \(key(.open)) opens, \(key(.back)) goes back.",
      "\(key(.now)) to \(key(.saved)) are the screens; Now says what is new.",
      "\(key(.search)) searches everything on this device; nobody learns for what.",
      "\(key(.help)) shows the keys of the screen you are on; \(key(.undo)) undoes.",
    ]
  }

  private func tour(_ frame: inout Frame) {
    let width = min(frame.size.columns - 2, 70) - 4
    let lines = Self.tour(state.keymap).flatMap { Paragraph($0, lead: [Span("• ", .mark)]).lines(width: width) }
    box("Welcome · any key closes", lines, width: width, &frame)
  }

  private func box(_ title: String, _ lines: [Line], width: Int, _ frame: inout Frame, fills: Bool = false) {
    let theme = state.theme
    let room = max(1, frame.size.rows - 2)
    let height = min(room, (fills ? max(lines.count, min(room - 2, 10)) : lines.count) + 2)
    let left = max(0, (frame.size.columns - width - 4) / 2)
    let right = min(frame.size.columns, left + width + 4)
    let top = max(0, (frame.size.rows - height) / 2)
    let edge = theme.style(.faint)
    frame.fill(columns: left..<right, rows: top..<(top + height), style: theme.base)
    frame.write("╭" + String(repeating: "─", count: right - left - 2) + "╮", column: left, row: top, style: edge)
    for row in (top + 1)..<max(top + 1, top + height - 1) {
      frame.write("│", column: left, row: row, style: edge)
      frame.write("│", column: right - 1, row: row, style: edge)
    }
    let bottom = top + height - 1
    frame.write("╰" + String(repeating: "─", count: right - left - 2) + "╯", column: left, row: bottom, style: edge)
    let shown = Columns.fitted(title, to: right - left - 6)
    frame.write(" \(shown) ", column: left + 2, row: top, style: theme.style(.heading))
    for (offset, line) in lines.prefix(height - 2).enumerated() {
      frame.write(line, column: left + 2, row: top + 1 + offset, theme: theme, end: right - 2)
    }
    if lines.count > height - 2 {
      frame.write(" ↓ more ", column: max(left + 1, right - 10), row: bottom, style: edge, end: right - 1)
    }
  }
}
