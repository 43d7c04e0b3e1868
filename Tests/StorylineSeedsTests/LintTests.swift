import Foundation
import StorylineModels
import StorylineSeeds
import Testing

@Suite("Lint") struct LintTests {
  @Test func `a good story has no faults`() throws {
    #expect(try Workplace(GoodStory.files).lint() == [])
  }

  @Test func `text that cannot be read is named once, and not said to be missing`() throws {
    let workplace = try Workplace(GoodStory.files)
    try workplace.write(
      "---\nheadline: A link\nsource: desk\npublishedAt: \"2024-03-02T08:00:00Z\"\n---\n\nSee [it](http://a.example)\n",
      to: "articles/link.md")
    #expect(workplace.marks().count == 1)
    #expect(workplace.lint().first { $0.severity == .error }?.description.contains("https address") == true)
  }

  struct Spoilt: Sendable, CustomTestStringConvertible {
    let file: String
    let old: String
    let new: String
    /// `LINE:COLUMN rule`
    let mark: String
    let words: String
    var testDescription: String { "\(file): \(new)" }

    init(_ file: String, _ old: String, _ new: String, _ mark: String, _ words: String) {
      self.file = file
      self.old = old
      self.new = new
      self.mark = mark
      self.words = words
    }
  }

  private static let article = "articles/2024-03-01-promise.md"
  static let spoilt: [Spoilt] = [
    .init("events/2024.yaml", "- district", "- distrct", "8:7 unknown-reference", "did you mean “district”?"),
    .init("events/2024.yaml", "chapter: plans", "chapter: plan", "2:12 unknown-reference", "no chapter “plan”"),
    .init("events/2024.yaml", "article: 2024-03-01-promise", "article: x", "10:16 unknown-reference", "no article “x”"),
    .init("events/2024.yaml", "promised 14", "promised 15", "11:14 evidence-not-found", "copy them from the article"),
    .init("events/2024.yaml", "exact: promised", "exact: Promised", "11:14 evidence-not-found", "block “b1” has them"),
    .init("events/2024.yaml", "exact: promised 14 million euros", "exact: The", "11:14 evidence-ambiguous", "b1, b3"),
    .init(
      "events/2024.yaml", "exact:", "block: b2\n      exact:", "12:14 evidence-not-found", "they stand in “b1”"),
    .init(
      "events/2024.yaml", "exact:", "block: b9\n      exact:", "12:14 evidence-not-found", "which is not in article"),
    .init("events/2024.yaml", "2024-03-01\"", "2024-02-30\"", "3:9 bad-date", "no such day exists"),
    .init("events/2024.yaml", "type: decision", "endDate: \"2023\"\n  type: x", "4:12 date-order", "is before “date”"),
    .init(
      "events/2024.yaml", "type: decision", "weight: 4\n  type: x", "4:11 wrong-type", "a whole number from 1 to 3"),
    .init("events/2024.yaml", "type: decision", "typ: x", "4:3 unknown-key", "did you mean “type”?"),
    .init("events/2024.yaml", "id: promise", "id: The Promise", "1:7 bad-id", "such as “the-promise”"),
    .init("events/2024.yaml", "title: The promise", "tags: []", "1:3 missing-key", "“title” is missing"),
    .init("quotes/2024.yaml", "speaker: district", "speaker: [district]", "3:12 wrong-type", "not a list"),
    .init("quotes/2024.yaml", "event: promise", "translated: maybe", "5:15 wrong-type", "write true or false"),
    .init("quotes/2024.yaml", "event: promise", "event: promised", "5:10 unknown-reference", "“promise”"),
    .init("positions/2024.yaml", "stance: opposes", "stance: oposes", "4:11 unknown-word", "did you mean “opposes”?"),
    .init("positions/2024.yaml", "evidence:", "sources:", "7:3 unknown-key", "“sources” is no key"),
    .init("positions/2024.yaml", "summary:", "supersedes: x\n  summary:", "6:15 unknown-reference", "no position “x”"),
    .init("commitments/2024.yaml", "  currency: EUR\n", "", "6:11 currency", "“amount” has no currency"),
    .init("commitments/2024.yaml", "currency: EUR", "currency: euro", "7:13 currency", "not a currency code"),
    .init("commitments/2024.yaml", "\"14000000\"", "14,000,000", "6:11 bad-amount", "digits only"),
    .init("commitments/2024.yaml", "status: announced", "status: promised", "8:11 unknown-word", "announced, approved"),
    .init("commitments/2024.yaml", "event: promise", "until: \"2023\"", "10:10 date-order", "“until” (2023)"),
    .init("sources.yaml", "https://news.example", "http://news.example", "4:8 not-https", "write https://"),
    .init(
      "actors.yaml", "since: \"1950\"", "since: \"1950\"\n      until: \"1940\"", "8:5 date-order", "in “memberOf”"),
    .init("actors.yaml", "type: organisation", "type: city", "5:9 unknown-word", "government-body"),
    .init("story.yaml", "from: \"2020\"", "from: \"2020\"\n    to: \"2019\"", "6:3 date-order", "in “chapters”"),
    .init(article, "source: desk", "source: dsk", "3:9 unknown-reference", "did you mean “desk”?"),
    .init(article, "T08:00:00Z", "", "4:14 bad-date", "add the time: \"2024-03-01T00:00:00Z\""),
    .init(article, "The towns want", "See [it](http://x.example). The towns want", "15:1 markdown", "https address"),
    .init(article, "The towns want", "<b>The</b> towns want", "15: evidence-not-found", ""),
    .init(article, "The towns want more.", "The towns want more.\n\n[[none]]", "17:1 unknown-reference", "“none”"),
    .init(article, "The towns want more.", "The towns want more.\n\n![](http://x)", "17:1 not-https", "https"),
    .init(article, "The towns want more.", "The towns want more.\n\n# No", "17:1 markdown", "“## ”"),
  ]

  @Test(arguments: spoilt.filter { !$0.words.isEmpty })
  func `each fault is named with its line, its column and what to do`(spoilt: Spoilt) throws {
    let folder = try GoodStory.with(spoilt.file, spoilt.old, spoilt.new)
    let errors = folder.lint().filter { $0.severity == .error && $0.file.hasSuffix(spoilt.file) }
    let marks = errors.map { "\($0.line):\($0.column.map { String($0) } ?? "") \($0.rule.rawValue)" }
    #expect(marks.contains(spoilt.mark), "\(errors)")
    let error = try #require(
      errors.first { "\($0.line):\($0.column.map { String($0) } ?? "") \($0.rule.rawValue)" == spoilt.mark })
    #expect(error.description.contains(spoilt.words), "\(error)")
  }

  @Test func `a fact without evidence needs a source`() throws {
    let bare = GoodStory.files["positions/2024.yaml"]?.components(separatedBy: "  evidence:").first ?? ""
    var files = GoodStory.files
    files["positions/2024.yaml"] = bare
    #expect(try Workplace(files).marks() == ["positions/2024.yaml:1 evidence-missing"])
    files["positions/2024.yaml"] = bare + "  sourceUrl: https://news.example/1\n"
    #expect(try Workplace(files).lint() == [])
  }

  @Test func `a fact that is dated after its article is doubted`() throws {
    let folder = try GoodStory.with("events/2024.yaml", "2024-03-01\"", "2024-03-02\"")
    #expect(folder.marks() == [])
    #expect(folder.marks(.warning) == ["events/2024.yaml:3 event-after-article"])
    // A month that has the day in it is no contradiction.
    #expect(try GoodStory.with("events/2024.yaml", "2024-03-01\"", "2024-03\"").lint() == [])
  }

  @Test func `an article without a day of publication and an image without words are warned of`() throws {
    let article = "articles/2024-03-01-promise.md"
    let folder = try GoodStory.with(article, "publishedAt: \"2024-03-01T08:00:00Z\"\n", "")
    #expect(folder.marks(.warning) == ["\(article):1 no-publication-date"])
    let image = try GoodStory.with(
      article, "The towns want more.", "The towns want more.\n\n![](https://x.example/a.jpg)")
    #expect(image.marks(.warning) == ["\(article):17 alt-text"])
  }

  @Test func `all faults come at once`() throws {
    var files = GoodStory.files
    files["events/2024.yaml"] = files["events/2024.yaml"]?.replacingOccurrences(of: "- district", with: "- nobody")
    files["sources.yaml"] = "- id: desk\n  name: Our desk\n"
    files["quotes/2024.yaml"] = "just words\n"
    files["articles/latin.txt"] = nil
    let folder = try Workplace(files)
    #expect(
      folder.marks() == [
        "events/2024.yaml:8 unknown-reference", "quotes/2024.yaml:1 wrong-type", "sources.yaml:1 missing-key",
      ])
  }

  @Test func `a file that cannot be read does not make its entries unknown elsewhere`() throws {
    var files = GoodStory.files
    files["actors.yaml"] = "- id: [\n"
    #expect(try Workplace(files).marks().map { $0.split(separator: " ").last } == ["yaml-syntax"])
    files = GoodStory.files
    files["articles/2024-03-01-promise.md"] = "---\nheadline: x\n"
    #expect(try Workplace(files).marks() == ["articles/2024-03-01-promise.md:1 front-matter"])
  }

  @Test func `two entries with one id are faults in every kind`() throws {
    for name in ["sources", "actors", "events/2024", "quotes/2024", "positions/2024", "commitments/2024"] {
      var files = GoodStory.files
      let text = try #require(files[name + ".yaml"])
      files[name + ".yaml"] = text + "\n" + text
      #expect(try Workplace(files).marks().contains { $0.hasSuffix("duplicate-id") }, "\(name)")
    }
  }

  @Test func `an update must be about something that is there`() throws {
    var files = GoodStory.files
    files["updates/2024.yaml"] = """
      - id: u1
        target:
          kind: article
          id: 2024-03-01-promis
        type: correction
        at: "2024-03-02T00:00:00Z"
        note: The sum was wrong.
      """
    let folder = try Workplace(files)
    #expect(folder.marks() == ["updates/2024.yaml:3 unknown-reference"])
    #expect(folder.lint().first?.advice == "did you mean “2024-03-01-promise”?")
  }
}
