import Foundation
import StorylineModels
import StorylineTestSupport
import Testing

@testable import StorylineSeeds

/// Images in a story's folder: what is taken, what is refused and where, and what becomes of them.
@Suite("Media") struct MediaTests {
  private static let article = "articles/2024-03-01-promise.md"
  private static let end = "The towns want more."

  /// The good story with this line at the end of its article.
  private static func story(_ line: String, files: [String: Data] = [:]) throws -> Workplace {
    let folder = try GoodStory.with(article, end, end + "\n\n" + line)
    for (name, data) in files { try folder.write(data, to: "media/" + name) }
    return folder
  }

  private static func image(in folder: Workplace) throws -> Block? {
    for case .article(let article) in folder.story().entities() { return article.blocks.first { $0.role == .image } }
    return nil
  }

  /// `LINE:COLUMN rule` of the article's faults, and `NAME rule` of those of files.
  private static func marks(_ folder: Workplace) -> [String] {
    folder.lint().map { fault in
      fault.file.hasSuffix(article)
        ? "\(fault.line):\(fault.column ?? 0) \(fault.rule.rawValue)"
        : "\(fault.file.dropFirst(folder.path.count + 1)) \(fault.rule.rawValue)"
    }
  }

  @Test func `an image in the folder becomes an address of the service, with its size`() throws {
    let picture = SampleImage.png(width: 640, height: 400)
    let folder = try Self.story(
      "![The hall](media/summit.png \"In *Washington*\" \"Storyline\")", files: ["summit.png": picture])
    #expect(folder.lint() == [])
    let media = try #require(folder.story().media.first)
    #expect(media.name == "summit.png" && media.format == .png && media.bytes == picture.count)
    #expect(media.contents() == picture)
    let block = try #require(try Self.image(in: folder))
    #expect(block.url == media.id.address && block.width == 640 && block.height == 400)
    #expect(block.alt == "The hall" && block.caption == "In *Washington*" && block.credit == "Storyline")
    try folder.write(SampleImage.png(shade: 1), to: "media/summit.png")
    #expect(media.contents() == nil, "another image by now")
  }

  @Test func `the story's own image may be in the folder too`() throws {
    let folder = try Workplace(GoodStory.files)
    let text = try #require(GoodStory.files["story.yaml"])
    try folder.write(
      text + "\nimage:\n  url: media/flags.jpg\n  alt: Flags\n  credit: Storyline\n", to: "story.yaml")
    #expect(folder.lint().map(\.rule) == [.mediaMissing])
    #expect(folder.lint().first?.line == 10 && folder.lint().first?.column == 8)
    try folder.write(SampleImage.jpeg(), to: "media/flags.jpg")
    #expect(folder.lint() == [])
    let media = try #require(folder.story().media.first)
    for case .story(let story) in folder.story().entities() { #expect(story.image?.url == media.id.address) }
  }

  struct Hostile: Sendable, CustomTestStringConvertible {
    let name: String
    let data: Data
    let rule: Rule
    var testDescription: String { "\(name): \(rule.rawValue)" }

    init(_ name: String, _ data: Data, _ rule: Rule = .mediaFormat) {
      (self.name, self.data, self.rule) = (name, data, rule)
    }
    init(_ name: String, _ text: String, _ rule: Rule = .mediaFormat) { self.init(name, Data(text.utf8), rule) }
  }

  static let files: [Hostile] = [
    .init("a.png", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"),
    .init("a.png", "<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><svg>&x;</svg>"),
    .init("a.gif", "<!DOCTYPE html><script>alert(1)</script>"), .init("a.png", "%PDF-1.7"), .init("a.png", "MZ\u{90}"),
    .init("a.png", "\u{7F}ELF"), .init("a.webp", "RIFF\u{1}\u{0}\u{0}\u{0}WAVEfmt "), .init("a.avif", "    ftypheic"),
    .init("a.jpg", Data([0xFF, 0xD8, 0xFF])), .init("a.jpg", Data([0xFF, 0xD8, 0xFF, 0xE1, 0, 1])),
    .init("a.png", SampleImage.png().prefix(20)), .init("a.gif", "GIF89a"), .init("a.jpg", SampleImage.png()),
    .init("a.png", SampleImage.gif()), .init("a.png", SampleImage.png(width: 0)), .init("a.png", "", .empty),
    .init("a.png", Data(SampleImage.png().prefix(16)) + Data(repeating: 0x7F, count: 60), .tooLarge),
    .init("a.png", SampleImage.png(padding: SeedLimits.mediaBytes), .tooLarge),
  ]

  @Test(arguments: files)
  func `a file that is no image of the allowed formats is refused by its name`(file: Hostile) throws {
    let folder = try Self.story("![Alt](media/\(file.name))", files: [file.name: file.data])
    let faults = folder.lint()
    #expect(faults.map(\.rule) == [file.rule], "\(faults)")
    #expect(faults.first?.severity == .error && faults.first?.file == "\(folder.path)/media/\(file.name)")
  }

  @Test(arguments: [
    ("![Alt](media/../secret.png)", "17:1 media-name"), ("![Alt](media//etc/passwd)", "17:1 media-name"),
    ("![Alt](media/..)", "17:1 media-name"), ("![Alt](media/.hidden.png)", "17:1 media-name"),
    ("![Alt](media/sub/a.png)", "17:1 media-name"), ("![Alt](media/a%2Fb.png)", "17:1 media-name"),
    ("![Alt](media/a\\b.png)", "17:1 media-name"), ("![Alt](media/-rf.png)", "17:1 media-name"),
    ("![Alt](media/саміт.png)", "17:1 media-name"), ("![Alt](media/a.svg)", "17:1 media-name"),
    ("![Alt](media/a.html)", "17:1 media-name"), ("![Alt](media/)", "17:1 media-name"),
    ("![Alt](media/a.png;id)", "17:1 media-name"), ("![Alt](media/$(id).png)", "17:1 media-name"),
    ("![Alt](/etc/passwd)", "17:1 not-https"), ("![Alt](../media/a.png)", "17:1 not-https"),
    ("![Alt](./media/a.png)", "17:1 not-https"), ("![Alt](file:///etc/passwd)", "17:1 not-https"),
    ("![Alt](/v1/media/a)", "17:1 not-https"), ("![Alt](MEDIA/a.png)", "17:1 not-https"),
    ("![Alt](data:image/png;base64,AAAA)", "17:1 not-https"), ("![Alt](media/none.png)", "17:8 media-missing"),
    ("  ![Än](media/none.png \"c\")", "17:9 media-missing"),
  ])
  func `a path that leads elsewhere is refused where it stands`(line: String, mark: String) throws {
    let folder = try Self.story(line)
    #expect(Self.marks(folder) == [mark])
  }

  @Test func `a link out of the folder is refused, and one inside of it is followed`() throws {
    let outside = try Workplace()
    try outside.write(SampleImage.png(), to: "a.png")
    let folder = try Self.story("![Alt](media/a.png)")
    try FileManager.default.createDirectory(atPath: folder.path + "/media", withIntermediateDirectories: true)
    let link = folder.path + "/media/a.png"
    for target in [outside.path + "/a.png", "/etc/passwd", "/dev/zero"] {
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
      #expect(Self.marks(folder) == ["media/a.png folder"])
      try FileManager.default.removeItem(atPath: link)
    }
    try folder.write(SampleImage.png(), to: "media/b.png")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "b.png")
    #expect(Self.marks(folder) == ["media/b.png media-unused"])
  }

  @Test func `a folder of images that leads out of the story is refused`() throws {
    let outside = try Workplace()
    try outside.write(SampleImage.png(), to: "a.png")
    let folder = try Self.story("![Alt](media/a.png)")
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/media", withDestinationPath: outside.path)
    #expect(Self.marks(folder) == ["17:8 media-missing", "media folder"])
  }

  @Test func `what is no file is not opened`() throws {
    let folder = try Self.story("![Alt](media/a.png)")
    try FileManager.default.createDirectory(atPath: folder.path + "/media/b.png", withIntermediateDirectories: true)
    // Whoever opened it would wait for somebody to write into it.
    #expect(mkfifo(folder.path + "/media/a.png", 0o600) == 0)
    #expect(Self.marks(folder) == ["media/a.png unreadable", "media/b.png ignored-file"])
  }

  @Test func `what nothing shows, what is there twice, and what tells where it was taken are warned of`() throws {
    let folder = try Self.story(
      "![A](media/a.jpg)\n\n![B](media/b.jpg)\n\n![C](media/c.png)",
      files: [
        "a.jpg": SampleImage.jpeg(), "b.jpg": SampleImage.jpeg(), "c.png": SampleImage.png(),
        "d.png": SampleImage.png(shade: 1), "notes.txt": Data("x".utf8),
      ])
    #expect(folder.marks() == [])
    #expect(
      folder.marks(.warning) == [
        "media/b.jpg:1 media-double", "media/d.png:1 media-unused", "media/notes.txt:1 media-unused",
      ]
    )
    #expect(folder.story().plan(against: []).media.map(\.name) == ["a.jpg", "c.png"])
    try folder.write(SampleImage.jpeg(position: true), to: "media/a.jpg")
    #expect(folder.marks(.warning).first == "media/a.jpg:1 media-position")
  }

  @Test func `drafts stay here with their images`() throws {
    let folder = try Self.story("Words.", files: ["a.png": SampleImage.png(), "b.png": SampleImage.png(shade: 1)])
    let text = { (words: String) in "---\nheadline: Later\n\(words)\n---\n\nWords.\n\n![A](media/" }
    try folder.write(text("draft: true") + "a.png)\n", to: "articles/draft.md")
    try folder.write(text("publishAt: \"2999-01-01T00:00:00Z\"") + "b.png)\n", to: "articles/later.md")
    let plan = folder.story().plan(against: [])
    #expect(!plan.hasErrors && plan.media.map(\.name) == ["b.png"])
  }

  @Test func `another image is another version of its article`() throws {
    let folder = try Self.story("![Alt](media/a.png)", files: ["a.png": SampleImage.png()])
    let stored = try stored(folder.story().entities())
    #expect(folder.story().plan(against: stored).isEmpty)
    try folder.write(SampleImage.png(shade: 3), to: "media/a.png")
    let plan = folder.story().plan(against: stored)
    #expect(plan.entities.map(\.id) == ["2024-03-01-promise"] && plan.missingNotes.count == 1)
  }

  @Test func `what is written as Markdown keeps name, caption and credit`() throws {
    for (caption, credit) in [
      (nil, nil), ("Words", nil), (nil, "AP"), ("Words", "AP / Jane"), ("He said “no”", "AP"), ("Said \"no\"", nil),
      ("A \"x\" \"y\" b", nil), ("A \"x\" \"y\" b", "AP"), ("ends \"so\"", "\"AP\""),
    ] as [(String?, String?)] {
      let id = try #require(MediaID(String(repeating: "a", count: 64)))
      let block = Block(
        id: "b2", role: .image, url: id.address, width: 3, height: 4, alt: "Alt", caption: caption, credit: credit)
      let article = Article(
        id: "a", story: "town", headline: "A", blocks: [Block(id: "b1", role: .paragraph, text: "Words."), block])
      let text = try StoryText(
        entities: [.story(Story(id: "town", title: "T")), .article(article)], media: [id: "summit.png"])
      #expect(text.losses.isEmpty)
      let lines = try #require(text.files["articles/a.md"]).components(separatedBy: "\n")
      let line = try #require(lines.last { $0.hasPrefix("![") })
      let read = try #require(MarkdownRules.image(line))
      #expect(read.url == "media/summit.png" && read.caption == caption && read.credit == credit, "\(line)")
      let lost = try StoryText(entities: [.article(article)])
      #expect(lost.losses == ["the image of block b2 of article a is not there"])
    }
  }
}
