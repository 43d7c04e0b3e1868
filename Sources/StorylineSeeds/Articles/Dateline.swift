/// The place, and often the day and the agency, that a news text opens with: `Brussels:`, `KYIV, Dec 3 (Reuters) —`.
struct Dateline: Hashable {
  /// Without the mark behind it.
  let text: String
  /// What stands after it.
  let rest: String

  private static let marks = [": ", " — ", " – ", " -- ", " - ", "— ", "—"]

  /// nil if `paragraph` does not begin with a dateline.
  init?(_ paragraph: String) {
    let head = paragraph.prefix(70)
    let found = Self.marks.compactMap { mark in head.firstRange(of: mark).map { (mark: mark, range: $0) } }
    guard let first = found.min(by: { $0.range.lowerBound < $1.range.lowerBound }) else { return nil }
    let label = String(paragraph[..<first.range.lowerBound])
    let rest = TextRules.normalised(String(paragraph[first.range.upperBound...]))
    guard let start = rest.first, let parts = Parts(label) else { return nil }
    if first.mark == ": " {
      // “Name: “…”” is a speaker and his words.
      guard start.isUppercase || start.isNumber else { return nil }
    } else {
      guard start.isUppercase || start.isNumber || "“\"«".contains(start) else { return nil }
      guard parts.isCertain else { return nil }
    }
    text = label
    self.rest = rest
  }

  private struct Parts {
    private var hasDate = false
    private var hasAgency = false
    private var isCapitals = false
    private var words = 0

    /// Whether only a dateline looks like this: a sentence may also begin with a name and a dash.
    var isCertain: Bool { hasDate || hasAgency || isCapitals || words == 1 }

    init?(_ label: String) {
      var label = Substring(label)
      if label.last == ")", let open = label.lastIndex(of: "(") {
        hasAgency = true
        label = label[..<open]
      }
      let pieces = label.split(separator: ",").map { TextRules.normalised(String($0)) }
      guard let place = pieces.first, Self.isPlace(place), !Self.labels.contains(place.lowercased()) else { return nil }
      for piece in pieces.dropFirst() {
        if Self.isDate(piece) { hasDate = true } else if !Self.isPlace(piece) { return nil }
      }
      guard pieces.count <= 4 else { return nil }
      isCapitals = place.count > 2 && place == place.uppercased()
      words = place.split(separator: " ").count
    }

    private static let labels: Set<String> = [
      "update", "updated", "breaking", "analysis", "opinion", "exclusive", "live", "watch", "video", "photo", "photos",
      "note", "correction", "explainer", "editorial", "question", "answer", "background", "summary", "key points",
      "interview", "review", "source", "sources", "warning", "fact check", "by",
    ]
    private static let small: Set<String> = ["de", "del", "of", "the", "am", "la", "le", "on", "an", "der", "el"]
    private static let months: Set<String> = [
      "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "january",
      "february", "march", "april", "june", "july", "august", "september", "october", "november", "december",
      "січня", "лютого", "березня", "квітня", "травня", "червня", "липня", "серпня", "вересня", "жовтня",
      "листопада", "грудня",
    ]

    private static func isPlace(_ text: String) -> Bool {
      let words = text.split(separator: " ")
      guard (1...4).contains(words.count), words[0].first?.isUppercase == true else { return false }
      return words.allSatisfy { word in
        (word.first?.isUppercase == true || small.contains(String(word)))
          && word.allSatisfy { $0.isLetter || "'’.-".contains($0) }
      }
    }

    private static func isDate(_ text: String) -> Bool {
      let words = text.lowercased().split { $0 == " " || $0 == "." }
      let isNumber = { (word: Substring) in word.count <= 4 && word.allSatisfy { $0.isASCII && $0.isNumber } }
      guard (1...3).contains(words.count) else { return false }
      if words.allSatisfy(isNumber) { return words.count == 1 && words[0].count == 4 }
      return words.allSatisfy { isNumber($0) || months.contains(String($0)) }
    }
  }
}
