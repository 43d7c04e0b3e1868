/// How inks look on the terminal: by its own sixteen colours, so that light and dark stay the reader's choice.
public struct Palette: Hashable, Sendable {
  /// Whether escape sequences are written at all.
  public var isColoured: Bool

  /// No escape sequences: a pipe, `NO_COLOR`, `TERM=dumb`.
  public static let plain = Palette(isColoured: false)
  public static let coloured = Palette(isColoured: true)

  /// The bytes of `line` on the terminal, without a line end.
  public func render(_ line: Line) -> String {
    line.spans.map { span in
      let text = NoBreak.released(span.text)
      guard isColoured, let look = Self.looks[span.ink], !text.isEmpty else { return text }
      return "\u{1B}[\(look)m\(text)\u{1B}[0m"
    }.joined()
  }

  /// The lines, each with its end; spaces at the end of a line are not written.
  public func render(_ lines: [Line]) -> String {
    lines.map { line in
      var line = line
      while let last = line.spans.last, last.text.allSatisfy({ $0 == " " }) { line.spans.removeLast() }
      return render(line) + "\n"
    }.joined()
  }

  /// Parameters of SGR (ECMA-48, 8.3.117).
  private static let looks: [Ink: String] = [
    .title: "1", .heading: "1", .strong: "1", .emphasis: "3", .faint: "2", .mark: "36", .link: "4", .hit: "7",
    .unread: "1;34", .saved: "33", .warning: "33", .good: "32", .bad: "31",
    .highlight: "4;35", .removed: "9;31", .added: "1;32",
  ]
}
