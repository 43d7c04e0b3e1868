import Foundation
public import StorylineModels

/// What could be said about an article in facts, for an editor to accept, change or leave. Nothing is published by it.
public struct Suggestions: Sendable {
  /// One entry, ready to stand in a file of the folder.
  public struct Entry: Hashable, Sendable {
    public var kind: ContentKind
    public var id: String
    /// YAML: a list of one entry.
    public var text: String
    /// Whether something between ‹ and › is still open.
    public var isOpen: Bool
  }

  public private(set) var entries: [Entry] = []
  /// Actors that the article mentions and does not list yet, in the order of the text.
  public private(set) var actors: [String] = []
  /// Days that the text names, made absolute.
  public private(set) var dates: [String] = []
  public let file: String

  /// - Parameters:
  ///   - file: an article of the folder.
  ///   - story: the folder, for its actors and for what it says already.
  /// - Returns: nil if the folder has no such article, or one that cannot be read.
  public init?(file: String, story: SeedStory) {
    self.file = file
    let wanted = URL(fileURLWithPath: file).standardizedFileURL.path
    let record = story.records.first { record in
      record.kind == .article && record.isWhole
        && record.textFile.map { URL(fileURLWithPath: $0).standardizedFileURL.path } == wanted
    }
    guard let record else { return nil }
    let surnames = Self.surnames(story.records)
    let finder = ActorFinder(
      story.records.filter { $0.kind == .actor }.map { actor in
        (id: actor.id, names: actor.names + (surnames[actor.id] ?? []))
      })
    let people = Set(
      story.records.filter { $0.kind == .actor && $0.facts.text("type") == "person" }.map(\.id))
    var builder = SuggestionBuilder(
      article: record, finder: finder, people: people, taken: Set(story.records.map(\.id)),
      known: Set(story.records.flatMap { $0.facts.evidence.filter { $0.article == record.id }.map(\.exact) }))
    builder.read()
    entries = builder.entries
    let listed = Set(record.facts.texts("actors"))
    actors = builder.mentioned.filter { !listed.contains($0) }
    dates = builder.dates
  }
}

extension Suggestions {
  /// By which a text calls people after their first mention; not those that two of them share.
  private static func surnames(_ records: [SeedRecord]) -> [String: [String]] {
    let people = records.filter { $0.kind == .actor && $0.facts.text("type") == "person" }
    let last = people.flatMap { person in
      Set(
        person.names.compactMap { name -> String? in
          let words = name.split(separator: " ")
          return words.count > 1 && (words.last?.count ?? 0) > 3 ? words.last.map(String.init) : nil
        }
      ).map { (person.id, $0) }
    }
    let owners = Dictionary(grouping: last, by: \.1).filter { Set($0.value.map(\.0)).count == 1 }
    return Dictionary(grouping: last.filter { owners[$0.1] != nil }, by: \.0).mapValues { $0.map(\.1) }
  }
}

extension SeedRecord {
  /// Of an actor: all that it is called.
  fileprivate var names: [String] {
    [facts.text("name"), facts.text("nativeName")].compactMap(\.self) + facts.texts("aliases")
  }
}

/// Goes through the blocks of one article.
struct SuggestionBuilder {
  let article: SeedRecord
  let finder: ActorFinder
  let people: Set<String>
  /// Ids that are in use.
  var taken: Set<String>
  /// Words that something rests on already.
  let known: Set<String>
  private(set) var entries: [Suggestions.Entry] = []
  private(set) var mentioned: [String] = []
  private(set) var dates: [String] = []
  private var lastPerson: String?

  private static let verbs: Set<String> = [
    "said", "says", "told", "added", "adds", "remarked", "wrote", "stated", "argued", "warned", "announced", "called",
    "insisted", "asked", "explained", "сказав", "сказала", "заявив", "заявила", "додав", "додала", "наголосив",
    "наголосила", "написав", "написала", "зазначив", "зазначила", "пояснив", "пояснила", "підкреслив", "підкреслила",
    "сказали", "заявили", "повідомив", "повідомила", "повідомили", "розповів", "розповіла", "попередив", "попередила",
    "закликав", "закликала", "запевнив", "запевнила", "відповів", "відповіла", "нагадав", "нагадала", "вважає", "каже",
    "йдеться", "оголосив", "оголосила", "визнав", "визнала", "пообіцяв", "пообіцяла",
  ]
  private static let pronouns: Set<String> = ["he", "she", "він", "вона"]

  init(article: SeedRecord, finder: ActorFinder, people: Set<String>, taken: Set<String>, known: Set<String>) {
    self.article = article
    self.finder = finder
    self.people = people
    self.taken = taken
    self.known = known
  }

  private var published: PartialDate? {
    article.facts.text("publishedAt").flatMap { PartialDate(String($0.prefix(10))) }
  }

  mutating func read() {
    let days = DateFinder(published: published)
    for block in article.blocks.map(\.content) {
      for text in block.texts {
        let mentions = finder.mentions(in: text)
        for mention in mentions where !mentioned.contains(mention.actor) { mentioned.append(mention.actor) }
        for found in days.dates(in: text) where !dates.contains("\(found.day)  “\(found.words)”") {
          dates.append("\(found.day)  “\(found.words)”")
        }
        if block.role == .quote {
          quote(text, speaker: block.attribution.flatMap { finder.mentions(in: $0).first?.actor }, day: nil)
        } else {
          quotes(in: text, mentions, days)
        }
        amounts(in: text, mentions, days)
        lastPerson = mentions.last { people.contains($0.actor) }?.actor ?? lastPerson
      }
    }
  }

  // MARK: Quotes

  private mutating func quotes(in text: String, _ mentions: [ActorFinder.Mention], _ days: DateFinder) {
    let characters = Array(text)
    for range in Self.quotations(in: characters) {
      let words = TextRules.normalised(String(characters[range]))
      guard words.split(separator: " ").count >= 4 else { continue }
      let sentence = Self.sentence(around: range, in: characters)
      let around = String(characters[sentence])
      guard around.split(whereSeparator: { !$0.isLetter }).contains(where: { Self.verbs.contains($0.lowercased()) })
      else { continue }
      let outside = mentions.filter { sentence.overlaps($0.range) && !range.overlaps($0.range) }
      let named = outside.last { people.contains($0.actor) } ?? outside.first
      let hasPronoun = around.split(whereSeparator: { !$0.isLetter }).contains {
        Self.pronouns.contains($0.lowercased())
      }
      let day = days.dates(in: around).first?.day
      quote(words, speaker: named?.actor ?? (hasPronoun ? lastPerson : nil), day: day)
    }
  }

  private mutating func quote(_ words: String, speaker: String?, day: String?) {
    guard !known.contains(words) else { return }
    let id = fresh("q-" + words)
    var pairs: [(key: String, value: JSONValue)] = [
      ("id", .string(id)), ("text", .string(words)), ("speaker", .string(speaker ?? "‹who said it›")),
    ]
    pairs.append(("date", .string(day ?? published?.text ?? "‹the day›")))
    add(.quote, id, pairs, exact: words)
  }

  private static func quotations(in text: [Character]) -> [Range<Int>] {
    let closing: [Character: String] = ["“": "”", "«": "»", "„": "“”", "\"": "\""]
    var ranges: [Range<Int>] = []
    var index = 0
    while index < text.count {
      if let end = closing[text[index]], let close = text[(index + 1)...].firstIndex(where: { end.contains($0) }) {
        ranges.append((index + 1)..<close)
        index = close
      }
      index += 1
    }
    return ranges
  }

  /// From the full stop before a quotation to the one behind it, outside of its marks.
  private static func sentence(around range: Range<Int>, in text: [Character]) -> Range<Int> {
    let start = text[..<max(0, range.lowerBound - 1)].lastIndex { ".!?".contains($0) }.map { $0 + 1 } ?? 0
    let behind = min(text.count, range.upperBound + 1)
    let end = text[behind...].firstIndex { ".!?".contains($0) } ?? text.count
    return start..<max(end, behind)
  }

  // MARK: Sums

  private mutating func amounts(in text: String, _ mentions: [ActorFinder.Mention], _ days: DateFinder) {
    for found in AmountFinder.amounts(in: text) where !known.contains(where: { $0.contains(found.words) }) {
      let id = fresh("c-" + found.words)
      let pairs: [(key: String, value: JSONValue)] = [
        ("id", .string(id)), ("from", .array([.string(mentions.first?.actor ?? "‹who gives›")])),
        ("to", .array([.string("‹who gets›")])), ("title", .string("‹what it is for›")), ("type", .string("other")),
        ("amount", .string(found.amount)), ("currency", .string(found.currency)), ("status", .string("announced")),
        ("date", .string(days.dates(in: text).first?.day ?? published?.text ?? "‹the day›")),
      ]
      add(.commitment, id, pairs, exact: found.words)
    }
  }

  // MARK: Entries

  private mutating func fresh(_ words: String) -> String {
    let base = Wording.slug(from: String(words.prefix(40))) ?? "entry"
    var id = base
    var number = 2
    while !taken.insert(id).inserted {
      id = "\(base.prefix(Slug.maximumLength - 4))-\(number)"
      number += 1
    }
    return id
  }

  private mutating func add(
    _ kind: ContentKind, _ id: String, _ pairs: [(key: String, value: JSONValue)], exact: String
  ) {
    let evidence: JSONValue = .object(["article": .string(article.id), "exact": .string(exact)])
    var writer = YAMLWriter()
    writer.list([pairs + [("evidence", .array([evidence]))]])
    entries.append(
      Suggestions.Entry(kind: kind, id: id, text: writer.text, isOpen: writer.text.contains("‹")))
  }
}
