import Foundation
import StorylineModels
import StorylineSeeds
import Testing

/// What is wrong beside a fault is said with it: a second lint after the repair shows nothing new.
@Suite("At once") struct AtOnceTests {
  private static let article = "articles/2024-03-01-promise.md"

  /// The story with one text of an article replaced, and evidence that stands nowhere.
  private func spoilt(_ changes: [(String, String)], evidence: String = "nobody ever said this") throws -> Workplace {
    var files = GoodStory.files
    for (old, new) in changes {
      let text = try #require(files[Self.article])
      try #require(text.contains(old), "\(old)")
      files[Self.article] = text.replacing(old, with: new)
    }
    let events = try #require(files["events/2024.yaml"])
    files["events/2024.yaml"] = events.replacing("promised 14 million euros", with: evidence)
    return try Workplace(files)
  }

  /// What keeps an article from being read whole, in each way.
  static let refusals: [(what: String, old: String, new: String, rule: String)] = [
    ("no headline", "headline: District promises money\n", "", "missing-key"),
    ("a heading of another level", "The towns want more.", "The towns want more.\n\n# No", "markdown"),
    ("HTML", "The towns want more.", "The towns want more.\n\n<table>", "markdown"),
    ("a tab in the front matter", "tags: [harbour]", "\ttags: [harbour]", "yaml-syntax"),
    ("an open quotation mark", "headline: District", "headline: \"District", "yaml-syntax"),
    ("front matter without an end", "tags: [harbour]\n---\n", "tags: [harbour]\n", "front-matter"),
    ("a control character", "The towns", "The\u{7} towns", "forbidden-character"),
    ("a direction override", "headline: District", "headline: \u{202E}District", "forbidden-character"),
  ]

  @Test(arguments: refusals)
  func `words that stand nowhere in a refused article are named with its own fault`(
    refusal: (what: String, old: String, new: String, rule: String)
  ) throws {
    let marks = try spoilt([(refusal.old, refusal.new)]).marks()
    #expect(marks.contains { $0.hasPrefix(Self.article) && $0.hasSuffix(refusal.rule) }, "\(marks)")
    #expect(marks.contains("events/2024.yaml:11 evidence-not-found"), "\(marks)")
    #expect(marks.count == 2, "\(marks)")
  }

  @Test(arguments: refusals)
  func `words that stand in a refused article are no fault`(
    refusal: (what: String, old: String, new: String, rule: String)
  ) throws {
    let marks = try spoilt([(refusal.old, refusal.new)], evidence: "promised 14 million euros").marks()
    #expect(marks.count == 1 && marks[0].hasSuffix(refusal.rule), "\(marks)")
  }

  @Test func `words of a line that was refused are left alone until it can be read`() throws {
    for line in [
      "<p>The district promised <b>14</b> million&nbsp;euros on Friday.</p>",
      "The district promised [14 million](http://a.example) euros on Friday.",
      "| The district promised **14 million** euros | on Friday |",
      "    The district promised 14 million euros on Friday.\n# x",
    ] {
      let folder = try spoilt(
        [("The district promised **14 million** euros on Friday.", line)], evidence: "promised 14 million euros")
      #expect(folder.marks().allSatisfy { $0.hasSuffix(" markdown") }, "\(line): \(folder.marks())")
    }
  }

  @Test func `a block that was counted before a refused line is not taken for a wrong one`() throws {
    let folder = try spoilt([("The district promised", "<hr>\n\nThe district promised")], evidence: "14 million")
    #expect(folder.marks() == ["\(Self.article):10 markdown"])
    var files = GoodStory.files
    files[Self.article] = files[Self.article]?.replacing("The district promised", with: "<hr>\n\nThe district promised")
    files["events/2024.yaml"] = files["events/2024.yaml"]?.replacing(
      "exact: promised", with: "block: b9\n      exact: promised")
    #expect(try Workplace(files).marks() == ["\(Self.article):10 markdown"])
  }

  @Test func `an article without a headline still has an id, references and images that are looked at`() throws {
    let folder = try spoilt(
      [
        ("headline: District promises money\n", ""), ("source: desk", "source: dsk"),
        ("The towns want more.", "The towns want more.\n\n![A pier](media/pier.png)\n\n[[nowhere]]"),
      ], evidence: "14 million")
    #expect(
      folder.marks() == [
        "\(Self.article):1 missing-key", "\(Self.article):2 unknown-reference",
        "\(Self.article):16 media-missing", "\(Self.article):18 unknown-reference",
      ])
  }

  @Test func `of a list with broken entries the others are read`() throws {
    var files = GoodStory.files
    let events = try #require(files["events/2024.yaml"])
    files["events/2024.yaml"] =
      "- id: broken\n  title: [open\n  date: \"2024\"\n"
      + events.replacing("- district", with: "- distrct") + "\n- id: tab\n\ttitle: x\n- id: more\n  dat: \"2024\"\n"
    let marks = try Workplace(files).marks()
    #expect(marks.filter { $0.hasSuffix("yaml-syntax") }.count == 2, "\(marks)")
    #expect(marks.contains("events/2024.yaml:11 unknown-reference"), "\(marks)")
    #expect(
      marks.contains { $0.hasSuffix("unknown-key") } && marks.contains { $0.hasSuffix("missing-key") }, "\(marks)")
    // An event that others name may be the one that could not be read.
    #expect(!marks.contains { $0.hasPrefix("quotes") || $0.hasPrefix("commitments") }, "\(marks)")
  }

  @Test func `of a story with a broken line the chapters are known, and nothing is said to be missing`() throws {
    let folder = try GoodStory.with("story.yaml", "title: The harbour", "title: The harbour: a story")
    #expect(folder.marks() == ["story.yaml:2 yaml-syntax"])
  }

  @Test func `each line with a forbidden character is named, to a limit`() throws {
    let folder = try spoilt(
      [("The towns want", "The\u{7} towns\u{8} want"), ("We will", "We\u{202E} will")], evidence: "14 million")
    #expect(folder.marks() == ["\(Self.article):12 forbidden-character", "\(Self.article):15 forbidden-character"])
    let many = String(repeating: "a\u{7}b\n\n", count: 500)
    let flood = try Workplace(["a.md": "# Title\n\n" + many])
    #expect(flood.marks().count == 20)
  }

  @Test func `of what has no good id the rest is looked at`() throws {
    var files = GoodStory.files
    let events = try #require(files["events/2024.yaml"])
    files["events/2024.yaml"] = events.replacing("id: promise", with: "id: The Promise").replacing(
      "promised 14", with: "promised 15"
    ).replacing("- district", with: "- distrct")
    // Nobody knows which event the others mean.
    #expect(
      try Workplace(files).marks() == [
        "events/2024.yaml:1 bad-id", "events/2024.yaml:8 unknown-reference", "events/2024.yaml:11 evidence-not-found",
      ])
    files = GoodStory.files
    let article = try #require(files[Self.article])
    files[Self.article] = article.replacing("source: desk", with: "id: An Id\nsource: dsk")
    #expect(try Workplace(files).marks() == ["\(Self.article):3 bad-id", "\(Self.article):4 unknown-reference"])
  }

  @Test func `what is there and wrong is not said to be missing too`() throws {
    var files = GoodStory.files
    let article = try #require(files[Self.article])
    files[Self.article] = article.replacing("\"2024-03-01T08:00:00Z\"", with: "2024-3-1").replacing(
      "headline: District promises money", with: "headline: [x]")
    let folder = try Workplace(files)
    #expect(folder.marks() == ["\(Self.article):2 wrong-type", "\(Self.article):4 bad-date"])
    #expect(folder.marks(.warning).isEmpty)
  }

  @Test func `what a new editor gets wrong in YAML is said in his words`() throws {
    let advice = { (old: String, new: String) in
      try GoodStory.with(Self.article, old, new).lint().first { $0.severity == .error }?.description ?? ""
    }
    #expect(try advice("tags: [harbour]", "\ttags: [harbour]").contains("indent with spaces, not with tabs"))
    let spaced = try advice("The towns want more.", "![x](media/Summit Photo.png \"A caption\")")
    #expect(spaced.contains("has no spaces in it: rename the file"), "\(spaced)")
    let open = try advice("headline: District", "headline: \"District")
    #expect(open.contains(":2:11: error: this is not YAML: a quotation mark is opened here and not closed"), "\(open)")
    let curly = try advice("\"2024-03-01T08:00:00Z\"", "“2024-03-01T08:00:00Z”")
    #expect(curly.contains("put it between straight quotation marks"), "\(curly)")
    let quoted = try GoodStory.with("events/2024.yaml", "promised 14 million euros", "“promised 14 million euros”")
    #expect(quoted.lint().first?.advice?.contains("block “b1” has them with other quotation marks") == true)
  }

  /// Each fault beside each other one: what the second lint would say, the first one has said.
  @Test func `two faults in two places are both named, whichever they are`() throws {
    for first in LintTests.spoilt where first.file != Self.article {
      for refusal in Self.refusals {
        var files = GoodStory.files
        files[first.file] = files[first.file]?.replacing(first.old, with: first.new)
        let alone = try Workplace(files).marks()
        files[Self.article] = files[Self.article]?.replacing(refusal.old, with: refusal.new)
        let both = try Workplace(files).marks()
        // Where a line or all of a text was refused, block ids and spelling are nobody's to judge.
        let isUnread = ["markdown", "front-matter"].contains(refusal.rule)
        let missing = alone.filter { mark in
          !both.contains(mark) && !mark.hasPrefix(Self.article) && !(isUnread && mark.contains("evidence-"))
        }
        #expect(missing.isEmpty, "\(first) beside \(refusal.what): \(missing)")
      }
    }
  }
}
