import Foundation
import StorylineModels
import StorylineTestSupport
import Testing

@testable import StorylineClient

struct SearchTests {
  private func replica() throws -> Replica {
    let replica = try Replica.inMemory(random: { 1 })
    let entities: [Entity] = [
      Sample.article("a1", "Allies call the path irreversible", text: "Leaders met in **Washington** in July."),
      Sample.article("a2", "Будапешт каже ні", text: "Угорщина не підтримає запрошення."),
      Sample.article("a3", "Malmö et les élections", text: "Être prêt coûte cher."),
      Sample.event("e1", article: "a1"), Sample.quote("q1", article: "a1"), Sample.position("p1", article: "a1"),
      Sample.commitment("c1", article: "a1"),
      .actor(Actor(id: "ua", type: .country, name: "Ukraine", nativeName: "Україна", aliases: ["Kyiv"])),
    ]
    let changes = try entities.map {
      ContentChange(kind: $0.kind, id: $0.id, rev: 1, body: try $0.body())
    }
    let page = ContentPage(
      epoch: Epoch(rawValue: "e"), after: .start, cursor: Cursor(rawValue: "c"), more: false, changes: changes)
    _ = try replica.storage.write {
      try ApplyContentPage(page: page, wall: Timestamp(milliseconds: 0)).run(in: $0)
    }
    return replica
  }

  @Test(arguments: [
    ("irreversible", ["article/a1", "quote/q1"]), ("irrev", ["article/a1", "quote/q1"]),
    ("WASHINGTON", ["article/a1", "event/e1"]), ("leaders july", ["article/a1"]), ("leaders august", []),
    ("угорщина", ["article/a2"]), ("УГОРЩ", ["article/a2"]), ("будапешт", ["article/a2"]),
    ("malmo", ["article/a3"]), ("ÉLECTIONS", ["article/a3"]), ("elections etre", ["article/a3"]),
    ("cout", ["article/a3"]), ("kyiv", ["actor/ua"]), ("україна", ["actor/ua"]), ("baseline", ["commitment/c1"]),
    ("invitation", ["position/p1"]), ("membership", ["position/p1"]),
  ])
  func `words are found by their beginning, in any case and without diacritics`(
    words: String, expected: [String]
  ) throws {
    let found = try replica().search(words, limit: 10).map { "\($0.kind)/\($0.id)" }
    #expect(Set(found) == Set(expected))
  }

  /// Letters with a mark that makes them another letter are not found by the plain one, however the text or the query
  /// is encoded; marks that only say how a word sounds count for nothing.
  @Test(arguments: [
    ("мій", ["мій"]), ("ми\u{438}\u{306}", []), ("мі\u{438}\u{306}", ["мій"]), ("міи", []), ("Київ", ["Київ"]),
    ("Киів", []), ("Киі\u{308}в", ["Київ"]), ("Ки\u{301}їв", ["Київ"]), ("ёлка", ["Ёлка"]), ("елка", []),
    ("elan", ["élan"]), ("e\u{301}lan", ["élan"]), ("ÉLAN", ["élan"]), ("ki", []), ("ки", ["Київ"]),
  ])
  func `letters are told apart and accents are not, in every encoding`(query: String, expected: [String]) throws {
    for form in [\String.precomposedStringWithCanonicalMapping, \.decomposedStringWithCanonicalMapping] {
      let replica = try Replica.inMemory(random: { 1 })
      let changes = try ["мій", "Київ", "Ёлка", "élan"].enumerated().map { number, word in
        let entity = Sample.article(Identifier("a\(number)"), word[keyPath: form], text: "x")
        return ContentChange(kind: .article, id: entity.id, rev: 1, body: try entity.body())
      }
      let page = ContentPage(
        epoch: Epoch(rawValue: "e"), after: .start, cursor: Cursor(rawValue: "c"), more: false, changes: changes)
      _ = try replica.storage.write {
        try ApplyContentPage(page: page, wall: Timestamp(milliseconds: 0)).run(in: $0)
      }
      // Swift compares texts by what they mean, so both encodings of one are equal.
      #expect(try replica.search(query).map(\.title) == expected)
    }
  }

  @Test func `marks of a snippet stand right among emoji and combining characters`() throws {
    let replica = try Replica.inMemory(random: { 1 })
    let text = "👩‍👩‍👧 🇺🇦 e\u{301}te\u{301} Ки\u{301}їв каже 👍🏽 так"
    let entity = Sample.article("a1", "None", text: text)
    let page = ContentPage(
      epoch: Epoch(rawValue: "e"), after: .start, cursor: Cursor(rawValue: "c"), more: false,
      changes: [ContentChange(kind: .article, id: "a1", rev: 1, body: try entity.body())])
    _ = try replica.storage.write {
      try ApplyContentPage(page: page, wall: Timestamp(milliseconds: 0)).run(in: $0)
    }
    for (query, expected) in [("київ", "Ки\u{301}їв"), ("ete", "été"), ("так", "так")] {
      let hit = try #require(try replica.search(query).first)
      let characters = Array(hit.snippet.text)
      #expect(hit.snippet.matches.map { String(characters[$0]) } == [expected])
    }
  }

  @Test func `a headline counts more than the text`() throws {
    #expect(try replica().search("irreversible", limit: 1).count == 1)
    #expect(try replica().search("allies").first?.title == "Allies call the path irreversible")
  }

  @Test func `a snippet says where the words stand`() throws {
    let hit = try #require(try replica().search("washing").first { $0.kind == .article })
    let characters = Array(hit.snippet.text)
    #expect(hit.snippet.matches.map { String(characters[$0]) } == ["Washington"])
  }

  @Test(arguments: [
    "", " ", "\"", "\"\"", "'", "*", "a*", "AND", "OR NOT", "NEAR(a b, 2)", "title:x", "title : x", "-x", "^x", "(",
    ")",
    "a)b(c", "\\", "{a b}", "+", "\u{0}", "a\u{0}b", "x\"; DROP TABLE content; --", "%", "_", "😀", "½", "①", "🏳️‍🌈 flag",
    "ǅ", "\u{301}", "e\u{301}lections", "a\u{2}b\u{3}", "\u{FFFD}", "日本語", "𐍈",
  ])
  func `no input is an error`(words: String) throws {
    #expect(throws: Never.self) { try replica().search(words) }
  }

  @Test func `long input is no error`() throws {
    let replica = try replica()
    #expect(throws: Never.self) { try replica.search(String(repeating: "ab ", count: 5000)) }
    #expect(throws: Never.self) { try replica.search(String(repeating: "x", count: 100_000)) }
  }

  @Test func `random input is no error`() throws {
    let replica = try replica()
    var random = SeededGenerator(seed: 2024)
    let alphabet: [Unicode.Scalar] = Array(
      "\"*'()^:-+{}ANDORNEAR, аéß\u{0}\u{1}\u{301}½₂𝟙٣\u{ADD}\u{1E000}".unicodeScalars)
    for round in 0..<500 {
      var text = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...12, using: &random) {
        text.append(try #require(alphabet.randomElement(using: &random)))
      }
      #expect(throws: Never.self, "seed 2024, round \(round): \(String(text))") {
        try replica.search(String(text))
      }
    }
  }

  @Test func `what is gone or replaced is not found any more`() throws {
    let replica = try replica()
    let page = ContentPage(
      epoch: Epoch(rawValue: "e"), after: Cursor(rawValue: "c"), cursor: Cursor(rawValue: "d"), more: false,
      changes: [
        ContentChange(kind: .article, id: "a2", rev: 2, body: nil),
        ContentChange(
          kind: .article, id: "a3", rev: 2, body: try Sample.article("a3", "Something else", text: "Other").body()),
        ContentChange(
          kind: .article, id: "a1", rev: 2, body: try Sample.article("a1", "Withdrawn", status: .withdrawn).body()),
      ])
    _ = try replica.storage.write {
      try ApplyContentPage(page: page, wall: Timestamp(milliseconds: 0)).run(in: $0)
    }
    for words in ["угорщина", "malmo", "leaders"] { #expect(try replica.search(words).isEmpty) }
    #expect(try replica.search("something").count == 1)
  }
}
