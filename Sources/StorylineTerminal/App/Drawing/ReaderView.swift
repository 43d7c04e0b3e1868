import StorylineScreen

/// The part of an article that is on the screen, with the signs of change beside it.
struct ReaderView {
  var state: AppState
  var plan: ScreenPlan

  func draw(into frame: inout Frame) {
    guard let columns = plan.reader else { return }
    let theme = state.theme
    if columns.lowerBound > 0 {
      for row in plan.body {
        frame.write("│", column: columns.lowerBound - 1, row: row, style: theme.style(.faint))
      }
    }
    guard let reader = state.shownReader else { return }
    let rows = reader.page.rows
    for offset in 0..<plan.body.count where rows.indices.contains(reader.top + offset) {
      let row = rows[reader.top + offset]
      frame.write(
        row.line, column: plan.readerColumn, row: plan.body.lowerBound + offset, theme: theme, end: columns.upperBound)
    }
    for start in reader.page.starts where reader.page.changed.contains(start.block) {
      let place = start.row - reader.top
      guard (0..<plan.body.count).contains(place), !reader.showsChanges else { continue }
      frame.write(
        "±", column: plan.readerColumn - 2, row: plan.body.lowerBound + place, style: theme.style(.warning),
        end: columns.upperBound)
    }
  }

  /// `¶ 3/6 · 50 %`
  var place: String {
    guard let reader = state.reader else { return "" }
    let percent = Int(reader.fraction(rows: plan.body.count) * 100)
    if reader.showsChanges { return "changes" }
    return "¶ \(reader.paragraph(rows: plan.body.count))/\(reader.page.starts.count) · \(percent) %"
  }
}
