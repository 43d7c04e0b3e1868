import Foundation
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

/// Folders that somebody made to do harm, or that a machine broke: each is refused, or does no harm, and what is
/// published stays as it is.
@Suite("Hostile folders") struct HostileCorpusTests {
  struct Hostile: Sendable, CustomTestStringConvertible {
    let what: String
    /// A rule that has to speak; nil for what may be taken because it does nothing.
    let rule: String?
    let make: @Sendable (_ folder: String) throws -> Void
    var testDescription: String { what }

    init(_ what: String, _ rule: String?, make: @escaping @Sendable (_ folder: String) throws -> Void) {
      self.what = what
      self.rule = rule
      self.make = make
    }

    /// One file of the folder with these bytes.
    init(_ what: String, _ rule: String?, _ name: String, _ bytes: Data) {
      self.init(what, rule) { folder in
        let url = URL(fileURLWithPath: folder + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: url)
      }
    }

    init(_ what: String, _ rule: String?, _ name: String, _ text: String) {
      self.init(what, rule, name, Data(text.utf8))
    }
  }

  private static let words = "The council met for five hours and left without a vote, as it had done before."
  private static let note = "articles/note.txt"
  private static let front = "---\nheadline: A\npublishedAt: \"2024-03-01T08:00:00Z\"\n---\n\n"

  private static func utf16(_ text: String, big: Bool) -> Data {
    Data(
      ([0xFEFF] + Array(text.utf16)).flatMap {
        big ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)]
      })
  }

  private static func link(_ name: String, to target: String) -> @Sendable (String) throws -> Void {
    { folder in try FileManager.default.createSymbolicLink(atPath: folder + "/" + name, withDestinationPath: target) }
  }

  private static let encodings: [Hostile] = [
    .init("UTF-16 LE", "encoding", note, utf16("T\n\n\(words)\n", big: false)),
    .init("UTF-16 BE", "encoding", note, utf16("T\n\n\(words)\n", big: true)),
    .init("UTF-32", "encoding", note, Data([0xFF, 0xFE, 0, 0, 0x41, 0, 0, 0])),
    .init("Latin-1", "encoding", note, Data("T\n\nThe caf".utf8) + [0xE9] + Data(" is shut.\n".utf8)),
    .init(
      "Windows-1251", "encoding", note,
      Data("T\n\n".utf8) + [0xCF, 0xE0, 0xF0, 0xEB, 0xE0, 0xEC, 0xE5, 0xED, 0xF2] + [10]),
    .init("overlong slash", "encoding", note, Data("T\n\nA ".utf8) + [0xC0, 0xAF] + Data("x\n".utf8)),
    .init("surrogate in UTF-8", "encoding", note, Data("T\n\nA ".utf8) + [0xED, 0xA0, 0x80] + Data("x\n".utf8)),
    .init("above U+10FFFF", "encoding", note, Data("T\n\nA ".utf8) + [0xF4, 0x90, 0x80, 0x80] + Data("\n".utf8)),
    .init("cut sequence", "encoding", note, Data("T\n\nТак".utf8).dropLast(1)),
    .init("YAML in UTF-16", "encoding", "sources.yaml", utf16("- id: a\n", big: false)),
  ]

  private static let controls: [Hostile] = [
    .init("NUL", "binary", note, Data("T\n\nA ".utf8) + [0] + Data("trick.\n".utf8)),
    .init("clears the screen", "forbidden-character", note, "T\n\nA \u{1B}[2J trick.\n"),
    .init("sets the title", "forbidden-character", note, "T\n\nA \u{1B}]0;x\u{7} trick.\n"),
    .init("writes the clipboard", "forbidden-character", note, "\u{1B}]52;c;eA==\u{7}\n\n\(words)\n"),
    .init("one-byte CSI", "forbidden-character", note, "T\n\nA \u{9B}2J trick.\n"),
    .init("backspaces", "forbidden-character", note, "T\n\nYes\u{8}\u{8}\u{8}No.\n"),
    .init("form feed", "forbidden-character", note, "T\n\nA\u{C}B.\n"),
    .init("direction override", "forbidden-character", note, "T\n\nPaid to \u{202E}eciffo.\n"),
    .init("direction isolate", "forbidden-character", note, "T\n\nPaid to \u{2066}x\u{2069}.\n"),
    .init("override in a name", "forbidden-character", "actors.yaml", "- id: a\n  type: person\n  name: A\u{202E}b\n"),
    .init(
      "override behind an escape", "forbidden-character", "sources.yaml", "- id: a\n  name: \"\\u202Eb\"\n  type: t\n"),
    .init("escape behind an escape", "forbidden-character", "sources.yaml", "- id: a\n  name: \"\\e[2J\"\n  type: t\n"),
    .init("NUL behind an escape", "forbidden-character", "sources.yaml", "- id: a\n  name: \"a\\0b\"\n  type: t\n"),
    .init("escape behind an entity", "forbidden-character", note, "T\n\nA &#27;[2J trick for all who read it.\n"),
    .init("override behind an entity", "forbidden-character", note, "T\n\nA &#x202E; trick for all who read it.\n"),
    .init("control in a key", "unknown-key", "sources.yaml", "- \"a\\e[2J\": b\n"),
    .init("control in a file's name", "derived-id", "articles/a\u{1B}[2J.txt", "T\n\n\(words)\n"),
  ]

  private static let bombs: [Hostile] = [
    .init("a billion laughs", "yaml-anchor", "sources.yaml", "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n"),
    .init("an alias", "yaml-syntax", "sources.yaml", "- id: *x\n"),
    .init("a merge key", "yaml-anchor", "sources.yaml", "- &base {id: a}\n- <<: *base\n"),
    .init("deep lists", "yaml-syntax", "sources.yaml", String(repeating: "[", count: 100_000)),
    .init("deep mappings", "yaml-syntax", "sources.yaml", String(repeating: "{a: ", count: 100_000)),
    .init(
      "deep and closed", "wrong-type", "sources.yaml",
      String(repeating: "[", count: 900) + String(repeating: "]", count: 900)),
    .init(
      "a long text", "too-large", "sources.yaml",
      "- id: a\n  name: \(String(repeating: "x", count: 40_000))\n  type: t\n"),
    .init("a long paragraph", "too-large", note, "T\n\n" + String(repeating: "word ", count: 10_000)),
    .init("many lines", "too-large", note, String(repeating: "x\n\n", count: 12_000)),
    .init("nine megabytes", "too-large", note, String(repeating: "x", count: 9 << 20)),
    .init("a sparse gigabyte", "too-large") { folder in
      try Data().write(to: URL(fileURLWithPath: folder + "/articles/big.txt"))
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/articles/big.txt"))
      try handle.truncate(atOffset: 1 << 30)
      try handle.close()
    },
    .init("brackets without end", "too-large", note, "T\n\nW.\n\n" + String(repeating: "![](", count: 20_000)),
    .init("one grapheme of marks", "too-large", note, "T\n\na" + String(repeating: "\u{301}", count: 40_000) + "\n"),
    .init("two documents", "yaml-syntax", "sources.yaml", "- id: a\n---\n- id: b\n"),
    .init("a key twice", "yaml-syntax", "story.yaml", "id: town\nid: other\ntitle: T\n"),
    .init("a tag of a language", "unknown-key", "sources.yaml", "- !!python/object/apply:os.system {args: [x]}\n"),
    .init("binary YAML", "wrong-type", "sources.yaml", "- !!binary aGk=\n"),
  ]

  private static let paths: [Hostile] = [
    .init("a link to a file outside", "folder", make: link("articles/secret.txt", to: "/etc/passwd")),
    .init("a link to a folder outside", "folder", make: link("positions", to: "/etc")),
    .init("a relative link outside", "folder", make: link("quotes.yaml", to: "../../../../../../etc/hostname")),
    .init("a link to itself", "unreadable", make: link("articles/loop.txt", to: "loop.txt")),
    .init("a link to nothing", "unreadable", make: link("articles/none.txt", to: "nothing.txt")),
    .init("a link to a device", "folder", make: link("articles/zero.txt", to: "/dev/zero")),
    .init("a pipe", "unreadable") { folder in mkfifo(folder + "/articles/pipe.txt", 0o600) },
    .init("a folder named like a file", "ignored-file") { folder in
      try FileManager.default.createDirectory(atPath: folder + "/sources.yaml", withIntermediateDirectories: true)
    },
    .init(
      "a link in media", "folder",
      make: { folder in
        try FileManager.default.createDirectory(atPath: folder + "/media", withIntermediateDirectories: true)
        try link("media/passwd.jpg", to: "/etc/passwd")(folder)
      }),
    .init("an image by a path", "not-https", "articles/i.md", front + "\(words)\n\n![x](../../etc/passwd)\n"),
    .init("an image by a file address", "not-https", "articles/i.md", front + "\(words)\n\n![x](file:///etc/passwd)\n"),
    .init("an image without a scheme", "not-https", "articles/i.md", front + "\(words)\n\n![x](//x.example/a.jpg)\n"),
    .init(
      "an image with credentials", "not-https", "articles/i.md", front + "\(words)\n\n![x](https://u:p@x.example/a)\n"),
    .init("an image as data", "not-https", "articles/i.md", front + "\(words)\n\n![x](data:image/png;base64,AA==)\n"),
    .init("a script as a link", "markdown", "articles/i.md", front + "\(words) [x](javascript:alert(1))\n"),
    .init(
      "an address with a line in it", "not-https", "sources.yaml",
      "- id: a\n  name: b\n  type: c\n  url: \"https://x.example/\\n@y\"\n"),
    .init("an id with a path", "bad-id", "sources.yaml", "- id: ../a\n  name: b\n  type: c\n"),
    .init(
      "an article's id with a path", "bad-id", "articles/i.md", "---\nid: ../../etc/x\nheadline: A\n---\n\n\(words)\n"),
    .init(
      "an id of 65 characters", "bad-id", "sources.yaml",
      "- id: \(String(repeating: "a", count: 65))\n  name: b\n  type: c\n"),
    .init("an id of another alphabet", "bad-id", "sources.yaml", "- id: аctor\n  name: b\n  type: c\n"),
  ]

  private static let markup: [Hostile] = [
    .init("HTML in Markdown", "markdown", "articles/i.md", front + "<script>alert(1)</script>\n"),
    .init("front matter without an end", "front-matter", "articles/i.md", "---\nheadline: A\n\n\(words)\n"),
    .init(
      "a number that is none", "bad-amount", "commitments.yaml",
      "- id: a\n  from: [mayor]\n  to: [mayor]\n  title: t\n  type: other\n  amount: \"1e999\"\n  currency: EUR\n  status: announced\n  date: \"2024\"\n  sourceUrl: https://x.example\n"
    ),
    .init(
      "a day that is none", "bad-date", "events/x.yaml",
      "- id: a\n  date: \"2024-02-31\"\n  type: t\n  title: t\n  summary: s\n  sourceUrl: https://x.example\n"),
    .init(
      "a year too far", "bad-date", "events/x.yaml",
      "- id: a\n  date: \"99999999999\"\n  type: t\n  title: t\n  summary: s\n  sourceUrl: https://x.example\n"),
    .init("another story", "other-story", "story.yaml", "id: elsewhere\ntitle: T\n"),
    .init("a PDF", "binary", note, "%PDF-1.7\n"),
    .init("an archive", "binary", note, "PK\u{3}\u{4}\n"),
    .init("an empty file", "empty", "sources.yaml", " \n"),
    .init(
      "an update about nothing", "unknown-reference", "updates.yaml",
      "- id: u\n  target: {kind: article, id: none}\n  type: correction\n  at: \"2024-01-01T00:00:00Z\"\n  note: n\n"),
  ]

  /// An article that shows `media/i.png`, and what lies there.
  private static func image(_ what: String, _ rule: String, _ data: Data) -> Hostile {
    .init(
      what, rule,
      make: { folder in
        try Data((front + "\(words)\n\n![x](media/i.png)\n").utf8)
          .write(to: URL(fileURLWithPath: folder + "/articles/i.md"))
        try FileManager.default.createDirectory(atPath: folder + "/media", withIntermediateDirectories: true)
        try data.write(to: URL(fileURLWithPath: folder + "/media/i.png"))
      })
  }

  private static let media: [Hostile] = [
    image("a drawing that is a program", "media-format", Data("<svg onload=\"alert(1)\"/>".utf8)),
    image("a page as an image", "media-format", Data("<!DOCTYPE html><script>alert(1)</script>".utf8)),
    image("a program as an image", "media-format", Data("\u{7F}ELF\u{2}\u{1}".utf8)),
    image("an image under another format's name", "media-format", SampleImage.jpeg()),
    image("an image that is cut", "media-format", SampleImage.png().prefix(18)),
    image("an empty image", "empty", Data()),
    image("an image of nine megabytes", "too-large", SampleImage.png(padding: 9 << 20)),
    image(
      "an image of billions of pixels", "too-large",
      SampleImage.png().prefix(16) + Data(repeating: 0x7F, count: 8) + SampleImage.png().dropFirst(24)),
    .init(
      "an image by a path out of media", "media-name", "articles/i.md", front + "\(words)\n\n![x](media/../../i.png)\n"),
    .init("an image that is hidden", "media-name", "articles/i.md", front + "\(words)\n\n![x](media/.i.png)\n"),
    .init("an image that is not there", "media-missing", "articles/i.md", front + "\(words)\n\n![x](media/i.png)\n"),
    .init(
      "an image by the service's own address", "not-https", "story.yaml",
      "id: town\ntitle: T\nimage: {url: /v1/media/x, alt: A}\n"),
    .init("an image for a shell", "media-name", "articles/i.md", front + "\(words)\n\n![x](media/$(id).png)\n"),
    .init(
      "a folder of images elsewhere", "folder",
      make: { folder in
        try Data((front + "\(words)\n\n![x](media/passwd.png)\n").utf8)
          .write(to: URL(fileURLWithPath: folder + "/articles/i.md"))
        try link("media", to: "/etc")(folder)
      }),
    .init(
      "a pipe as an image", "unreadable",
      make: { folder in
        try Data((front + "\(words)\n\n![x](media/i.png)\n").utf8)
          .write(to: URL(fileURLWithPath: folder + "/articles/i.md"))
        try FileManager.default.createDirectory(atPath: folder + "/media", withIntermediateDirectories: true)
        mkfifo(folder + "/media/i.png", 0o600)
      }),
  ]

  static let corpus = encodings + controls + bombs + paths + markup + media

  @Test func `there are at least sixty of them, each under its own name`() {
    #expect(Self.corpus.count >= 60)
    #expect(Set(Self.corpus.map(\.what)).count == Self.corpus.count)
  }

  @Test(arguments: corpus)
  func `a hostile folder changes nothing and says nothing to the terminal`(hostile: Hostile) async throws {
    let desk = try Desk(Town.files)
    #expect(await desk.run("apply", "@/town").code == 0)
    let before = try await desk.published()
    try hostile.make(desk.path + "/town")
    let lint = await desk.run("lint", "@/town")
    let run = await desk.run("apply", "@/town")
    if let rule = hostile.rule {
      let json = await desk.run("lint", "@/town", "--format", "json", "--database", desk.database)
      #expect(json.out.contains("\"rule\" : \"\(rule)\""), "\(lint.err)")
    }
    let isRefused = hostile.rule.map { !["derived-id", "ignored-file"].contains($0) } ?? false
    #expect(run.code == (isRefused ? 1 : 0), "\(run.err)")
    if hostile.rule != "derived-id" { #expect(try await desk.published() == before) }
    for text in [lint.out, lint.err, run.out, run.err] {
      let bad = text.unicodeScalars.first { scalar in
        (scalar.value < 0x20 && scalar != "\n") || (0x7F...0x9F).contains(scalar.value)
          || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
      }
      #expect(bad == nil, "\(hostile.what): U+\(String(bad?.value ?? 0, radix: 16))")
    }
  }
}
