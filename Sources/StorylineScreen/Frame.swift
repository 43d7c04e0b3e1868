/// One place of the screen.
public struct Cell: Hashable, Sendable {
  public static let blank = Cell(character: " ", width: 1)

  /// One grapheme cluster.
  public var character: Character
  /// 1 or 2 columns; 0 is the right half of the cell before.
  public var width: Int
  public var style: CellStyle
  /// Where it leads to when it is clicked.
  public var link: String?

  public init(character: Character, width: Int, style: CellStyle = .plain, link: String? = nil) {
    self.character = character
    self.width = width
    self.style = style
    self.link = link
  }
}

/// Everything that stands on the screen at one moment.
///
/// Nothing in it can be mistaken for a command: all text passes `SafeText` on its way in.
public struct Frame: Hashable, Sendable {
  public let size: ScreenSize
  /// Row by row.
  public private(set) var cells: [Cell]
  /// Where the terminal's cursor stands; nil hides it.
  public var cursor: Place?
  /// Texts that did not fit: a view that leaves one here shows half a sentence and does not say so.
  public private(set) var cut: [String] = []

  public struct Place: Hashable, Sendable {
    public var column: Int
    public var row: Int

    public init(column: Int, row: Int) {
      self.column = column
      self.row = row
    }
  }

  public init(size: ScreenSize, style: CellStyle = .plain) {
    self.size = size
    cells = Array(repeating: Cell(character: " ", width: 1, style: style), count: size.columns * size.rows)
  }

  public subscript(column: Int, row: Int) -> Cell { cells[row * size.columns + column] }

  /// Writes text from a column on, as far as `end`, and returns the column behind it.
  ///
  /// What lies outside of the frame is left out. A wide character that does not fit becomes a space.
  @discardableResult
  public mutating func write(
    _ text: String, column: Int, row: Int, style: CellStyle = .plain, link: String? = nil, end: Int? = nil
  ) -> Int {
    guard (0..<size.rows).contains(row) else { return column }
    let end = min(end ?? size.columns, size.columns)
    let start = column
    var column = start
    let safe = SafeText.line(text)
    if safe.unicodeScalars.allSatisfy(\.isSimple) {
      for scalar in safe.unicodeScalars {
        guard column < end else {
          if !Self.isBlank(safe.unicodeScalars.dropFirst(column - start)) { cut.append(safe) }
          return column
        }
        if column >= 0 { put(Cell(character: Character(scalar), width: 1, style: style, link: link), column, row) }
        column += 1
      }
      return column
    }
    for index in safe.indices {
      let character = safe[index]
      let width = TextWidth.of(character)
      if width == 0 { continue }
      guard column + width <= end else {
        if column >= 0, column < end { put(.init(character: " ", width: 1, style: style), column, row) }
        if !Self.isBlank(safe[index...].unicodeScalars) { cut.append(safe) }
        return column
      }
      if column >= 0 { put(Cell(character: character, width: min(2, width), style: style, link: link), column, row) }
      column += width
    }
    return column
  }

  private static func isBlank(_ scalars: some Sequence<Unicode.Scalar>) -> Bool { scalars.allSatisfy { $0 == " " } }

  /// Fills a rectangle with blanks in a style.
  public mutating func fill(columns: Range<Int>, rows: Range<Int>, style: CellStyle) {
    for row in rows.clamped(to: 0..<size.rows) {
      for column in columns.clamped(to: 0..<size.columns) {
        put(Cell(character: " ", width: 1, style: style), column, row)
      }
    }
  }

  /// Changes the look of what stands in a rectangle.
  public mutating func restyle(columns: Range<Int>, rows: Range<Int>, _ change: (inout CellStyle) -> Void) {
    for row in rows.clamped(to: 0..<size.rows) {
      for column in columns.clamped(to: 0..<size.columns) { change(&cells[row * size.columns + column].style) }
    }
  }

  /// The words of a row, without spaces at its end.
  public func text(row: Int) -> String {
    var text = ""
    for column in 0..<size.columns where self[column, row].width > 0 { text.append(self[column, row].character) }
    while text.last == " " { text.removeLast() }
    return text
  }

  /// The words of all rows, each with a line end.
  public var text: String { (0..<size.rows).map { text(row: $0) + "\n" }.joined() }

  private mutating func put(_ cell: Cell, _ column: Int, _ row: Int) {
    let index = row * size.columns + column
    // Half of a wide character is none.
    if cells[index].width == 0, column > 0 { blank(index - 1) }
    if cells[index].width == 2, cell.width == 1, column + 1 < size.columns { blank(index + 1) }
    cells[index] = cell
    guard cell.width == 2 else { return }
    if cells[index + 1].width == 2, column + 2 < size.columns { blank(index + 2) }
    cells[index + 1] = Cell(character: " ", width: 0, style: cell.style, link: cell.link)
  }

  private mutating func blank(_ index: Int) {
    cells[index].character = " "
    cells[index].width = 1
    cells[index].link = nil
  }
}
