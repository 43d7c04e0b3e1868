import Foundation
import StorylineModels
import StorylineSeeds
import Testing

/// One text for every rule, with the place that the rule names.
@Suite("Every rule") struct RuleTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    let rule: Rule
    /// `FILE:LINE:COLUMN`; a fault of a whole file stands at 1:1.
    let place: String
    let file: String
    let old: String
    let new: String
    var testDescription: String { rule.rawValue }

    /// - Parameter old: what to replace in the file of the good story; empty replaces the file.
    init(_ rule: Rule, _ place: String, in file: String, _ old: String, _ new: String) {
      self.rule = rule
      self.place = place
      self.file = file
      self.old = old
      self.new = new
    }

    init(_ rule: Rule, _ place: String, in file: String, _ text: String) {
      self.init(rule, place, in: file, "", text)
    }
  }

  private static let article = "articles/2024-03-01-promise.md"
  private static let events = "events/2024.yaml"
  private static let raw = "articles/note.txt"
  private static let body = "The council met for five hours and left without a vote, as it had done before."

  static let samples: [Sample] = [
    .init(.tooLarge, "events/2024.yaml:5:10", in: events, "The promise", String(repeating: "x", count: 33_000)),
    .init(.empty, "\(raw):1:1", in: raw, " \n"),
    .init(.binary, "\(raw):1:1", in: raw, "%PDF-1.7\n"),
    .init(.forbiddenCharacter, "\(raw):3:5", in: raw, "Title\n\nThe \u{202E}trick.\n"),
    .init(.yamlSyntax, "sources.yaml:3:10", in: "sources.yaml", "- id: a\n  name: b\n  type: c: d\n"),
    .init(.yamlAnchor, "story.yaml:2:8", in: "story.yaml", "The harbour", "&x The harbour"),
    .init(.frontMatter, "\(article):1:1", in: article, "---\nheadline: One\n\nText.\n"),
    .init(.markdown, "\(article):15:1", in: article, "The towns want more.", "| a | b |"),
    .init(.wrongType, "events/2024.yaml:8:7", in: events, "- district", "- [district]"),
    .init(.unknownKey, "events/2024.yaml:4:3", in: events, "type: decision", "typ: decision"),
    .init(.missingKey, "events/2024.yaml:1:3", in: events, "  title: The promise\n", ""),
    .init(.unknownWord, "positions/2024.yaml:4:11", in: "positions/2024.yaml", "opposes", "oposes"),
    .init(.badID, "events/2024.yaml:1:7", in: events, "id: promise", "id: The Promise"),
    .init(.derivedID, "articles/Some Note.txt:1:1", in: "articles/Some Note.txt", "Title\n\n\(body)\n"),
    .init(.duplicateID, "sources.yaml:5:3", in: "sources.yaml", "example", "example\n- id: desk\n  name: x\n  type: y"),
    .init(.badDate, "events/2024.yaml:3:9", in: events, "2024-03-01\"", "2024-02-30\""),
    .init(.dateOrder, "events/2024.yaml:4:12", in: events, "type:", "endDate: \"2023\"\n  type:"),
    .init(.badAmount, "commitments/2024.yaml:6:11", in: "commitments/2024.yaml", "\"14000000\"", "14,000,000"),
    .init(.currency, "commitments/2024.yaml:6:11", in: "commitments/2024.yaml", "  currency: EUR\n", ""),
    .init(.notHTTPS, "sources.yaml:4:8", in: "sources.yaml", "https://", "http://"),
    .init(.placeholder, "events/2024.yaml:5:10", in: events, "The promise", "‹What happened›"),
    .init(.altText, "\(article):17:1", in: article, "want more.", "want more.\n\n![](https://x.example/a.jpg)"),
    .init(.unknownReference, "events/2024.yaml:8:7", in: events, "- district", "- distrct"),
    .init(.evidenceMissing, "positions/2024.yaml:1:3", in: "positions/2024.yaml", barePosition),
    .init(.evidenceNotFound, "events/2024.yaml:11:14", in: events, "promised 14", "promised 15"),
    .init(.evidenceAmbiguous, "events/2024.yaml:11:14", in: events, "promised 14 million euros", "The"),
    .init(.eventAfterArticle, "events/2024.yaml:3:9", in: events, "2024-03-01\"", "2024-03-02\""),
    .init(.noPublicationDate, "\(article):1:1", in: article, "publishedAt: \"2024-03-01T08:00:00Z\"\n", ""),
    .init(.noText, "\(raw):1:1", in: raw, "Title\n"),
    .init(.dropped, "\(raw):5:1", in: raw, "Title\n\n\(body)\n\nRecent News\n"),
    .init(.lineOverride, "articles/note.txt:2:8", in: raw, "---\nlines: [{text: no, role: tail}]\n---\nT\n\n\(body)\n"),
    .init(.mediaName, "\(article):15:1", in: article, "The towns want more.", "![A](media/../a.png)"),
    .init(.mediaMissing, "\(article):15:6", in: article, "The towns want more.", "![A](media/a.png)"),
    .init(.mediaUnused, "media/a.png:1:1", in: "media/a.png", "x"),
    .init(.ignoredFile, "notes.doc:1:1", in: "notes.doc", "x"),
  ]

  private static let barePosition = """
    - id: sandvik-money-2024
      actor: sandvik
      topic: money
      stance: opposes
      date: "2024-03"
      summary: Wants more.
    """

  /// Rules that no text can show: of folders, links, sizes, images and what a database holds. Each has a test below, or
  /// in `MediaTests`.
  static let shownBelow: Set<Rule> = [
    .unreadable, .encoding, .assumedStory, .otherStory, .folder, .mediaFormat, .mediaPosition, .mediaDouble,
  ]

  @Test func `every rule has a sample or a test of its own`() {
    let shown = Set(Self.samples.map(\.rule)).union(Self.shownBelow)
    for rule in Rule.allCases { #expect(shown.contains(rule), "\(rule.rawValue) has no test") }
  }

  @Test(arguments: samples)
  func `each rule names its place, its fault and a way out`(sample: Sample) throws {
    var files = GoodStory.files
    if sample.old.isEmpty {
      files[sample.file] = sample.new
    } else {
      let text = try #require(files[sample.file])
      try #require(text.contains(sample.old))
      files[sample.file] = text.replacing(sample.old, with: sample.new, maxReplacements: 1)
    }
    let folder = try Workplace(files)
    let faults = folder.lint().filter { $0.rule == sample.rule }
    let fault = try #require(faults.first, "\(folder.lint())")
    #expect(place(fault, in: folder) == sample.place, "\(faults)")
    #expect(fault.severity == .note || fault.advice?.isEmpty == false)
    #expect(!fault.description.contains("\n"))
  }

  private func place(_ fault: Fault, in folder: Workplace) -> String {
    "\(fault.file.dropFirst(folder.path.count + 1)):\(fault.line):\(fault.column ?? 1)"
  }

  @Test func `unreadable names the file`() throws {
    let folder = try Workplace(GoodStory.files)
    try FileManager.default.createDirectory(atPath: folder.path + "/real", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/events/x.yaml", withDestinationPath: "none")
    let fault = try #require(folder.lint().first { $0.rule == .unreadable })
    #expect(place(fault, in: folder) == "events/x.yaml:1:1")
  }

  @Test func `encoding names the line`() throws {
    let folder = try Workplace(GoodStory.files)
    try folder.write(Data("Title\n\nThe caf".utf8) + Data([0xE9]) + Data(" is shut.\n".utf8), to: "articles/note.txt")
    let fault = try #require(folder.lint().first { $0.rule == .encoding })
    #expect(place(fault, in: folder) == "articles/note.txt:3:1")
  }

  @Test func `assumed-story, other-story and folder name the folder or the id`() throws {
    let loose = try Workplace(["a.txt": "Title\n\n\(Self.body)\n"])
    #expect(loose.lint().first { $0.rule == .assumedStory }?.file == loose.path)
    let folder = try Workplace(GoodStory.files)
    let other = try stored(try Workplace(["story.yaml": "id: other\ntitle: Other\n"]).story().entities())
    let fault = try #require(folder.story().lint(stored: other).first { $0.rule == .otherStory })
    #expect(place(fault, in: folder) == "story.yaml:1:5")
    #expect(SeedFolder.read(folder.path + "/none").lint().map(\.rule) == [.folder])
  }

  @Test func `a fault is shown with its line and a caret below the place`() throws {
    let folder = try GoodStory.with("events/2024.yaml", "- district", "- distrct")
    var excerpts = Excerpts()
    let fault = try #require(folder.lint().first)
    #expect(excerpts.lines(for: fault) == [" 8 |     - distrct", "   |       ^"])
  }

  @Test func `a long line is shown around the place, and control characters are not shown at all`() throws {
    let folder = try Workplace(["a.txt": "T\n\n" + String(repeating: "x", count: 300) + "\u{1B}[2J" + "y\n"])
    var excerpts = Excerpts()
    let fault = try #require(folder.lint().first { $0.severity == .error })
    let lines = excerpts.lines(for: fault)
    #expect(lines.count == 2 && lines[0].contains("\u{FFFD}[2Jy") && lines[0].contains("…"))
    #expect(lines[0].unicodeScalars.count < 120)
    let shown = Array(lines[0].unicodeScalars)[lines[1].unicodeScalars.count - 1]
    #expect(shown == "\u{FFFD}")
    #expect(!fault.description.contains("\u{1B}"))
  }

  @Test func `a command for a workflow is one line with everything escaped`() {
    let place = Place(file: "a,b:c.md", line: 3, column: 4)
    let fault = Fault(.warning, .altText, at: place, "50 % of it", advice: "write it")
    #expect(
      fault.workflowCommand == "::warning file=a%2Cb%3Ac.md,line=3,col=4,title=alt-text::50 %25 of it; write it")
  }
}
