import StorylineModels

/// What single lines of Markdown look like.
enum MarkdownRules {
  /// Why a line is not in the subset; nil if it is.
  static func objection(to line: String, content: String) -> String? {
    if !content.hasPrefix("!["), hasUnsafeLink(content) { return "a link must lead to an https address" }
    return lineObjection(to: line, content: content)
  }

  private static func lineObjection(to line: String, content: String) -> String? {
    // Most lines begin with a letter: nothing below concerns them.
    guard let first = content.utf8.first, !ASCII.isLetter(first), first < 0x80 else { return nil }
    if content.hasPrefix("```") || content.hasPrefix("~~~") { return "blocks of code are not read" }
    if "-*_=".utf8.contains(first), content.wholeMatch(of: /(-\s*){3,}|(\*\s*){3,}|(_\s*){3,}|=+/) != nil {
      return "lines that only draw a rule are not read"
    }
    if content.prefixMatch(of: /<\/?[A-Za-z!]/) != nil { return "HTML is not read" }
    if content.hasPrefix("* ") || content.hasPrefix("+ ") { return "list entries begin with “- ” or “1. ”" }
    if line.prefixMatch(of: /[ \t]+(- |\d{1,3}\. )/) != nil { return "lists inside lists are not read" }
    if content.hasPrefix("|") { return "tables are not read" }
    return nil
  }

  static func item(_ content: String) -> (style: String, text: String)? {
    if content.hasPrefix("- ") { return ("bullet", TextRules.normalised(String(content.dropFirst(2)))) }
    guard content.utf8.first.map({ (48...57).contains($0) }) == true,
      let match = content.prefixMatch(of: /\d{1,3}\.\s/)
    else { return nil }
    return ("number", TextRules.normalised(String(content[match.range.upperBound...])))
  }

  /// The name behind the dash of `> — Name`.
  static func attribution(_ words: String) -> String? {
    guard let mark = ["— ", "– ", "-- "].first(where: { words.hasPrefix($0) }) else { return nil }
    return TextRules.normalised(String(words.dropFirst(mark.count)))
  }

  /// Whether a `[…](…)` holds something else than an https address. By hand and not by an expression, whose time would
  /// grow with the square of the line.
  private static func hasUnsafeLink(_ content: String) -> Bool {
    guard content.utf8.contains(UInt8(ascii: "[")) else { return false }
    var rest = content[...]
    while let open = rest.firstRange(of: "](") {
      // A bracket behind a backslash opens nothing.
      let isOpen = hasOpenBracket(rest[..<open.lowerBound])
      rest = rest[open.upperBound...]
      guard let end = rest.firstIndex(where: { $0 == ")" || $0.isWhitespace }) else { return false }
      if isOpen, rest[end] == ")", !rest.hasPrefix("https://") { return true }
    }
    return false
  }

  private static func hasOpenBracket(_ text: Substring) -> Bool {
    var isEscaped = false
    for character in text {
      if character == "[", !isEscaped { return true }
      isEscaped = character == "\\" && !isEscaped
    }
    return false
  }

  /// A paragraph's line as it has to be written: one that would be read as something else begins with a backslash.
  static func escapedLine(_ text: String) -> String { isMarkup(text) ? "\\" + text : text }

  /// The line that was meant; nil if `content` is not such a line.
  static func unescapedLine(_ content: String) -> String? {
    guard content.hasPrefix("\\") else { return nil }
    let rest = String(content.dropFirst())
    return isMarkup(rest) ? rest : nil
  }

  /// Whether a line would be read as something else than running text.
  private static func isMarkup(_ text: String) -> Bool {
    if text.hasPrefix("\\") { return isMarkup(String(text.dropFirst())) }
    return text.hasPrefix("#") || text.hasPrefix(">") || item(text) != nil
      || lineObjection(to: text, content: text) != nil
      || (text.hasPrefix("[[") && text.hasSuffix("]]")) || (text.hasPrefix("![") && text.hasSuffix(")"))
      || RawRules.alsoRead(text) != nil
  }

  /// `![alt](url "caption" "credit")`; what is empty is nil.
  static func image(_ content: String) -> Block? {
    let inner = content.dropFirst(2).dropLast()
    guard let open = inner.firstRange(of: "](") else { return nil }
    let alt = TextRules.normalised(String(inner[..<open.lowerBound]))
    let target = inner[open.upperBound...]
    let url = target.prefix { !$0.isWhitespace }
    let behind = TextRules.normalised(String(target.dropFirst(url.count)))
    guard behind.isEmpty || (behind.count >= 2 && behind.hasPrefix("\"") && behind.hasSuffix("\"")) else { return nil }
    let words = behind.dropFirst().dropLast()
    // The caption may have quotation marks of its own: what is behind the last gap between two is the credit.
    let gap = words.ranges(of: "\" \"").last
    let caption = TextRules.normalised(String(words[..<(gap?.lowerBound ?? words.endIndex)]))
    let credit = TextRules.normalised(String(gap.map { words[$0.upperBound...] } ?? ""))
    return Block(
      id: "", role: .image, url: String(url), alt: alt.isEmpty ? nil : alt, caption: caption.isEmpty ? nil : caption,
      credit: credit.isEmpty ? nil : credit)
  }

  /// What `image` reads as this caption and this credit, with a space in front; nothing if there is neither.
  static func imageWords(caption: String?, credit: String?) -> String {
    let caption = caption ?? ""
    if caption.isEmpty, credit == nil { return "" }
    if let credit { return " \"\(caption)\" \"\(credit)\"" }
    return " \"\(caption)\"" + (caption.contains("\" \"") ? " \"\"" : "")
  }

  /// Whether an image's file has a name of several words.
  static func hasSpaceInAddress(_ content: String) -> Bool {
    guard let start = content.firstRange(of: "](")?.upperBound else { return false }
    let address = content[start...].prefix { $0 != "\"" && $0 != ")" }
    return TextRules.normalised(String(address)).contains(" ")
  }
}
