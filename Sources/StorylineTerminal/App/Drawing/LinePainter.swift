import StorylineScreen

extension Frame {
  /// Writes the spans of a line in a theme's looks and returns the column behind them.
  @discardableResult
  mutating func write(
    _ line: Line, column: Int, row: Int, theme: Theme, end: Int, restyle: ((CellStyle) -> CellStyle)? = nil
  ) -> Int {
    var column = column
    for span in line.spans {
      let style = theme.style(span.ink)
      let link = span.link.flatMap { SafeAddress($0)?.text }
      column = write(
        NoBreak.released(span.text), column: column, row: row, style: restyle?(style) ?? style, link: link, end: end)
    }
    return column
  }
}
