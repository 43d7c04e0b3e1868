import Foundation
import StorylineModels
import StorylineSeeds
import StorylineTestSupport
import Testing

@Suite("Noise of pages") struct RawNoiseTests {
  private static let body =
    "The council met for five hours and left without a vote, as it had done four times before in this year alone. "
    + "Those who had waited outside in the rain went home."
  private static let more =
    "A week later the council met again, and this time its members voted before the first of them had sat down."

  private func parse(_ text: String, side: String? = nil) throws -> ParsedArticle {
    let folder = try Workplace(["note.txt": text])
    if let side { try folder.write(side, to: "note.yaml") }
    return SeedFolder.readArticle(folder.path + "/note.txt")
  }

  private func roles(_ parsed: ParsedArticle) -> [LineRole] { parsed.lines.map(\.role).filter { $0 != .blank } }

  // MARK: Kinds of lines

  @Test(arguments: [
    ("By Jane Doe", ["Jane Doe"]), ("By Jane Doe and John O’Neill", ["Jane Doe", "John O’Neill"]),
    ("By Jane Doe, Reuters", ["Jane Doe"]), ("Written by Jane Doe", ["Jane Doe"]),
    ("Автор: Олена Коваль", ["Олена Коваль"]), ("Текст: Олена Коваль та Іван Сірко", ["Олена Коваль", "Іван Сірко"]),
  ])
  func `a byline above the text gives its names`(line: String, names: [String]) throws {
    let parsed = try parse("A headline\n\n\(line)\n\n\(Self.body)\n")
    #expect(roles(parsed) == [.headline, .byline, .paragraph])
    #expect(parsed.article?.byline == names)
  }

  @Test func `credits below the text name its writers where nothing above does`() throws {
    let parsed = try parse("A headline\n\n\(Self.body)\n\nReporting by Jane Doe in Kyiv; Editing by John Roe\n")
    #expect(parsed.article?.byline.first == "Jane Doe")
    let both = try parse("A headline\nBy Ann Lee\n\n\(Self.body)\n\nReporting by Jane Doe; Editing by John Roe\n")
    #expect(both.article?.byline == ["Ann Lee"])
  }

  @Test func `a byline given beside the document counts`() throws {
    let parsed = try parse("A headline\nBy Ann Lee\n\n\(Self.body)\n", side: "byline: [Our desk]\n")
    #expect(parsed.article?.byline == ["Our desk"])
  }

  @Test(arguments: [
    "By Tuesday the council had voted.", "By then, nobody cared.", "By the harbour they met and talked for long.",
  ])
  func `a sentence that begins with By is text`(line: String) throws {
    #expect(roles(try parse("A headline\n\n\(Self.body)\n\n\(line)\n\n\(Self.more)\n")).contains(.byline) == false)
  }

  @Test(arguments: [
    "Published: Dec 3, 2024 10:15 AM EST", "Updated 3 hours ago", "December 3, 2024", "3 грудня 2024, 12:30",
    "Опубліковано: 03.12.2024", "Tuesday, 3 December 2024 at 14:05 GMT", "2 години тому",
  ])
  func `the date of the page is left out and reported`(line: String) throws {
    let parsed = try parse("A headline\n\n\(line)\n\n\(Self.body)\n")
    #expect(roles(parsed) == [.headline, .date, .paragraph])
    #expect(parsed.faults.contains { $0.rule == .dropped && $0.line == 3 })
  }

  @Test(arguments: ["What happened in 2014", "2022: the invasion", "725 million dollars for Kyiv"])
  func `a heading with a number in it is no date`(line: String) throws {
    #expect(roles(try parse("A headline\n\n\(Self.body)\n\n\(line)\n\n\(Self.more)\n"))[2] == .heading)
  }

  @Test(arguments: [
    "Photo: Reuters", "(Photo by Jane Doe/Getty Images)", "FILE PHOTO: The hall in spring. REUTERS/Jane Doe",
    "Фото: Укрінформ", "На фото: зала", "The hall at night / AFP", "Image credit: Jane Doe",
  ])
  func `captions of pictures that are not here are left out and reported`(line: String) throws {
    let parsed = try parse("A headline\n\n\(Self.body)\n\n\(line)\n\n\(Self.more)\n")
    #expect(roles(parsed) == [.headline, .paragraph, .caption, .paragraph])
    #expect(parsed.faults.contains { $0.rule == .dropped && $0.line == 5 })
  }

  @Test(arguments: [
    "Share this article", "Facebook Twitter WhatsApp", "Subscribe to our newsletter for more news.", "Advertisement",
    "5 min read", "Follow us on Telegram", "Sign up for Morning Notes", "© 2024 The Paper. All rights reserved.",
    "Click here to read more in our app.", "Підпишіться на наш Telegram-канал", "Поділитися", "Реклама",
    "Час читання: 3 хв", "Читайте нас у Facebook", "12 comments", "Story continues below advertisement",
  ])
  func `furniture of the page is left out wherever it stands, and reported`(line: String) throws {
    let parsed = try parse("A headline\n\n\(Self.body)\n\n\(line)\n\n\(Self.more)\n")
    #expect(roles(parsed) == [.headline, .paragraph, .furniture, .paragraph])
    #expect(parsed.faults.contains { $0.rule == .dropped && $0.line == 5 })
    #expect(parsed.article?.blocks.count == 2)
  }

  @Test func `the way to the page above the headline is furniture`() throws {
    let parsed = try parse("Home > World > Europe\n\nA headline\n\n\(Self.body)\n")
    #expect(roles(parsed) == [.furniture, .headline, .paragraph])
    #expect(parsed.article?.headline == "A headline")
  }

  @Test(arguments: [
    "Don’t miss: Another title", "Must read | Another title", "Related article: Another title", "MORE: Another title",
    "Дивіться також: Another title", "Більше за темою — Another title", "Read | Another title",
  ])
  func `the kin of Also Read are links`(line: String) throws {
    let article = try #require(try parse("A headline\n\n\(Self.body)\n\n\(line)\n\n\(Self.more)\n").article)
    #expect(article.blocks.map(\.role) == [.paragraph, .link, .paragraph])
    #expect(article.blocks[1].title == "Another title")
  }

  @Test(arguments: ["Популярне", "Новини за темою", "Editor’s Picks", "About the author"])
  func `tails are known in both languages`(tail: String) throws {
    let parsed = try parse("A headline\n\n\(Self.body)\n\n\(tail)\nAnother title here\n")
    #expect(roles(parsed) == [.headline, .paragraph, .tail, .tail])
  }

  // MARK: Repairs

  @Test(arguments: [
    (
      "Tom &amp; Jerry said &ldquo;no&rdquo;&nbsp;&#8212; twice.", "Tom & Jerry said “no” — twice.",
      "decoded 5 entities"
    ),
    ("<p>Tom <b>said</b> no.<br/>Twice.</p>", "Tom said no. Twice.", "removed 5 tags"),
    ("<a href=\"https://x.example\">Tom</a> said no.", "Tom said no.", "removed 2 tags"),
    ("Tom<script>alert(1)</script> said no.", "Tom said no.", "removed 1 tag"),
    ("The de\u{AD}ci\u{AD}sion came.", "The decision came.", "removed 2 soft hyphens"),
    ("The\u{200B} decision\u{FEFF} came.", "The decision came.", "2 characters of no width"),
    ("It cost 40\u{A0}billion\u{202F}euros.", "It cost 40 billion euros.", "made 2 no-break spaces plain"),
    ("They left.Nobody asked why.", "They left. Nobody asked why.", "put 1 space behind a full stop"),
    ("They “left.”Nobody asked.", "They “left.” Nobody asked.", "put 1 space"),
    ("Вони пішли.Ніхто не питав.", "Вони пішли. Ніхто не питав.", "put 1 space"),
    ("The&#32;end&#x21; came.", "The end! came.", "decoded 2 entities"),
  ])
  func `what a page put into a text is taken out, and the line says so`(
    raw: String, clean: String, words: String
  ) throws {
    let parsed = try parse("A headline\n\n\(Self.body)\n\n\(raw)\n\n\(Self.more)\n")
    #expect(parsed.article?.blocks[1].texts == [clean])
    let line = try #require(parsed.lines.first { $0.number == 5 })
    #expect(line.text == raw)
    #expect(line.changes?.joined(separator: "; ").contains(words) == true, "\(line)")
  }

  @Test(arguments: [
    "He is 5 < 6 and 7 > 6, they said.", "The U.S.A. and the U.N. met, e.g. in Kyiv.",
    "See https://x.example/A.B.Cd now.",
    "Write to desk@News.Example today.", "R&D and AT&T; said nothing &unknown; more.",
    "A “curly” and a \"straight\" one.",
    "He wrote <name> on the form, “J. Doe”.",
  ])
  func `what only looks like noise stays`(raw: String) throws {
    let parsed = try parse("A headline\n\n\(Self.body)\n\n\(raw)\n\n\(Self.more)\n")
    #expect(parsed.article?.blocks[1].texts == [raw])
    #expect(parsed.lines.first { $0.number == 5 }?.changes == nil)
  }

  @Test func `an entity cannot bring in what no text may contain`() throws {
    let parsed = try parse("A headline\n\n\(Self.body)\n\nA &#27;[2J trick and &#x202E; another.\n\n\(Self.more)\n")
    let faults = parsed.faults.filter { $0.rule == .forbiddenCharacter }
    #expect(faults.map(\.line) == [5] && faults.first?.column == 3)
    #expect(parsed.article?.blocks[1].text?.unicodeScalars.contains { $0.value < 32 || $0.value == 0x202E } == false)
  }

  @Test func `a line that holds only tags is left out and reported`() throws {
    let parsed = try parse("A headline\n\n\(Self.body)\n<hr>\n\(Self.more)\n")
    #expect(roles(parsed) == [.headline, .paragraph, .furniture, .paragraph])
    #expect(parsed.faults.filter { $0.rule == .dropped }.map(\.line) == [4])
  }

  @Test func `a repeated standfirst is known whichever quotation marks the page used`() throws {
    let parsed = try parse("A headline\n\nIt is “short”, this one\nIt is \"short\", this one.\n\n\(Self.body)\n")
    #expect(roles(parsed) == [.headline, .standfirst, .repeat, .paragraph])
  }

  // MARK: The editor's word

  @Test func `the editor's word on a line comes before every guess`() throws {
    let text =
      "A headline\n\n\(Self.body)\n\nPhoto: they hung on the wall\n\nOpen questions\n\n\(Self.more)\n\nOf note\n"
    let side = """
      lines:
        - text: "Photo: they hung"
          role: paragraph
        - text: open questions
          role: paragraph
        - text: Of note
          role: tail
      """
    let parsed = try parse(text, side: side)
    #expect(roles(parsed) == [.headline, .paragraph, .paragraph, .paragraph, .paragraph, .tail])
    #expect(parsed.lines.first { $0.number == 5 }?.reason == "“lines” says so")
    #expect(parsed.faults.filter { $0.severity == .error } == [])
  }

  @Test func `a word on a line that is not there is an error, and so is one in Markdown`() throws {
    let side = "lines:\n  - text: Nowhere\n    role: paragraph\n"
    let parsed = try parse("A headline\n\n\(Self.body)\n", side: side)
    let fault = try #require(parsed.faults.first { $0.rule == .lineOverride })
    #expect(fault.file.hasSuffix("note.yaml") && fault.line == 2 && fault.column == 3)
    let folder = try Workplace(["a.md": "---\nheadline: A\nlines: []\n---\n\nText.\n"])
    #expect(folder.marks() == ["a.md:3 line-override"])
  }

  @Test func `repairs can be switched off for a document`() throws {
    let parsed = try parse("A headline\n\n\(Self.body) It says &amp; here.\n", side: "repairs: false\n")
    #expect(parsed.article?.blocks.first?.texts.first?.hasSuffix("&amp; here.") == true)
    #expect(parsed.lines.allSatisfy { $0.changes == nil })
  }

  // MARK: Nothing disappears unseen

  private static let pieces = [
    "The council met for five hours and left without a vote, as it had done four times before in this year alone.",
    "Kyiv: Ministers met in the morning and parted at night, and none of those who waited heard a word of it all.",
    "Міністри зустрілися вранці й розійшлися вночі, і ніхто з тих, хто чекав надворі, не почув від них жодного слова.",
    "What was agreed", "“Nobody asked us.”", "By Jane Doe", "Автор: Олена Коваль", "Published: Dec 3, 2024",
    "Photo: AFP",
    "Share", "Subscribe to our newsletter", "Advertisement", "Also Read | Another title", "red, green, blue",
    "Tags: one, two", "Recent News", "Популярне", "<hr>", "<p>Words</p>", "A &amp; B", "Home > World > Europe",
    "They left.Nobody asked.", "5 min read", "", "   ", "\u{A0}", "- a list", "# marks", "*stars*", "A headline",
    "It is short, this one", "He said: no", "725", "…", "Reporting by A B; Editing by C D", "&nbsp;",
  ]

  /// Letters and digits only: what an editor would miss.
  private func letters(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }

  @Test(arguments: 0..<400) func `every line of the input is accounted for`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...24, using: &random)
    let lines = (0..<count).map { _ in Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &random)] }
    let parsed = try parse(lines.joined(separator: "\n") + "\n")
    guard parsed.faults.first?.rule != .empty else { return }
    #expect(parsed.lines.map(\.text) == lines, "seed \(seed)")
    #expect(parsed.lines.map(\.number) == Array(1...count), "seed \(seed)")
    let reported = Set(parsed.faults.filter { $0.rule == .dropped }.map(\.line))
    var unit = 0
    for line in parsed.lines where line.role != .blank {
      if !line.reason.hasPrefix("goes on from line") { unit = line.number }
      switch line.role {
      case .tail, .repeat, .date, .caption, .furniture: #expect(reported.contains(unit), "seed \(seed): \(line)")
      default: try expectKept(line, in: parsed, seed: seed)
      }
    }
    for line in parsed.lines where line.role == .blank { #expect(letters(line.text).isEmpty, "seed \(seed): \(line)") }
  }

  private func expectKept(_ line: ReadLine, in parsed: ParsedArticle, seed: UInt64) throws {
    // What could not become an article has an error that says so, and the line keeps its role and reason.
    guard let article = parsed.article else {
      #expect(parsed.faults.contains { $0.severity == .error }, "seed \(seed)")
      return
    }
    let block = article.blocks.first { $0.id.rawValue == line.block }
    let kept =
      switch line.role {
      case .headline: article.headline
      case .standfirst: article.standfirst ?? ""
      case .byline: article.byline.joined() + line.text
      case .tags: article.tags.joined() + "Tags"
      default: (article.dateline ?? "") + (block?.texts.joined() ?? "") + (line.role == .link ? "Also Read" : "")
      }
    var missing = line.text
    for noise in ["<p>", "</p>", "amp;"] { missing = missing.replacingOccurrences(of: noise, with: "") }
    for word in missing.split(separator: " ") where line.role != .byline && !letters(String(word)).isEmpty {
      #expect(letters(kept).contains(letters(String(word))), "seed \(seed): “\(word)” of \(line)")
    }
  }
}
