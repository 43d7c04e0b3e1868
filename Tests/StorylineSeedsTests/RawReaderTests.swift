import Foundation
import StorylineModels
import StorylineSeeds
import StorylineTestSupport
import Testing

@Suite("Raw documents") struct RawReaderTests {
  private func parse(_ text: String, name: String = "note.txt", side: String? = nil) throws -> ParsedArticle {
    let folder = try Workplace([name: text])
    if let side { try folder.write(side, to: "note.yaml") }
    return SeedFolder.readArticle(folder.path + "/" + name)
  }

  private func roles(_ parsed: ParsedArticle) -> [LineRole] { parsed.lines.map(\.role).filter { $0 != .blank } }

  private static let body =
    "The council met for five hours and left without a vote, as it had done four times before in this year alone. "
    + "Those who had waited outside in the rain went home."
  private static let more =
    "A week later the council met again, and this time its members voted before the first of them had sat down."

  @Test func `a page with all its noise becomes the article that it was`() throws {
    let raw = String(decoding: try Golden.data("raw/harbour.txt"), as: UTF8.self)
    let folder = try Workplace(["harbour/articles/harbour.txt": raw])
    let parsed = SeedFolder.readArticle(folder.path + "/harbour/articles/harbour.txt")
    let article = try #require(parsed.article)
    Golden.expect(try StorylineJSON.encodePretty(article) + Data("\n".utf8), equals: "raw/harbour.json")
    let listing = parsed.lines.map { "\($0.number) \($0.role.rawValue) \($0.block ?? "-") \($0.reason)\n" }.joined()
    Golden.expect(Data(listing.utf8), equals: "raw/harbour-roles.txt")
  }

  @Test func `every line of the input is shown with its role, in order`() throws {
    let raw = String(decoding: try Golden.data("raw/harbour.txt"), as: UTF8.self)
    let parsed = try parse(raw)
    #expect(parsed.lines.map(\.text) == raw.components(separatedBy: "\n"))
    #expect(parsed.lines.map(\.number) == Array(1...parsed.lines.count))
  }

  @Test func `Windows line ends and a byte-order mark change nothing`() throws {
    let raw = String(decoding: try Golden.data("raw/harbour.txt"), as: UTF8.self)
    let plain = try parse(raw)
    let windows = try parse("\u{FEFF}" + raw.replacingOccurrences(of: "\n", with: "\r\n"))
    let macintosh = try parse(raw.replacingOccurrences(of: "\n", with: "\r"))
    #expect(windows.article?.blocks == plain.article?.blocks)
    #expect(windows.lines == plain.lines)
    #expect(macintosh.lines == plain.lines)
  }

  @Test(arguments: [
    ("Brussels: Ministers met.", "Brussels", "Ministers met."),
    ("KYIV, Dec 3 — Ministers met.", "KYIV, Dec 3", "Ministers met."),
    ("KYIV, Ukraine (AP) — Ministers met.", "KYIV, Ukraine (AP)", "Ministers met."),
    ("Kyiv, 3 December 2024 – Ministers met.", "Kyiv, 3 December 2024", "Ministers met."),
    ("WASHINGTON, D.C. - Ministers met.", "WASHINGTON, D.C.", "Ministers met."),
    ("Київ, 3 грудня — Міністри зустрілися.", "Київ, 3 грудня", "Міністри зустрілися."),
    ("St. Petersburg: 12 ministers met.", "St. Petersburg", "12 ministers met."),
    ("PARIS—Ministers met.", "PARIS", "Ministers met."),
  ])
  func `a dateline is taken off the first paragraph`(text: String, place: String, rest: String) throws {
    let article = try #require(try parse("A headline\n\n\(text) \(Self.body)\n").article)
    #expect(article.dateline == place)
    #expect(article.blocks.first?.text == "\(rest) \(Self.body)")
  }

  @Test(arguments: [
    "Update: Ministers met.", "Rutte: “We meet.”", "The alliance — Ministers met.", "Ministers met: they left.",
    "In Kyiv, the mayor said: Ministers met.", "Kyiv — and others — met.", "He said: Ministers met.",
  ])
  func `other colons and dashes are left alone`(text: String) throws {
    let article = try #require(try parse("A headline\n\n\(text) \(Self.body)\n").article)
    #expect(article.dateline == nil)
    #expect(article.blocks.first?.text == "\(text) \(Self.body)")
  }

  @Test func `the standfirst is known by its repetition, and the paragraph keeps its sentence`() throws {
    let text = """
      A headline

      Nobody expected the vote to take as long as this, and that it would end in the way it did surprised the whole \
      council, the towns and the district alike

      \(Self.body)

      Nobody expected the vote to take as long as this, and that it would end in the way it did surprised the whole \
      council, the towns and the district alike. It went on.
      """
    let article = try #require(try parse(text).article)
    #expect(article.standfirst?.hasPrefix("Nobody expected") == true)
    #expect(article.blocks.map(\.role) == [.paragraph, .paragraph])
    #expect(article.blocks[1].text?.hasSuffix("alike. It went on.") == true)
  }

  @Test func `a headline and a standfirst that are printed twice are left out once, and reported`() throws {
    let parsed = try parse("A headline\nA headline\nIt is short, this one.\nIt is short, this one\n\n\(Self.body)\n")
    #expect(roles(parsed) == [.headline, .repeat, .standfirst, .repeat, .paragraph])
    #expect(parsed.faults.filter { $0.rule == .dropped }.map(\.line) == [2, 4])
  }

  @Test func `a first paragraph of the usual length is no standfirst`() throws {
    let parsed = try parse("A headline\n\n\(Self.body)\n\n\(Self.more)\n")
    #expect(parsed.article?.standfirst == nil)
    #expect(parsed.article?.blocks.count == 2)
  }

  @Test(arguments: [
    ("What was agreed", true), ("Why now?", true), ("A short one, with a full stop.", false),
    ("“Nobody asked us.”", false), ("and then nothing", false), ("It was clear:", false),
  ])
  func `a short line without a full stop heads the paragraph behind it`(line: String, isHeading: Bool) throws {
    let parsed = try parse("A headline\n\n\(Self.body)\n\n\(line)\n\n\(Self.more)\n")
    #expect(roles(parsed)[2] == (isHeading ? .heading : .paragraph))
  }

  @Test func `a short line that nothing follows is a paragraph`() throws {
    let parsed = try parse("A headline\n\n\(Self.body)\n\nNo end yet\n")
    #expect(roles(parsed) == [.headline, .paragraph, .paragraph])
    #expect(parsed.lines.last?.reason.contains("no paragraph follows") == true)
  }

  @Test(arguments: [
    "Also Read | Another title", "ALSO READ: Another title", "Read more – Another title", "See also: Another title",
    "Читайте також: Another title",
  ])
  func `lines that point to another article are links at their place`(line: String) throws {
    let article = try #require(try parse("A headline\n\n\(Self.body)\n\n\(line)\n\n\(Self.more)\n").article)
    #expect(article.blocks.map(\.role) == [.paragraph, .link, .paragraph])
    #expect(article.blocks[1].title == "Another title")
  }

  @Test func `keywords become tags with their white space put right and nothing else`() throws {
    let text = "A headline\n\n\(Self.body)\n\nU.S. aid ,  NATO  Article 5,  weapons\n"
    #expect(try parse(text).article?.tags == ["U.S. aid", "NATO Article 5", "weapons"])
    #expect(try parse("A headline\n\n\(Self.body)\n\nTags: one\n").article?.tags == ["one"])
  }

  @Test func `an enumeration in a sentence is no line of keywords`() throws {
    let text = "A headline\n\n\(Self.body)\n\nThey want bread, work, and peace\n"
    let article = try #require(try parse(text).article)
    #expect(article.tags.isEmpty)
    #expect(article.blocks.count == 2)
  }

  @Test(arguments: ["Recent News", "Recent News\n", "Related Articles\n\nOne title here\nAnother title there\n"])
  func `boilerplate behind the text is left out and reported`(tail: String) throws {
    let parsed = try parse("A headline\n\n\(Self.body)\n\nred, green, blue\n\n\(tail)")
    #expect(parsed.article?.blocks.count == 1)
    #expect(parsed.article?.tags == ["red", "green", "blue"])
    #expect(parsed.faults.contains { $0.rule == .dropped && $0.severity == .note && $0.line == 7 })
    #expect(parsed.lines.last { !$0.text.isEmpty }?.role == .tail)
  }

  @Test func `words like those of a tail inside the text head a section`() throws {
    let parsed = try parse("A headline\n\n\(Self.body)\n\nRecent news\n\n\(Self.more)\n")
    #expect(roles(parsed) == [.headline, .paragraph, .heading, .paragraph])
  }

  @Test func `a hard-wrapped document has one paragraph for each block of lines`() throws {
    let text = """
      Ferry line adds a crossing

      The ferry line adds a crossing in the evening, so that those who work
      late can go home by boat. It starts in June and costs nothing more
      than the others.

      What it means
      Those who live on the island have asked for this since the bridge was
      closed, as the mayor said.
      """
    let article = try #require(try parse(text).article)
    #expect(article.blocks.map(\.role) == [.paragraph, .heading, .paragraph])
    #expect(article.blocks[0].text?.hasSuffix("costs nothing more than the others.") == true)
  }

  @Test func `marks of Markdown in a raw document stay what they are for a reader`() throws {
    let article = try #require(try parse("A headline\n\n\(Self.body) *Not* a [link](https://x.example).\n").article)
    #expect(article.blocks[0].texts == ["\(Self.body) *Not* a [link](https://x.example)."])
  }

  @Test func `a file beside the document settles what was guessed`() throws {
    let text = "A headline\n\nIt is short, this one.\n\nBrussels: \(Self.body)\n\nred, green, blue\n"
    let side = "headline: Another one\nstandfirst:\ndateline: Paris\ntags: [harbour]\nid: other\n"
    let parsed = try parse(text, side: side)
    let article = try #require(parsed.article)
    #expect(article.id == "other" && article.headline == "Another one")
    #expect(article.standfirst == nil && article.dateline == "Paris")
    #expect(article.tags == ["harbour"])
    #expect(roles(parsed) == [.headline, .paragraph, .paragraph, .tags])
  }

  @Test func `front matter may stand in a raw document too`() throws {
    let parsed = try parse("---\nlanguage: uk\n---\nA headline\n\n\(Self.body)\n")
    #expect(parsed.article?.language == "uk")
    #expect(parsed.lines.map(\.role) == [.frontMatter, .frontMatter, .frontMatter, .headline, .blank, .paragraph])
  }

  @Test func `an id is made of a name that is none`() throws {
    let parsed = try parse("A headline\n\n\(Self.body)\n", name: "Київ’s Émigrés, part 2.txt")
    #expect(parsed.article?.id == "kiivs-emigres-part-2")
    #expect(parsed.faults.contains { $0.rule == .derivedID && $0.severity == .warning })
  }
}
