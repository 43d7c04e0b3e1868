import StorylineModels

/// Finds sums of money in a text, in English and Ukrainian.
enum AmountFinder {
  struct Found: Hashable {
    /// Digits.
    let amount: String
    let currency: String
    let words: String
  }

  private static let symbols: [Character: String] = ["$": "USD", "€": "EUR", "£": "GBP", "₴": "UAH", "¥": "JPY"]
  private static let currencies: [String: String] = [
    "euro": "EUR", "euros": "EUR", "євро": "EUR", "dollars": "USD", "dollar": "USD", "usd": "USD", "eur": "EUR",
    "доларів": "USD", "долари": "USD", "долар": "USD", "hryvnia": "UAH", "hryvnias": "UAH", "гривень": "UAH",
    "гривні": "UAH", "pounds": "GBP", "фунтів": "GBP", "фунти": "GBP",
    "дол": "USD", "грн": "UAH", "гривня": "UAH", "крон": "SEK", "kronor": "SEK", "zloty": "PLN", "злотих": "PLN",
    "gbp": "GBP",
  ]
  private static let scales: [String: Int] = [
    "thousand": 3, "million": 6, "mln": 6, "bn": 9, "billion": 9, "trillion": 12, "тисяч": 3, "тисяча": 3, "тисячі": 3,
    "тис": 3, "млн": 6,
    "мільйон": 6, "мільйона": 6, "мільйони": 6, "мільйонів": 6, "млрд": 9, "мільярд": 9, "мільярда": 9, "мільярди": 9,
    "мільярдів": 9, "трильйон": 12, "трильйони": 12, "трильйонів": 12,
  ]

  static func amounts(in text: String) -> [Found] {
    text.matches(
      of: /([$€£₴¥])?\s?(\d{1,3}(?:[,\u{A0} ]\d{3})+|\d+(?:[.,]\d{1,2})?)[\s\u{A0}]?(\p{L}+\.?)?[\s\u{A0}]?(\p{L}+)?/
    )
    .compactMap { match in
      let first = match.3.map { $0.lowercased().replacing(".", with: "") } ?? ""
      let second = match.4.map { $0.lowercased() } ?? ""
      let power = scales[first]
      let word = power == nil ? first : second
      let symbol = match.1?.first.flatMap { symbols[$0] }
      guard let currency = symbol ?? currencies[word], let amount = digits(String(match.2), power ?? 0) else {
        return nil
      }
      // What was matched behind the amount and says nothing about it is no part of it.
      var words = String(match.0)
      let isUsed = { (part: String) in scales[part] != nil || (symbol == nil && currencies[part] != nil) }
      if let last = match.4, !isUsed(second) || power == nil { words = String(words.dropLast(last.count)) }
      if let part = match.3, !isUsed(first), match.4 == nil || power == nil {
        words = String(words.prefix { $0 != part.first })
      }
      return Found(amount: amount, currency: currency, words: TextRules.normalised(words))
    }
  }

  private static func digits(_ number: String, _ power: Int) -> String? {
    let isGrouped = number.wholeMatch(of: /\d{1,3}([,\u{A0} ]\d{3})+/) != nil
    let parts = isGrouped ? [number.filter(\.isNumber)] : number.split { ".,".contains($0) }.map(String.init)
    let fraction = parts.count > 1 ? parts[1] : ""
    guard fraction.count <= power || fraction.isEmpty else { return nil }
    let all = (parts.first ?? "") + fraction + String(repeating: "0", count: max(0, power - fraction.count))
    let plain = String(all.drop { $0 == "0" })
    return plain.isEmpty || plain.count > 18 ? nil : plain
  }
}
