import Foundation

/// What pages print around an article: bylines, dates, captions, and the furniture for sharing, subscribing and
/// finding one's way. In English and Ukrainian.
enum PageRules {
  // MARK: Bylines

  private static let bylineLabels = [
    "written by ", "reported by ", "story by ", "words by ", "author: ", "authors: ", "by: ", "автор: ", "автори: ",
    "авторка: ", "текст: ",
  ]
  private static let creditLabels = [
    "reporting by ", "additional reporting by ", "reporting and writing by ", "writing by ", "edited by ",
    "editing by ", "compiled by ",
  ]

  /// The names behind “By …” and its kin; nil if the line is something else.
  static func byline(_ text: String) -> [String]? {
    guard text.count <= 160 else { return nil }
    let lower = text.lowercased()
    if let label = (bylineLabels + creditLabels).first(where: { lower.hasPrefix($0) }) {
      return names(text.dropFirst(label.count), leastWords: 1)
    }
    guard lower.hasPrefix("by ") else { return nil }
    // “By Tuesday” is a time: a single word is no name here.
    return names(text.dropFirst(3), leastWords: 2)
  }

  /// Whether it is a credit that stands behind a text rather than above it.
  static func isCredit(_ text: String) -> Bool {
    let lower = text.lowercased()
    let inner = lower.hasPrefix("(") ? String(lower.dropFirst()) : lower
    return text.count <= 300 && creditLabels.contains { inner.hasPrefix($0) }
  }

  private static func names(_ text: Substring, leastWords: Int) -> [String]? {
    var list = String(text)
    for word in [" and ", " та ", " і ", " & ", "; ", " | ", " for ", " in ", " • "] {
      list = list.replacingOccurrences(of: word, with: ", ")
    }
    let parts = list.split(separator: ",").map { TextRules.normalised(String($0)) }
    guard let first = parts.first, isName(first), first.split(separator: " ").count >= leastWords else { return nil }
    let rest = parts.dropFirst()
    // Behind the names there may be their place, their paper or a day; a sentence is none of these.
    guard rest.allSatisfy({ isName($0) || ($0.count <= 30 && !RawRules.closesSentence($0)) }) else { return nil }
    return [first] + rest.filter { isName($0) && $0.split(separator: " ").count >= 2 }
  }

  private static func isName(_ text: String) -> Bool {
    let words = text.split(separator: " ")
    let small: Set<Substring> = ["de", "van", "von", "der", "di", "la", "al", "el", "bin"]
    guard (1...5).contains(words.count), words[0].first?.isUppercase == true else { return false }
    return words.allSatisfy { word in
      (word.first?.isUppercase == true || small.contains(word))
        && word.allSatisfy { $0.isLetter || "'’ʼ.-".contains($0) }
    }
  }

  // MARK: Dates

  private static let dateLabels = [
    "published", "updated", "last updated", "posted", "last modified", "modified", "first published", "опубліковано",
    "оновлено", "дата публікації", "останнє оновлення",
  ]
  private static let dateWords: Set<String> = Set(
    """
    jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september october
    november december mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday am pm a.m p.m
    at on utc gmt est edt cet cest eet eest bst et pt kyiv time ago min mins minute minutes hour hours day days last
    updated published січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня понеділок
    вівторок середа четвер пʼятниця п’ятниця субота неділя о об р рр року тому хвилин хвилини годин години годину днів
    дні вчора сьогодні
    """.split(whereSeparator: \.isWhitespace).map(String.init))

  /// Whether a line says only when the page was published or changed.
  static func isDate(_ text: String) -> Bool {
    guard text.count <= 90 else { return false }
    var rest = Substring(text.lowercased())
    if let label = dateLabels.sorted(by: { $0.count > $1.count }).first(where: { rest.hasPrefix($0) }) {
      rest = rest.dropFirst(label.count).drop { ": ".contains($0) }
    }
    let words = rest.split { " ,|•·–—-/()".contains($0) }
    guard !words.isEmpty, words.count <= 14, words.contains(where: { $0.contains(where: \.isNumber) }) else {
      return false
    }
    // A year alone, or a number, is no date of a page.
    let numbers = words.filter { $0.allSatisfy { $0.isNumber || ".:".contains($0) } }
    guard numbers.count < words.count || words.count >= 3 || numbers.contains(where: { $0.contains(".") }) else {
      return false
    }
    return words.allSatisfy { word in
      let bare = word.hasSuffix(".") ? word.dropLast() : word
      return dateWords.contains(String(bare)) || word.allSatisfy { $0.isNumber || ".:".contains($0) }
        || (startsWithDigit(word) && word.wholeMatch(of: /\d{1,4}(st|nd|rd|th|am|pm)/) != nil)
    }
  }

  private static func startsWithDigit(_ text: some StringProtocol) -> Bool {
    text.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } == true
  }

  // MARK: Captions

  private static let captionLabels = [
    "photo", "photos", "photograph", "image", "picture", "file photo", "caption", "photo credit", "image credit",
    "credit", "illustration", "graphic", "video", "фото", "світлина", "ілюстрація", "джерело фото", "на фото",
    "відео", "інфографіка", "фото ілюстративне",
  ]
  private static let agencies = [
    "getty images", "reuters", "afp", "ap", "epa", "shutterstock", "ukrinform", "укрінформ",
  ]

  /// Whether a line belongs to a picture that did not come along.
  static func isCaption(_ text: String) -> Bool {
    guard text.count <= 300 else { return false }
    let inner = text.first.map { "([".contains($0) } == true ? text.dropFirst() : text[...]
    let lower = inner.lowercased()
    for label in captionLabels where lower.hasPrefix(label) {
      let rest = lower.dropFirst(label.count)
      if rest.first.map({ ":|/–—".contains($0) }) == true || rest.hasPrefix(" by ") || rest.hasPrefix(" - ")
        || rest.hasPrefix(" – ") || rest.hasPrefix(" — ")
      {
        return true
      }
    }
    if lower.hasPrefix("ap photo/") || lower.contains("(ap photo") { return true }
    let end = TextRules.comparable(text)
    return agencies.contains { end.hasSuffix("/" + $0) || end.hasSuffix("/ " + $0) || end.hasSuffix("via " + $0) }
  }

  // MARK: Furniture

  private static let phrases: Set<String> = [
    "share", "tweet", "print", "email", "e-mail", "copy link", "save", "subscribe", "newsletter", "newsletters",
    "follow us", "comments", "comment", "advertisement", "ad", "sponsored", "sponsored content", "share this",
    "share this article", "share this story", "leave a comment", "leave a reply", "loading", "menu", "search", "home",
    "sign in", "log in", "skip to content", "skip to main content", "listen", "listen to article", "read in app",
    "story continues below advertisement", "article continues below", "continue reading", "back to top",
    "accept cookies", "поділитися", "поділитись", "поширити", "реклама", "коментарі", "залишити коментар",
    "підписатися", "підписатись", "друкувати", "роздрукувати", "слухати", "головна", "увійти", "пошук", "меню",
    "зберегти",
  ]
  private static let openings = [
    "subscribe to ", "subscribe now", "sign up for ", "sign up to ", "sign up here", "sign up now", "follow us ",
    "follow our ", "join our ", "join us on ", "click here", "tap here", "download our ", "download the ",
    "get the latest ", "get our ", "share this ", "share on ", "share via ", "share to ", "like us on ",
    "support our journalism", "support independent", "donate ", "listen to this ", "print this ", "email this ",
    "story continues below", "article continues", "this website uses cookies", "we use cookies", "all rights reserved",
    "copyright ©", "copyright 2", "©", "terms of use", "privacy policy", "skip to ", "jump to ", "want more ",
    "already a subscriber", "become a ", "підпишіться", "підписуйтесь", "підписуйтеся", "поділитися ", "поділіться ",
    "читайте нас", "стежте за ", "слідкуйте за ", "приєднуйтесь", "приєднуйтеся", "долучайтеся", "долучайтесь",
    "усі права захищені", "всі права захищені", "підтримайте ", "слухайте ", "час читання", "завантажте ",
    "натисніть ", "ми використовуємо cookie", "якщо ви помітили помилку", "якщо ви знайшли помилку",
  ]
  private static let networks: Set<String> = [
    "facebook", "twitter", "x", "whatsapp", "telegram", "linkedin", "reddit", "email", "e-mail", "copy", "link",
    "pinterest", "viber", "messenger", "share", "tweet", "print", "save", "threads", "bluesky", "instagram", "youtube",
    "tiktok", "signal", "фейсбук", "телеграм", "твіттер", "вайбер", "поділитися", "on", "в",
  ]

  /// Why a line is furniture of the page; nil if it may be text.
  static func furniture(_ text: String) -> String? {
    guard text.count <= 220 else { return nil }
    let plain = TextRules.comparable(text)
    if phrases.contains(plain) { return "what a page prints around any article" }
    let lower = text.lowercased()
    if openings.contains(where: { lower.hasPrefix($0) }), text.split(separator: " ").count <= 32 {
      return "asks the reader to do something on the page, or says whose it is"
    }
    let words = plain.split { !$0.isLetter && $0 != "-" }.map(String.init)
    if words.count >= 2, words.allSatisfy(networks.contains) { return "buttons for sharing" }
    // A pattern is compiled anew each time, and few lines begin like this.
    guard startsWithDigit(plain) else { return nil }
    if plain.wholeMatch(of: /\d{1,3} ?-?(min|mins|minute|minutes|хв|хвилин|хвилини)\.?( read| читання)?/) != nil {
      return "says how long reading takes"
    }
    if plain.wholeMatch(of: /\d{1,6} (comments?|shares?|views?|коментар\p{L}*|перегляд\p{L}*)/) != nil {
      return "counts what others did with the page"
    }
    return nil
  }

  /// Whether a line shows the way to the page: “Home > World > Europe”.
  static func isBreadcrumb(_ text: String) -> Bool {
    for mark in [" > ", " › ", " » ", " / "] {
      let steps = text.components(separatedBy: mark)
      if steps.count >= 3, steps.allSatisfy({ !$0.isEmpty && $0.split(separator: " ").count <= 4 }) { return true }
    }
    return false
  }
}
