import Foundation

/// What single lines of a raw document look like. The rules see one text; `RawReader` knows what stands around it.
enum RawRules {
  /// Words that introduce a link to another article, as pages print them.
  private static let linkLabels = [
    "also read", "read also", "read more", "see also", "also see", "related", "related article", "related story",
    "must read", "more on this", "more on this story", "more", "read", "watch", "watch also", "don't miss",
    "don’t miss",
    "recommended", "in pictures", "explainer", "читайте також", "читайте ще", "читайте", "читати також",
    "дивіться також",
    "дивіться", "див. також", "за темою", "по темі", "більше за темою", "раніше", "нагадаємо",
  ]

  private static let shortLabels: Set<String> = [
    "more", "read", "watch", "related", "explainer", "recommended", "читайте", "дивіться", "раніше", "нагадаємо",
    "in pictures", "по темі",
  ]

  /// The title behind “Also Read |” and its kin.
  private static let longestLabel = 2 * (linkLabels.map(\.count).max() ?? 0)

  static func alsoRead(_ text: String) -> String? {
    let lower = text.prefix(longestLabel).lowercased()
    for label in linkLabels where lower.hasPrefix(label) {
      let rest = text.dropFirst(label.count).drop(while: \.isWhitespace)
      guard let mark = rest.first, "|:–—-".contains(mark) else { continue }
      // A short label may also begin a sentence: “Read: he never did.”
      if shortLabels.contains(label), mark != "|", mark != ":" || closesSentence(text) { continue }
      let title = TextRules.normalised(String(rest.dropFirst()))
      return title.isEmpty ? nil : title
    }
    return nil
  }

  private static let boilerplate: Set<String> = [
    "recent news", "latest news", "more news", "related news", "top stories", "latest stories", "more stories",
    "related stories", "related articles", "related posts", "recent posts", "recent articles", "most read",
    "most popular", "trending", "trending now", "you may also like", "you might also like", "recommended",
    "recommended for you", "read next", "up next", "share this", "share this article", "share", "subscribe",
    "newsletter", "follow us", "comments", "leave a comment", "leave a reply", "advertisement", "about the author",
    "more from this author", "editor's picks", "editors' picks", "what to read next", "останні новини",
    "новини за темою",
    "популярне", "популярні новини", "читайте також", "матеріали за темою", "інші новини", "головні новини",
    "стрічка новин", "більше новин", "рекомендуємо", "вибір редакції", "коментарі", "новини партнерів",
  ]

  /// Whether a line is a heading of what pages put behind an article.
  static func isBoilerplate(_ text: String) -> Bool { boilerplate.contains(TextRules.comparable(text)) }

  private static let keywordLabels = ["tags", "keywords", "topics", "key words", "теги"]

  /// The entries of a comma-separated line of keywords; nil if it is not one.
  static func keywords(_ text: String, labelled: Bool = false) -> [String]? {
    var list = Substring(text)
    var hasLabel = false
    if let colon = text.firstIndex(of: ":"), keywordLabels.contains(text[..<colon].lowercased()) {
      list = text[text.index(after: colon)...]
      hasLabel = true
    }
    guard hasLabel || !labelled else { return nil }
    if hasLabel { return entries(list) }
    let entries = list.split(separator: ",", omittingEmptySubsequences: false).map { TextRules.normalised(String($0)) }
    let areShort = entries.allSatisfy { !$0.isEmpty && $0.count <= 60 && $0.split(separator: " ").count <= 8 }
    let last = entries.last?.lowercased() ?? ""
    guard entries.count >= 3, areShort, !closesSentence(text), !last.hasPrefix("and "), !last.hasPrefix("or ") else {
      return nil
    }
    return entries
  }

  /// What stands between commas.
  static func entries(_ list: some StringProtocol) -> [String] {
    list.split(separator: ",").map { TextRules.normalised(String($0)) }.filter { !$0.isEmpty }
  }

  /// Whether a text ends as sentences do, be it inside quotes or brackets.
  static func closesSentence(_ text: String) -> Bool {
    let end = text.reversed().drop { "”’\"')»“".contains($0) }.first
    return end.map { ".!?…:;".contains($0) } ?? false
  }

  /// Whether a line could head a section: short, begins like a title, does not end like a sentence.
  static func looksLikeHeading(_ text: String) -> Bool {
    guard text.count <= 90, text.split(separator: " ").count <= 12, let first = text.first else { return false }
    guard !first.isLowercase, text.contains(where: \.isLetter) else { return false }
    // A question may head a section; one in quotes is somebody's words.
    return !closesSentence(text) || text.last == "?"
  }

  /// Whether `paragraph` begins with the words of `sentence`.
  static func begins(_ paragraph: String, with sentence: String) -> Bool {
    let start = TextRules.comparable(sentence)
    guard !start.isEmpty else { return false }
    // Not `comparable`: there the end of the paragraph would go, and it may be the sentence itself.
    let text = TextRules.comparable(paragraph)
    guard text.hasPrefix(start) else { return false }
    return text.dropFirst(start.count).first.map { !$0.isLetter && !$0.isNumber } ?? true
  }
}
