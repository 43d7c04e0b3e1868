import Foundation
import StorylineModels
import StorylineSeeds
import StorylineTestSupport
import Testing

@Suite("Markdown") struct MarkdownReaderTests {
  private static let text = """
    ---
    headline: All of it
    standfirst: Every construct once.
    byline: [A. Writer]
    publishedAt: "2024-07-12T06:00:00Z"
    tags: [one]
    ---

    A paragraph of *two*
    lines with a [link](https://news.example/a).

    ## A section

    - first
    - second, which
      goes on
    1. one
    2. two

    ### Below it

    > We said this,
    > and that.
    > — Somebody, somewhere

    > Only words.

    ![Boats in a row](https://news.example/boats.jpg "The harbour, 2024")

    [[other|What came before]]
    """

  private func parse(_ text: String) throws -> ParsedArticle {
    let folder = try Workplace(["story/articles/all.md": text])
    return SeedFolder.readArticle(folder.path + "/story/articles/all.md")
  }

  @Test func `every construct of the subset becomes its block`() throws {
    let parsed = try parse(Self.text)
    #expect(parsed.faults == [])
    Golden.expect(try StorylineJSON.encodePretty(#require(parsed.article)) + Data("\n".utf8), equals: "all.json")
  }

  @Test func `every line is shown, with the block that it went into`() throws {
    let parsed = try parse(Self.text)
    #expect(parsed.lines.map(\.number) == Array(1...Self.text.components(separatedBy: "\n").count))
    let ids = Set(try #require(parsed.article).blocks.map(\.id.rawValue))
    #expect(Set(parsed.lines.compactMap(\.block)) == ids)
    for line in parsed.lines where line.text.hasPrefix("### ") { #expect(line.block == "b5") }
  }

  @Test func `a title in the text takes the place of a headline`() throws {
    #expect(try parse("# The title\n\nText.\n").article?.headline == "The title")
  }

  @Test(arguments: [
    "```", "~~~", "---", "***", "===", "<div>", "<!-- x -->", "* item", "+ item", "  - inner", "| a | b |",
    "#### deep", "[x](http://a.example)", "[x](javascript:alert)", "[[Not an id]]", "![x]", "![a](https://x \"open)",
  ])
  func `what is not in the subset is an error with its line`(line: String) throws {
    let parsed = try parse("---\nheadline: H\npublishedAt: \"2024-07-12T06:00:00Z\"\n---\n\nText.\n\n\(line)\n")
    if line == "![x]" { return #expect(parsed.article?.blocks.count == 2) }
    #expect(parsed.faults.map(\.line) == [8], "\(parsed.faults)")
    #expect(parsed.faults.allSatisfy { $0.severity == .error })
  }
}
