/// A line of text with inline marks: `*em*`, `**strong**` and `[text](https://…)`, nothing else.
///
/// What does not close is plain text; a backslash makes the next mark plain. Marks do not nest, but a link's text may
/// be emphasised as a whole.
public struct InlineText: Hashable, Sendable {
  public struct Run: Hashable, Sendable {
    public var text: String
    public var style: Style
    public var link: String?

    public init(text: String, style: Style = .plain, link: String? = nil) {
      self.text = text
      self.style = style
      self.link = link
    }
  }

  public enum Style: Hashable, Sendable { case plain, emphasis, strong }

  public let runs: [Run]

  public init(_ markdown: String) {
    // Most texts have no mark at all.
    guard Self.hasMark(markdown) else {
      runs = markdown.isEmpty ? [] : [Run(text: markdown)]
      return
    }
    var runs: [Run] = []
    var plain = ""
    var rest = Substring(markdown)
    while let character = rest.first {
      if character == "\\", let next = rest.dropFirst().first, "\\*[".contains(next) {
        plain.append(next)
        rest = rest.dropFirst(2)
      } else if let (run, tail) = Self.marked(rest) {
        if !plain.isEmpty { runs.append(Run(text: plain)) }
        plain = ""
        runs.append(run)
        rest = tail
      } else {
        plain.append(character)
        rest = rest.dropFirst()
      }
    }
    if !plain.isEmpty { runs.append(Run(text: plain)) }
    self.runs = runs
  }

  private static func hasMark(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      bytes.contains { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "[") }
    }
  }

  /// The words without their marks.
  public var plain: String { runs.map(\.text).joined() }

  /// `text` with a backslash before everything that would be read as a mark.
  public static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      if "\\*[".contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }

  private static func marked(_ text: Substring) -> (Run, Substring)? {
    if text.hasPrefix("**") { return delimited(text, by: "**", style: .strong) }
    if text.hasPrefix("*") { return delimited(text, by: "*", style: .emphasis) }
    if text.hasPrefix("[") { return link(text) }
    return nil
  }

  private static func delimited(_ text: Substring, by mark: String, style: Style) -> (Run, Substring)? {
    let inner = text.dropFirst(mark.count)
    guard let first = inner.first, !first.isWhitespace, first != "*", let end = inner.firstRange(of: mark),
      let last = inner[..<end.lowerBound].last, !last.isWhitespace
    else { return nil }
    let words = InlineText(String(inner[..<end.lowerBound]))
    return (Run(text: words.plain, style: style, link: words.runs.first?.link), inner[end.upperBound...])
  }

  private static func link(_ text: Substring) -> (Run, Substring)? {
    guard let close = text.firstRange(of: "]("), let end = text[close.upperBound...].firstIndex(of: ")") else {
      return nil
    }
    let address = text[close.upperBound..<end]
    guard address.hasPrefix("https://"), !address.contains(where: \.isWhitespace) else { return nil }
    let label = InlineText(String(text[text.index(after: text.startIndex)..<close.lowerBound]))
    return (
      Run(text: label.plain, style: label.runs.first?.style ?? .plain, link: String(address)),
      text[text.index(after: end)...]
    )
  }
}
