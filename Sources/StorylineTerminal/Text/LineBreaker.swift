import StorylineScreen

/// Breaks text into lines of at most so many columns: greedy, at spaces, after hyphens and dashes, between ideographs.
///
/// A subset of Unicode's line breaking (UAX 14): no line starts with a closing mark, a dash or a middle dot, none ends
/// with an opening mark, no-break spaces hold as long as they can. A word longer than a line is broken between clusters.
struct LineBreaker {
  /// What a character is for the breaks around it. Two of a word have none between them, so most need no more than this.
  private enum Kind {
    case word, space, held, other

    init(_ scalar: Unicode.Scalar) {
      switch scalar.value {
      case 0x20: self = .space
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8..<0x300, 0x400..<0x482: self = .word
      case 0xA0: self = .held
      default: self = .other
      }
    }

    init(_ character: Character) {
      self = NoBreak.isSpace(character) ? .held : character.isWhitespace ? .space : .other
    }
  }

  private struct Cell {
    var character: Character
    var kind: Kind
    var width: Int
    var span: Int
  }

  private let spans: [Span]
  private let cells: [Cell]

  init(_ spans: [Span]) {
    self.spans = spans
    var cells: [Cell] = []
    for (index, span) in spans.enumerated() {
      let add = { (character: Character, kind: Kind, width: Int) in
        // Runs of spaces are one: they come from the layout of a source text and not from its author.
        if kind == .space, cells.last.map({ $0.kind == .space }) ?? true { return }
        cells.append(Cell(character: kind == .space ? " " : character, kind: kind, width: width, span: index))
      }
      if span.text.unicodeScalars.allSatisfy(\.isSimple) {
        for scalar in span.text.unicodeScalars { add(Character(scalar), Kind(scalar), 1) }
      } else {
        for character in span.text { add(character, Kind(character), TextWidth.of(character)) }
      }
    }
    while let last = cells.last, last.kind == .space { cells.removeLast() }
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
      if width + cell.width > limit, cell.kind != .space, index > start {
        let end = lastBreak > start ? lastBreak : lastHeld > start ? lastHeld : index
        lines.append(line(start..<end))
        start = end
        while start < cells.count, cells[start].kind == .space { start += 1 }
        index = start
        width = 0
        continue
      }
      width += cell.width
      index += 1
      if cell.kind == .held { lastHeld = index }
      if index < cells.count, isBreak(before: index) { lastBreak = index }
    }
    lines.append(line(start..<cells.count))
    return lines
  }

  private func line(_ range: Range<Int>) -> Line {
    var range = range
    while let last = range.last, cells[last].kind == .space || cells[last].kind == .held {
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
    if right.kind == .space || left.kind == .word && right.kind == .word { return false }
    if left.kind == .space { return !isLoneSign(at: index) }
    if Self.openers.contains(left.character) || Self.closers.contains(right.character) { return false }
    if left.character == "—" { return true }
    if left.character == "-" || left.character == "–" {
      return index > 1 && cells[index - 2].character.isLetter && right.character.isLetter && !isCode(at: index)
    }
    return left.width == 2 && right.width > 0 || right.width == 2
  }

  /// Whether the word around is an id, a date or an address: what somebody will copy stays in one piece.
  private func isCode(at index: Int) -> Bool {
    let isInWord = { (cell: Cell) in cell.kind != .space && cell.kind != .held }
    let before = cells[..<index].reversed().prefix(while: isInWord)
    let after = cells[index...].prefix(while: isInWord)
    return (Array(before) + after).contains { $0.character.isNumber || "/_@".contains($0.character) }
  }

  private func isLoneSign(at index: Int) -> Bool {
    let cell = cells[index]
    guard cell.kind == .other, cell.character == "–" || cell.character == "—" || cell.character == "·" else {
      return false
    }
    return index + 1 < cells.count && cells[index + 1].kind == .space
  }

  private static let openers = Set("([{“‘«‹„‚「『（【《〈")
  private static let closers = Set(")]}”’»›.,;:!?%…、。，．：；！？」』）】》〉ー々")
}

extension Range<Int> {
  fileprivate mutating func removeLast() { self = lowerBound..<(upperBound - 1) }
}

/// Spaces at which no line ends.
enum NoBreak {
  static func isSpace(_ character: Character) -> Bool {
    character == "\u{A0}" || character == "\u{202F}" || character == "\u{2007}"
  }

  /// `text` in one piece.
  static func held(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == " " ? "\u{A0}" : $0 }))
  }

  /// With ordinary spaces: once the lines are set, a page should be found by the words that it shows.
  static func released(_ text: String) -> String {
    let isHeld = { (scalar: Unicode.Scalar) in [0xA0, 0x202F, 0x2007].contains(scalar.value) }
    guard text.unicodeScalars.contains(where: isHeld) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { isHeld($0) ? " " : $0 }))
  }
}
