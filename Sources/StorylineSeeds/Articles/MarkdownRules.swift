import StorylineModels

/// What single lines of Markdown look like.
enum MarkdownRules {
  /// Why a line is not in the subset; nil if it is.
  static func objection(to line: String, content: String) -> String? {
    if content.hasPrefix("```") || content.hasPrefix("~~~") { return "blocks of code are not read" }
    if content.wholeMatch(of: /(-\s*){3,}|(\*\s*){3,}|(_\s*){3,}|=+/) != nil {
      return "lines that only draw a rule are not read"
    }
    if content.prefixMatch(of: /<\/?[A-Za-z!]/) != nil { return "HTML is not read" }
    if content.hasPrefix("* ") || content.hasPrefix("+ ") { return "list entries begin with “- ” or “1. ”" }
    if line.prefixMatch(of: /[ \t]+(- |\d{1,3}\. )/) != nil { return "lists inside lists are not read" }
    if content.hasPrefix("|") { return "tables are not read" }
    if content.firstMatch(of: /\]\((?!https:\/\/)[^)\s]*\)/) != nil, !content.hasPrefix("![") {
      return "a link must lead to an https address"
    }
    return nil
  }

  static func item(_ content: String) -> (style: String, text: String)? {
    if content.hasPrefix("- ") { return ("bullet", TextRules.normalised(String(content.dropFirst(2)))) }
    guard let match = content.prefixMatch(of: /\d{1,3}\.\s/) else { return nil }
    return ("number", TextRules.normalised(String(content[match.range.upperBound...])))
  }

  /// The name behind the dash of `> — Name`.
  static func attribution(_ words: String) -> String? {
    guard let mark = ["— ", "– ", "-- "].first(where: { words.hasPrefix($0) }) else { return nil }
    return TextRules.normalised(String(words.dropFirst(mark.count)))
  }

  /// `![alt](url "caption")`; `alt` is nil if it is empty.
  static func image(_ content: String) -> Block? {
    guard let match = content.wholeMatch(of: /!\[(.*?)\]\(([^\s")]*)(?:\s+"(.*)")?\)/) else { return nil }
    let alt = TextRules.normalised(String(match.1))
    let caption = match.3.map { TextRules.normalised(String($0)) }
    return Block(
      id: "", role: .image, url: String(match.2), alt: alt.isEmpty ? nil : alt,
      caption: caption.flatMap { $0.isEmpty ? nil : $0 })
  }
}
