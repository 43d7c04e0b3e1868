import StorylineModels

/// Finds actors in a text by their names and aliases: the longest name first, whole words only, possessives and
/// Ukrainian cases included.
struct ActorFinder {
  struct Mention: Hashable {
    let actor: String
    /// Of the text, in characters.
    let range: Range<Int>
  }

  private struct Name {
    let actor: String
    let words: [String]
  }

  private let names: [Name]

  init(_ actors: [(id: String, names: [String])]) {
    names = actors.flatMap { actor in
      actor.names.map { Name(actor: actor.id, words: Self.withoutArticle(WordScan.words($0).map(\.text))) }
    }
    .filter { !$0.words.isEmpty }
    .sorted {
      ($1.words.count, $1.words.joined().count, $0.actor) < ($0.words.count, $0.words.joined().count, $1.actor)
    }
  }

  /// “The Council” is met as “the council’s” too.
  private static func withoutArticle(_ words: [String]) -> [String] {
    words.count > 1 && words[0].lowercased() == "the" ? Array(words.dropFirst()) : words
  }

  /// In the order of the text; none overlaps another.
  func mentions(in text: String) -> [Mention] {
    let words = WordScan.words(text)
    var taken = Array(repeating: false, count: words.count)
    var found: [Mention] = []
    for name in names where name.words.count <= words.count {
      for start in 0...(words.count - name.words.count) {
        let range = start..<(start + name.words.count)
        guard !taken[range].contains(true), zip(name.words, words[range]).allSatisfy({ Self.matches($0, $1.text) })
        else { continue }
        for index in range { taken[index] = true }
        found.append(
          Mention(actor: name.actor, range: words[range.lowerBound].start..<words[range.upperBound - 1].end))
      }
    }
    return found.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  /// Whether `word` is a form of `name`. A name with a capital is no word without one.
  private static func matches(_ name: String, _ word: String) -> Bool {
    if name.first?.isUppercase == true, word.first?.isUppercase != true { return false }
    // NATO is not “nato”, and US is not “us”.
    if name.count <= 4, name == name.uppercased(), name != word { return possessiveStem(word) == name }
    let (left, right) = (name.lowercased(), possessiveStem(word).lowercased())
    if left == right { return true }
    guard left.unicodeScalars.contains(where: { (0x400...0x52F).contains($0.value) }) else { return false }
    return CyrillicForms.areForms(left, right)
  }

  private static func possessiveStem(_ word: String) -> String {
    for end in ["’s", "'s", "ʼs"] where word.hasSuffix(end) { return String(word.dropLast(2)) }
    for end in ["’", "'"] where word.hasSuffix(end) { return String(word.dropLast()) }
    return word
  }
}

/// The words of a text with their places.
enum WordScan {
  struct Word {
    let text: String
    let start: Int
    let end: Int
  }

  static func words(_ text: String) -> [Word] {
    var words: [Word] = []
    var current = ""
    var start = 0
    var place = 0
    let flush = { (end: Int) in
      // An apostrophe that closes a quotation is no part of its last word.
      if !current.isEmpty { words.append(Word(text: current, start: start, end: end)) }
      current = ""
    }
    for character in text {
      let isInside = character.isLetter || character.isNumber || (!current.isEmpty && "’'ʼ-.".contains(character))
      if isInside {
        if current.isEmpty { start = place }
        current.append(character)
      } else {
        flush(place)
      }
      place += 1
    }
    flush(place)
    return words.map(trimmed)
  }

  private static func trimmed(_ word: Word) -> Word {
    var text = word.text
    while let last = text.last, "-.".contains(last), !isAbbreviation(text) { text.removeLast() }
    return Word(text: text, start: word.start, end: word.end - (word.text.count - text.count))
  }

  /// `U.S.` keeps its last full stop.
  private static func isAbbreviation(_ text: String) -> Bool { text.dropLast().contains(".") && text.hasSuffix(".") }
}

/// Forms of one Ukrainian word.
enum CyrillicForms {
  private static let endings: Set<String> = [
    "", "а", "я", "у", "ю", "і", "ї", "о", "е", "є", "и", "ь", "й", "ий", "ій", "ої", "ою", "ею", "єю", "ої", "ого",
    "ому", "им", "ім", "их", "іх", "ими", "ами", "ями", "ові", "еві", "єві", "ів", "їв", "ам", "ах", "ям", "ях", "ом",
    "ем", "єм", "ія", "ії", "ію", "ією", "ьою",
  ]

  static func areForms(_ left: String, _ right: String) -> Bool {
    let (a, b) = (Array(unified(left)), Array(unified(right)))
    let shared = zip(a, b).prefix { $0 == $1 }.count
    guard shared >= 3 else { return false }
    for length in stride(from: shared, through: 3, by: -1) {
      if endings.contains(String(a[length...])), endings.contains(String(b[length...])) { return true }
    }
    return false
  }

  /// Without the changes inside a word that its cases bring: Київ – Києва, Америка – Америці.
  private static func unified(_ word: String) -> String {
    var word = word
    if word.hasSuffix("їв") { word = String(word.dropLast(2)) + "єв" }
    for (soft, hard) in [("ці", "ка"), ("зі", "га"), ("сі", "ха")] where word.hasSuffix(soft) && word.count > 4 {
      word = String(word.dropLast(2)) + hard
    }
    return word
  }
}
