import Foundation
import StorylineModels
import StorylineSeeds
import StorylineTestSupport
import Testing

@Suite("Block ids") struct BlockAlignmentTests {
  private func article(_ paragraphs: [String], in folder: Workplace, after stored: [ContentChange]) throws -> Article {
    try folder.write("---\nheadline: H\n---\n\n" + paragraphs.joined(separator: "\n\n") + "\n", to: "articles/a.md")
    let plan = SeedFolder.read(folder.path).plan(against: stored)
    for case .article(let article) in plan.entities { return article }
    for change in stored {
      if case .article(let article)? = try change.entity() { return article }
    }
    throw CocoaError(.fileNoSuchFile)
  }

  /// Publishes one text after the other; gives the ids of each.
  private func history(_ versions: [[String]]) throws -> [[String]] {
    let folder = try Workplace(["story.yaml": "id: s\ntitle: S\n"])
    var published: [ContentChange] = []
    return try versions.map { paragraphs in
      let article = try article(paragraphs, in: folder, after: published)
      published = try stored([.story(Story(id: "s", title: "S")), .article(article)])
      #expect(article.blocks.map(\.text) == paragraphs)
      return article.blocks.map(\.id.rawValue)
    }
  }

  @Test func `a new article counts its blocks`() throws {
    #expect(try history([["One.", "Two.", "Three."]]) == [["b1", "b2", "b3"]])
  }

  @Test func `a paragraph put in between gets a new id and moves no other`() throws {
    #expect(try history([["One.", "Two."], ["One.", "New here.", "Two."]])[1] == ["b1", "b2-1", "b2"])
  }

  @Test func `a changed paragraph between the same neighbours keeps its id`() throws {
    #expect(try history([["One.", "Two.", "Three."], ["One.", "Zwei.", "Three."]])[1] == ["b1", "b2", "b3"])
  }

  @Test func `of several candidates the one with the most words in common keeps the id`() throws {
    let before = ["Start.", "The towns promised four million euros in March.", "End."]
    let after = ["Start.", "Something else was said.", "The towns promised five million euros in March.", "End."]
    #expect(try history([before, after])[1] == ["b1", "b2-1", "b2", "b3"])
  }

  @Test func `a moved paragraph takes its id along`() throws {
    #expect(try history([["One.", "Two.", "Three."], ["Three.", "One.", "Two."]])[1] == ["b3", "b1", "b2"])
  }

  @Test func `an id that an earlier version gave never comes again`() throws {
    let ids = try history([
      ["One.", "Two."], ["One."], ["One.", "Other words."], ["One."], ["One.", "Still others."],
    ])
    #expect(ids == [["b1", "b2"], ["b1"], ["b1", "b3-1"], ["b1"], ["b1", "b5-1"]])
  }

  @Test func `equal paragraphs are told apart by their order`() throws {
    #expect(try history([["Same.", "Same.", "Other."], ["Same.", "Other."]])[1].count == 2)
    #expect(try history([["Same.", "Same."], ["Same.", "Same.", "Same."]])[1] == ["b1", "b2", "b2-1"])
  }

  @Test(arguments: [UInt64](0..<40))
  func `whatever is edited, equal blocks keep ids, no id is given twice, and again changes nothing`(seed: UInt64) throws
  {
    var random = SeededGenerator(seed: seed)
    var text = (0..<Int.random(in: 1...12, using: &random)).map { "Paragraph number \($0)." }
    var versions = [text]
    for round in 0..<6 {
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        let place = Int.random(in: 0...text.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: text.insert("New \(round) \(random.next()).", at: place)
        case 1 where text.count > 1: text.remove(at: min(place, text.count - 1))
        case 2: text[min(place, text.count - 1)] += " And \(round)."
        default: text.shuffle(using: &random)
        }
      }
      versions += [text, text]
    }
    let ids = try history(versions)
    var words: [String: Set<String>] = [:]
    for (index, now) in ids.enumerated() {
      #expect(Set(now).count == now.count, "seed \(seed), version \(index): an id stands twice")
      guard index > 0 else { continue }
      let before = Dictionary(zip(versions[index - 1], ids[index - 1])) { first, _ in first }
      for (paragraph, id) in zip(versions[index], now) where before[paragraph] != nil {
        #expect(before[paragraph] == id, "seed \(seed), version \(index): an equal block changed its id")
      }
      if versions[index] == versions[index - 1] { #expect(now == ids[index - 1], "seed \(seed)") }
      words[now.last ?? "", default: []].insert(versions[index].last ?? "")
    }
  }
}
