import Foundation
import StorylineModels
import StorylineTestSupport
import Testing

@testable import StorylineSeeds

/// What is written as files is read back as what it was.
@Suite("Written and read again") struct RoundTripTests {
  private static let pieces = [
    "Plain words.", "# not a heading", "- not a list", "1. not a list", "> not a quotation", "[[not-a-link]]",
    "![not an image](https://x.example/y)", "| not a table |", "---", "***", "```", "~~~", "<b>not HTML</b>",
    "* not a list", "+ neither",
    "Also Read | not a link", "\\# with a backslash", "\\\\ twice", "\\- and this", "A *word* and **two**.",
    "[text](https://x.example)", "\\[plain](https://x.example)", "Тут слова, й апостроф’и.",
    "“Curly” and \"straight\".",
    "key: value # comment", "&anchor and *alias", "yes", "null", "2024-01-01", "007", "- ", "=====", "a: b: c", "ends:",
    "‘single’", "@at", "`tick`", "%percent", "!bang", "?question", "{brace}", "[bracket]", "tab\u{2009}space", "€40 bn",
  ]

  private func words(_ random: inout SeededGenerator) -> String {
    let count = Int.random(in: 1...3, using: &random)
    let text = (0..<count).map { _ in Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &random)] }
    return TextRules.normalised(text.joined(separator: " "))
  }

  private func block(_ number: Int, _ random: inout SeededGenerator) -> Block {
    let id = Identifier<Block>("b\(number)")
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return Block(id: id, role: .heading, text: words(&random), level: Int.random(in: 2...3, using: &random))
    case 1: return Block(id: id, role: .quote, text: "Said " + words(&random), attribution: words(&random))
    case 2: return Block(id: id, role: .list, style: "bullet", items: ["One", "Two " + words(&random)])
    case 3: return Block(id: id, role: .link, title: "Title " + words(&random))
    case 4: return Block(id: id, role: .image, url: "https://x.example/a.jpg", alt: "Shows it", caption: "A caption")
    default: return Block(id: id, role: .paragraph, text: words(&random))
    }
  }

  @Test(arguments: 0..<400) func `an article is the same after it was written and read`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...8, using: &random)
    var blocks = (1...count).map { block($0, &random) }
    blocks[0] = Block(id: "b1", role: .paragraph, text: "It begins.")
    let article = Article(
      id: "an-article", story: "town", headline: words(&random), standfirst: words(&random),
      byline: [words(&random)], publishedAt: Timestamp("2024-03-01T08:00:00.000Z"), tags: [words(&random)],
      blocks: blocks)
    let texts = try StoryText(entities: [.story(Story(id: "town", title: words(&random))), .article(article)])
    #expect(texts.losses.isEmpty)
    let folder = try Workplace(texts.files)
    let story = folder.story()
    let errors = story.lint().filter { $0.severity == .error }
    #expect(errors.isEmpty, "seed \(seed): \(errors)\n\(texts.files)")
    let read = story.entities().first { $0.kind == .article }
    #expect(read == .article(article), "seed \(seed)\n\(texts.files["articles/an-article.md"] ?? "")")
    // And the form is stable.
    #expect(try story.text(now: Timestamp(milliseconds: 0)).files == texts.files, "seed \(seed)")
  }

  @Test func `words of a raw document that look like a link to anywhere are words again`() throws {
    let raw = "It begins here, with [brackets] and [a link](http://x.example) that a page had in its words."
    let block = Block(id: "b1", role: .paragraph, text: InlineText.escaped(raw))
    let article = Article(id: "a", story: "town", headline: "A", blocks: [block])
    let files = try StoryText(entities: [.story(Story(id: "town", title: "T")), .article(article)]).files
    let story = try Workplace(files).story()
    #expect(story.entities().last == .article(article))
    #expect(!story.lint().contains { $0.severity == .error })
  }

  @Test(arguments: 0..<200) func `any text is the same behind a key of YAML`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let scalars = Array("ab:#-&*!|>'\"%@`{}[],?\\ \u{A0}é’“є\u{2028}0.~=\t/".unicodeScalars)
    let count = Int.random(in: 1...12, using: &random)
    var text = String.UnicodeScalarView()
    for _ in 0..<count { text.append(scalars[Int.random(in: 0..<scalars.count, using: &random)]) }
    let value = TextRules.normalised(String(text))
    guard !value.isEmpty else { return }
    let story = Story(id: "town", title: value)
    let files = try StoryText(entities: [.story(story)]).files
    let folder = try Workplace(files)
    #expect(folder.story().entities().first == .story(story), "seed \(seed): \(files)")
  }
}
