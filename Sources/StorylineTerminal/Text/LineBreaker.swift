import StorylineScreen

/// Breaks text into lines of at most so many columns: greedy, at spaces, after hyphens and dashes, between ideographs.
///
/// A subset of Unicode's line breaking (UAX 14): no line starts with a closing mark, a dash or a middle dot, none ends
/// with an opening mark, no-break spaces hold as long as they can. A word longer than a line is broken between clusters.
struct LineBreaker {
  private struct Cell {
    var character: Character
    var width: Int
    var span: Int
  }

  private let spans: [Span]
  private let cells: [Cell]

  init(_ spans: [Span]) {
    self.spans = spans
    var cells: [Cell] = []
    for (index, span) in spans.enumerated() {
      for character in span.text {
        let isSpace = Self.isSpace(character)
        // Runs of spaces are one: they come from the layout of a source text and not from its author.
        if isSpace, cells.last.map({ Self.isSpace($0.character) }) ?? true { continue }
        cells.append(
          Cell(character: isSpace ? " " : character, width: TextWidth.of(character), span: index))
      }
    }
    while let last = cells.last, Self.isSpace(last.character) { cells.removeLast() }
    self.cells = cells
  }

  /// The lines; `first` and `rest` are the columns of the first line and of those after it.
  func lines(first: Int, rest: Int) -> [Line] {
    var lines: [Line] = []
    var start = 0
    var width = 0
    var lastBreak = 0
    var lastHeld = 0
    var index = 0
    while index < cells.count {
      let cell = cells[index]
      let limit = max(1, lines.isEmpty ? first : rest)
      if width + cell.width > limit, cell.character != " ", index > start {
        let end = lastBreak > start ? lastBreak : lastHeld > start ? lastHeld : index
        lines.append(line(start..<end))
        start = end
        while start < cells.count, cells[start].character == " " { start += 1 }
        index = start
        width = 0
        continue
      }
      width += cell.width
      index += 1
      if NoBreak.isSpace(cell.character) { lastHeld = index }
      if index < cells.count, isBreak(before: index) { lastBreak = index }
    }
    lines.append(line(start..<cells.count))
    return lines
  }

  private func line(_ range: Range<Int>) -> Line {
    var range = range
    while let last = range.last, cells[last].character == " " || NoBreak.isSpace(cells[last].character) {
      range.removeLast()
    }
    var parts: [Span] = []
    var index = range.lowerBound
    while index < range.upperBound {
      let span = cells[index].span
      var end = index
      while end < range.upperBound, cells[end].span == span { end += 1 }
      parts.append(Span(String(cells[index..<end].map(\.character)), spans[span].ink, link: spans[span].link))
      index = end
    }
    return Line(parts)
  }

  private func isBreak(before index: Int) -> Bool {
    let left = cells[index - 1]
    let right = cells[index]
    if right.character == " " { return false }
    if left.character == " " { return !isLoneSign(at: index) }
    if Self.openers.contains(left.character) || Self.closers.contains(right.character) { return false }
    if left.character == "—" { return true }
    if left.character == "-" || left.character == "–" {
      return index > 1 && cells[index - 2].character.isLetter && right.character.isLetter && !isCode(at: index)
    }
    return left.width == 2 && right.width > 0 || right.width == 2
  }

  /// Whether the word around is an id, a date or an address: what somebody will copy stays in one piece.
  private func isCode(at index: Int) -> Bool {
    let isInWord = { (cell: Cell) in cell.character != " " && !NoBreak.isSpace(cell.character) }
    let before = cells[..<index].reversed().prefix(while: isInWord)
    let after = cells[index...].prefix(while: isInWord)
    return (Array(before) + after).contains { $0.character.isNumber || "/_@".contains($0.character) }
  }

  private func isLoneSign(at index: Int) -> Bool {
    guard "–—·".contains(cells[index].character) else { return false }
    return index + 1 < cells.count && cells[index + 1].character == " "
  }

  private static let openers = Set("([{“‘«‹„‚「『（【《〈")
  private static let closers = Set(")]}”’»›.,;:!?%…、。，．：；！？」』）】》〉ー々")

  private static func isSpace(_ character: Character) -> Bool {
    character.isWhitespace && !NoBreak.isSpace(character)
  }
}

extension Range<Int> {
  fileprivate mutating func removeLast() { self = lowerBound..<(upperBound - 1) }
}

/// Spaces at which no line ends.
enum NoBreak {
  static func isSpace(_ character: Character) -> Bool { "\u{A0}\u{202F}\u{2007}".contains(character) }

  /// `text` in one piece.
  static func held(_ text: String) -> String { text.replacing(" ", with: "\u{A0}") }

  /// With ordinary spaces: once the lines are set, a page should be found by the words that it shows.
  static func released(_ text: String) -> String { String(text.map { isSpace($0) ? " " : $0 }) }
}
