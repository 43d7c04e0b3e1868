import StorylineModels
import StorylineScreen

/// Text as CommonMark.
enum Markdown {
  /// The parts with an empty line between them, safe to print.
  static func document(_ parts: [String]) -> String {
    NoBreak.released(SafeText.lines(parts.filter { !$0.isEmpty }.joined(separator: "\n\n"))) + "\n"
  }

  static func list(_ items: [String]) -> String { items.map { "- " + $0 }.joined(separator: "\n") }

  static func inline(_ spans: [Span]) -> String {
    spans.map { span in
      if span.ink == .mark { return "[^" + span.text.dropFirst().dropLast() + "]" }
      let words = escaped(span.text)
      let styled =
        switch span.ink {
        case .strong: "**\(words)**"
        case .emphasis: "*\(words)*"
        default: words
        }
      return span.link.map { "[\(styled)](\(address($0)))" } ?? styled
    }.joined()
  }

  /// Marks of Markdown and HTML are only signs in somebody's words.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      if "\\*_[]`<>#".contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }

  /// Words between bars of a table.
  static func cell(_ text: String) -> String { escaped(text).replacing("|", with: "\\|") }

  static func address(_ url: String) -> String {
    url.replacing("(", with: "%28").replacing(")", with: "%29").replacing(" ", with: "%20")
  }
}
