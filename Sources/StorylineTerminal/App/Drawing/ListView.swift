import StorylineClient
import StorylineModels
import StorylineScreen

/// The part of a list that is on the screen.
struct ListView {
  /// The lines of one entry, and the row of the first.
  private struct Piece {
    var index: Int
    var row: Int
    var lines: [Line]

    /// The row behind its last words; an empty line at its end is nothing that one would miss.
    var end: Int { row + (lines.lastIndex { !$0.spans.isEmpty } ?? -1) + 1 }
  }

  private let pieces: [Piece]
  private let state: AppState
  private let plan: ScreenPlan

  init(_ state: AppState, plan: ScreenPlan) {
    self.state = state
    self.plan = plan
    let entries = state.shownEntries
    let setter = EntrySetter(state.screen, contents: state.contents, layout: plan.listLayout)
    var pieces: [Piece] = []
    var row = plan.body.lowerBound
    var index = state.list.top
    while row < plan.body.upperBound, entries.indices.contains(index) {
      var lines = setter.lines(entries[index])
      // No empty line at the top of the screen.
      if pieces.isEmpty, lines.first?.spans.isEmpty == true { lines.removeFirst() }
      pieces.append(Piece(index: index, row: row, lines: lines))
      row += lines.count
      index += 1
    }
    self.pieces = pieces
  }

  /// The entry that a row of the screen shows.
  func index(at row: Int) -> Int? {
    pieces.first { ($0.row..<($0.row + $0.lines.count)).contains(row) }?.index
  }

  func draw(into frame: inout Frame) {
    guard let columns = plan.list else { return }
    let theme = state.theme
    let hasFocus = !state.isReading
    for piece in pieces {
      let isChosen = piece.index == state.list.chosen && state.shownEntries[piece.index].isChoosable
      for (offset, line) in piece.lines.enumerated() {
        let row = piece.row + offset
        guard row < plan.body.upperBound, !line.spans.isEmpty else { continue }
        if isChosen {
          let bar = theme.chosen(theme.style(hasFocus ? .unread : .faint))
          let end = min(columns.upperBound, plan.listColumn + plan.listLayout.table)
          frame.fill(columns: (plan.listColumn - 2)..<end, rows: row..<(row + 1), style: theme.chosen(theme.base))
          frame.write("▌", column: plan.listColumn - 2, row: row, style: bar, end: columns.upperBound)
        }
        frame.write(
          line, column: plan.listColumn, row: row, theme: theme, end: columns.upperBound,
          restyle: isChosen ? { theme.chosen($0) } : nil)
      }
    }
    drawThumb(into: &frame, columns)
  }

  /// Where in a long list one is.
  private func drawThumb(into frame: inout Frame, _ columns: Range<Int>) {
    let count = state.shownEntries.count
    let rows = plan.body.count
    let isAllSeen =
      state.list.top == 0 && pieces.count == count && (pieces.last.map(\.end) ?? 0) <= plan.body.upperBound
    guard !isAllSeen, rows > 2, count > 1 else { return }
    let place = state.list.chosen * (rows - 1) / (count - 1)
    frame.write(
      "▐", column: columns.upperBound - 1, row: plan.body.lowerBound + place, style: state.theme.style(.faint))
  }
}
