import StorylineScreen
import StorylineTestSupport
import Testing

@Suite struct FrameTests {
  private let size = ScreenSize(columns: 12, rows: 3)

  @Test func `clusters stand in as many columns as they are wide`() {
    var frame = Frame(size: size)
    #expect(frame.write("e\u{301}北🇺🇦x", column: 1, row: 0) == 7)
    #expect(frame[1, 0].character == "e\u{301}")
    #expect(frame[2, 0].width == 2)
    #expect(frame[3, 0].width == 0)
    #expect(frame[6, 0].character == "x")
    #expect(frame.text(row: 0) == " e\u{301}北🇺🇦x")
  }

  @Test func `what does not fit is left out, and half a character is none`() {
    var frame = Frame(size: size)
    #expect(frame.write("abcdefghijk北z", column: 0, row: 0) == 11)
    #expect(frame.text(row: 0) == "abcdefghijk")
    frame.write("北北", column: 0, row: 1)
    frame.write("x", column: 1, row: 1)
    #expect(frame.text(row: 1) == " x北")
    frame.write("y", column: 2, row: 1)
    #expect(frame.text(row: 1) == " xy")
    frame.write("below", column: 0, row: 9)
    frame.write("left of it", column: -5, row: 2)
    #expect(frame.text(row: 2) == "of it")
  }

  @Test func `a terminal that clears without colour gets the blanks themselves`() {
    let style = CellStyle(background: .palette(234))
    var frame = Frame(size: size, style: style)
    frame.write("ab", column: 0, row: 0, style: style)
    var writer = FrameWriter()
    #expect(writer.bytes(for: frame).contains("\u{1B}[K"))
    writer = FrameWriter()
    writer.clearsInColour = false
    let bytes = writer.bytes(for: frame)
    #expect(!bytes.contains("\u{1B}[K"))
    #expect(bytes.filter { $0 == " " }.count == size.columns * size.rows - 2)
    // Where there is no background, clearing is as good anywhere.
    #expect(writer.bytes(for: Frame(size: size)).contains("\u{1B}[K"))
  }

  @Test func `no text becomes a command`() {
    var frame = Frame(size: size)
    frame.write("\u{1B}[31m\u{202E}a\u{9B}b", column: 0, row: 0, link: "https://x.example/\u{1B}\\\u{7}北")
    var writer = FrameWriter()
    let bytes = writer.bytes(for: frame)
    #expect(!bytes.contains("\u{1B}[31m"))
    #expect(!bytes.contains("\u{202E}"))
    #expect(!bytes.contains("\u{9B}"))
    #expect(bytes.contains("\u{1B}]8;;https://x.example/\\\u{1B}\\"))
  }

  @Test func `a second time nothing is written, and a change writes itself only`() {
    var frame = Frame(size: size)
    frame.write("one two", column: 0, row: 1)
    var writer = FrameWriter()
    #expect(writer.bytes(for: frame).contains("\u{1B}[2J"))
    #expect(writer.bytes(for: frame) == "")
    frame.write("x", column: 4, row: 1, style: CellStyle(attributes: .bold))
    #expect(writer.bytes(for: frame) == "\u{1B}[2;5H\u{1B}[0;1mx\u{1B}[0m")
    writer.forget()
    #expect(writer.bytes(for: frame).contains("one"))
  }

  @Test func `a frame comes at once where the terminal can, and colours only where they are wanted`() {
    var frame = Frame(size: size)
    frame.write("a", column: 0, row: 0, style: CellStyle(foreground: .palette(9), attributes: .italic))
    var writer = FrameWriter(hasColours: false)
    writer.isSynchronised = true
    let bytes = writer.bytes(for: frame)
    #expect(bytes.hasPrefix("\u{1B}[?2026h"))
    #expect(bytes.hasSuffix("\u{1B}[?2026l"))
    #expect(bytes.contains("\u{1B}[0;3ma"))
    var coloured = FrameWriter()
    #expect(coloured.bytes(for: frame).contains("\u{1B}[0;3;91ma"))
  }

  @Test(arguments: [UInt64(1), 2, 3, 4])
  func `the bytes make a terminal show the frame, whatever it showed before`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let words = ["one", "北约", "🇺🇦", "e\u{301}", " ", "Україна", "👩‍👩‍👧‍👦", "   "]
    let styles = [CellStyle.plain, CellStyle(attributes: .bold), CellStyle(background: .palette(4))]
    var writer = FrameWriter()
    var terminal = TinyTerminal(size: size)
    var frame = Frame(size: size)
    for step in 0..<200 {
      if step % 20 == 0 { frame = Frame(size: size) }
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        frame.write(
          words[Int.random(in: 0..<words.count, using: &random)],
          column: Int.random(in: 0..<size.columns, using: &random), row: Int.random(in: 0..<size.rows, using: &random),
          style: styles[Int.random(in: 0..<styles.count, using: &random)])
      }
      terminal.take(writer.bytes(for: frame))
      #expect(terminal.rows == (0..<size.rows).map { frame.text(row: $0) }, "seed \(seed), step \(step)")
      #expect(terminal.looks == frame.cells.map { $0.style.parametersForTests }, "seed \(seed), step \(step)")
    }
  }
}

extension CellStyle {
  /// What `TinyTerminal` notes of a look.
  var parametersForTests: String {
    var codes = ["0"]
    if attributes.contains(.bold) { codes.append("1") }
    if case .palette(let index) = background { codes.append("\(40 + Int(index))") }
    return codes.joined(separator: ";")
  }
}

/// As much of a terminal as the writer needs: it places clusters, moves, clears and takes looks.
struct TinyTerminal {
  private var cells: [(character: Character, look: String)]
  private let size: ScreenSize
  private var column = 0
  private var row = 0
  private var look = "0"

  init(size: ScreenSize) {
    self.size = size
    cells = Array(repeating: (" ", "0"), count: size.columns * size.rows)
  }

  var looks: [String] { cells.map(\.look) }

  var rows: [String] {
    (0..<size.rows).map { row in
      var text = ""
      var column = 0
      while column < size.columns {
        let character = cells[row * size.columns + column].character
        text.append(character)
        column += max(1, TextWidth.of(character))
      }
      while text.last == " " { text.removeLast() }
      return text
    }
  }

  mutating func take(_ bytes: String) {
    var rest = Substring(bytes)
    while let character = rest.first {
      if character == "\u{1B}" {
        sequence(&rest)
      } else {
        rest.removeFirst()
        let width = TextWidth.of(character)
        for offset in 0..<width { cells[row * size.columns + column + offset] = (offset == 0 ? character : "\0", look) }
        column += width
      }
    }
  }

  private mutating func sequence(_ rest: inout Substring) {
    if rest.hasPrefix("\u{1B}]") {
      let end = rest.firstRange(of: "\u{1B}\\")?.upperBound ?? rest.endIndex
      rest = rest[end...]
      return
    }
    let body = rest.dropFirst(2).prefix { !$0.isLetter }
    let final = rest.dropFirst(2 + body.count).first
    rest = rest.dropFirst(3 + body.count)
    switch final {
    case "H":
      let fields = body.split(separator: ";").compactMap { Int($0) }
      (row, column) = fields.count == 2 ? (fields[0] - 1, fields[1] - 1) : (0, 0)
    case "J": cells = Array(repeating: (" ", look), count: cells.count)
    case "K": for place in column..<size.columns { cells[row * size.columns + place] = (" ", look) }
    case "m": look = String(body)
    default: break
    }
  }
}
