/// Turns frames into the fewest bytes that change the screen from the one before to the next.
public struct FrameWriter: Sendable {
  /// Whether colours are written; the other looks are in any case.
  public var hasColours: Bool
  /// Whether the terminal said that it shows a frame at once (DEC mode 2026).
  public var isSynchronised = false
  /// Whether the terminal fills what it clears with the present colour; the program screen does not unless it is told.
  public var clearsInColour = true
  private var shown: Frame?

  public init(hasColours: Bool = true) { self.hasColours = hasColours }

  /// Nothing is known of the screen any more: the next frame is written in full.
  public mutating func forget() { shown = nil }

  /// The bytes for `frame`; empty if it is what is shown.
  public mutating func bytes(for frame: Frame) -> String {
    if frame == shown { return "" }
    var pen = Pen(hasColours: hasColours, columns: frame.size.columns)
    let before = shown?.size == frame.size ? shown : nil
    pen.out = isSynchronised ? "\u{1B}[?2026h" : ""
    if before?.cursor != nil || before == nil { pen.out += "\u{1B}[?25l" }
    if before == nil { pen.out += "\u{1B}[0m\u{1B}[H\u{1B}[2J" }
    for row in 0..<frame.size.rows { write(row, of: frame, over: before, with: &pen) }
    pen.end()
    if let cursor = frame.cursor {
      pen.out += "\u{1B}[\(cursor.row + 1);\(cursor.column + 1)H\u{1B}[?25h"
    }
    if isSynchronised { pen.out += "\u{1B}[?2026l" }
    shown = frame
    return pen.out
  }

  private func write(_ row: Int, of frame: Frame, over before: Frame?, with pen: inout Pen) {
    let start = row * frame.size.columns
    let end = start + frame.size.columns
    if let before, before.cells[start..<end] == frame.cells[start..<end] { return }
    // What is blank up to the right edge is one command.
    var filled = end
    let last = frame.cells[end - 1]
    if clearsInColour || last.style.background == .standard, last.character == " ", last.width == 1,
      last.style.attributes.isEmpty, last.link == nil
    {
      while filled > start, frame.cells[filled - 1] == last { filled -= 1 }
    }
    var index = start
    while index < filled {
      let cell = frame.cells[index]
      let isChanged = before.map { $0.cells[index] != cell || $0.cells[index].width != cell.width } ?? true
      if isChanged || cell.width == 2 && before?.cells[index + 1] != frame.cells[index + 1] {
        pen.write(cell, column: index - start, row: row)
      }
      index += max(1, cell.width)
    }
    let isTailNew = before.map { $0.cells[filled..<end] != frame.cells[filled..<end] } ?? (last.style != .plain)
    if filled < end, isTailNew { pen.clear(from: filled - start, row: row, style: last.style) }
  }
}

/// Where the terminal's cursor is and how it writes.
private struct Pen {
  let hasColours: Bool
  let columns: Int
  var out = ""
  private var place: Frame.Place?
  private var style = CellStyle.plain
  private var link: String?

  init(hasColours: Bool, columns: Int) {
    self.hasColours = hasColours
    self.columns = columns
  }

  mutating func write(_ cell: Cell, column: Int, row: Int) {
    move(to: column, row)
    take(cell.style)
    follow(cell.link)
    out.append(cell.character)
    // Terminals differ in how wide they draw a picture or a letter with marks: behind it we say where we are. Behind
    // the last column the cursor waits at the edge.
    let isCertain = cell.character.unicodeScalars.count == 1 && cell.width == 1 && column + 1 < columns
    place = isCertain ? Frame.Place(column: column + 1, row: row) : nil
  }

  mutating func clear(from column: Int, row: Int, style: CellStyle) {
    move(to: column, row)
    take(style)
    follow(nil)
    out += "\u{1B}[K"
  }

  mutating func end() {
    follow(nil)
    take(.plain)
  }

  private mutating func move(to column: Int, _ row: Int) {
    if place?.row == row, place?.column == column { return }
    out += "\u{1B}[\(row + 1);\(column + 1)H"
    place = Frame.Place(column: column, row: row)
  }

  private mutating func take(_ style: CellStyle) {
    if style == self.style { return }
    out += "\u{1B}[\(style.parameters(colours: hasColours))m"
    self.style = style
  }

  private mutating func follow(_ link: String?) {
    if link == self.link { return }
    // The address must not end the sequence, nor begin another.
    let address = link?.unicodeScalars.filter { (0x21..<0x7F).contains($0.value) }.map(String.init).joined() ?? ""
    out += "\u{1B}]8;;\(address)\u{1B}\\"
    self.link = link
  }
}
