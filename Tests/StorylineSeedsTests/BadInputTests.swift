import Foundation
import StorylineModels
import StorylineSeeds
import Testing

@Suite("Bad input") struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let what: String
    let bytes: Data
    let rule: Rule
    let line: Int
    /// Words of the message.
    let words: String
    var testDescription: String { what }
  }

  private static let text = "A headline\n\nПарламент проголосував, а café закрили. Nobody knows why.\n"

  private static func latin(_ text: String) -> Data { Data(text.unicodeScalars.map { UInt8($0.value) }) }

  /// Small and capital Cyrillic letters as Windows-1251 has them.
  private static func cyrillic(_ text: String, small: Int, capital: Int) -> Data {
    Data(
      text.unicodeScalars.map { scalar in
        switch scalar.value {
        case 0x430...0x44F: UInt8(small + Int(scalar.value) - 0x430)
        case 0x410...0x42F: UInt8(capital + Int(scalar.value) - 0x410)
        default: UInt8(scalar.value)
        }
      })
  }

  private static func utf16(_ text: String, bigEndian: Bool, mark: Bool) -> Data {
    let units = (mark ? [0xFEFF] : []) + Array(text.utf16)
    return Data(
      units.flatMap { unit in
        let bytes = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
        return bigEndian ? bytes : bytes.reversed()
      })
  }

  static let cases: [Case] = [
    Case(what: "empty", bytes: Data(), rule: .empty, line: 1, words: "empty"),
    Case(what: "white space", bytes: Data(" \n\t\r\n".utf8), rule: .empty, line: 1, words: "empty"),
    Case(what: "only a mark", bytes: Data([0xEF, 0xBB, 0xBF]), rule: .empty, line: 1, words: "empty"),
    Case(
      what: "UTF-16 LE with a mark", bytes: utf16(text, bigEndian: false, mark: true), rule: .encoding, line: 1,
      words: "UTF-16 (LE), not in UTF-8; convert it: iconv -f UTF-16 -t UTF-8"),
    Case(
      what: "UTF-16 BE with a mark", bytes: utf16(text, bigEndian: true, mark: true), rule: .encoding, line: 1,
      words: "UTF-16 (BE)"),
    Case(
      what: "UTF-16 LE without a mark", bytes: utf16(text, bigEndian: false, mark: false), rule: .encoding, line: 1,
      words: "iconv -f UTF-16LE -t UTF-8"),
    Case(
      what: "UTF-16 BE without a mark", bytes: utf16(text, bigEndian: true, mark: false), rule: .encoding, line: 1,
      words: "iconv -f UTF-16BE -t UTF-8"),
    Case(
      what: "UTF-32", bytes: Data([0xFF, 0xFE, 0, 0, 0x41, 0, 0, 0]), rule: .encoding, line: 1, words: "UTF-32"),
    Case(
      what: "Windows-1251", bytes: cyrillic("Title\n\nПарламент проголосував.\n", small: 0xE0, capital: 0xC0),
      rule: .encoding, line: 3, words: "Windows-1251, not in UTF-8; convert it: iconv -f WINDOWS-1251 -t UTF-8"),
    Case(
      what: "Latin-1", bytes: latin("Title\n\nThe café and the naïve façade of Orbán.\n"), rule: .encoding, line: 3,
      words: "Latin-1 (ISO-8859-1), not in UTF-8; convert it: iconv -f ISO-8859-1 -t UTF-8"),
    Case(
      what: "Windows-1252", bytes: latin("Title\n\n\u{93}The café\u{94}, he said.\n"), rule: .encoding, line: 3,
      words: "Windows-1252"),
    Case(
      what: "damaged UTF-8", bytes: Data(text.utf8) + Data("\n\nБільше слів".utf8).dropLast(1), rule: .encoding,
      line: 6,
      words: "damaged in this line"),
    Case(
      what: "PDF", bytes: Data("%PDF-1.7\n\u{1}".utf8), rule: .binary, line: 1, words: "a PDF document, not text"),
    Case(
      what: "Word", bytes: Data("PK\u{3}\u{4}abc".utf8), rule: .binary, line: 1, words: "an office document"),
    Case(
      what: "bytes of anything", bytes: Data((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 / 251) }),
      rule: .binary, line: 1, words: "a binary file"),
    Case(
      what: "escape sequence", bytes: Data("Title\n\nA \u{1B}[2Jtrick.\n".utf8), rule: .forbiddenCharacter, line: 3,
      words: "U+001B is a control character; delete it"),
    Case(
      what: "C1 control", bytes: Data("Title\n\nA \u{9B}2Jtrick.\n".utf8), rule: .forbiddenCharacter, line: 3,
      words: "U+009B"),
    Case(
      what: "direction override", bytes: Data("Title\n\nPaid to \u{202E}eciffo.\n".utf8), rule: .forbiddenCharacter,
      line: 3, words: "U+202E changes the direction"),
    Case(
      what: "headline only", bytes: Data("Title\n".utf8), rule: .noText, line: 1, words: "no text below its headline"),
  ]

  @Test(arguments: cases, ["note.txt", "note.md"])
  func `each kind of bad file gives one clear error`(bad: Case, name: String) throws {
    let folder = try Workplace()
    try folder.write(bad.bytes, to: name)
    // Markdown has no headline in its first line.
    if bad.rule == .noText, name == "note.md" { try folder.write("# Title\n", to: name) }
    if bad.rule == .forbiddenCharacter, name == "note.md" { try folder.write(Data("# ".utf8) + bad.bytes, to: name) }
    let errors = folder.lint().filter { $0.severity == .error }
    #expect(errors.count == 1, "\(errors)")
    let error = try #require(errors.first)
    #expect(error.rule == bad.rule)
    #expect(error.line == bad.line)
    #expect(error.description.hasPrefix("\(folder.path)/\(name):\(bad.line)"))
    #expect(error.description.contains(bad.words), "\(error)")
    #expect(!error.description.contains("\n"))
  }

  @Test func `a file of 50 megabytes is refused by its size, unread`() throws {
    let folder = try Workplace()
    let path = folder.path + "/big.txt"
    try folder.write(Data(), to: "big.txt")
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 50 << 20)
    try handle.close()
    let error = try #require(folder.lint().first { $0.severity == .error })
    #expect(error.rule == .tooLarge)
    #expect(error.message.contains("52428800 bytes"))
  }

  @Test(arguments: [
    "![](", "[](", "](", "*", "[", "> ", "Recent News\n", "Also read | x\n", "a, ", "x\n\n", "\"", "- ",
  ])
  func `a text without end is refused, and soon`(piece: String) throws {
    let text = "Title\n\nWords.\n\n" + String(repeating: piece, count: (1 << 18) / piece.utf8.count)
    for name in ["a.txt", "a.md"] {
      let faults = try Workplace([name: name == "a.md" ? "# " + text : text]).lint()
      #expect(
        faults.contains { [.tooLarge, .markdown].contains($0.rule) }, "\(name): \(faults.first.debugDescription)")
    }
    let long = String(repeating: "x", count: 40_000)
    #expect(try GoodStory.with("events/2024.yaml", "The promise", long).marks() == ["events/2024.yaml:5 too-large"])
  }

  @Test func `a file that is missing, or a folder, is refused by name`() throws {
    let folder = try Workplace(["sub.txt/x": ""])
    let missing = SeedFolder.readArticle(folder.path + "/none.txt")
    #expect(missing.faults.map(\.rule) == [.unreadable])
    #expect(missing.faults.first?.message == "there is no such file")
    let sub = SeedFolder.readArticle(folder.path + "/sub.txt")
    #expect(sub.faults.map(\.message) == ["this is a folder"])
  }

  @Test func `a file that may not be read is refused`() throws {
    let folder = try Workplace(["note.txt": Self.text])
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: folder.path + "/note.txt")
    let errors = folder.lint().filter { $0.severity == .error }
    if getuid() == 0 {
      #expect(errors.isEmpty, "root reads everything")
    } else {
      #expect(errors.map(\.rule) == [.unreadable])
    }
  }

  @Test func `a folder that is missing, empty or a file is refused`() throws {
    let folder = try Workplace(["file": "x"])
    for path in ["/none", "/file"] {
      #expect(SeedFolder.read(folder.path + path).lint().map(\.rule) == [.folder])
    }
    let empty = try Workplace()
    #expect(empty.marks() == [":1 folder"] || empty.lint().map(\.rule) == [.folder])
  }

  @Test func `front matter with a wrong type is named with its line and key`() throws {
    let text =
      "---\nheadline: One\ntags: membership\nversion: two\npublishedAt: [1]\nbyline:\n  a: b\n---\n\nText here.\n"
    let folder = try Workplace(["a.md": text])
    #expect(folder.marks() == ["a.md:3 wrong-type", "a.md:4 wrong-type", "a.md:5 wrong-type", "a.md:7 wrong-type"])
    let first = try #require(folder.lint().first { $0.rule == .wrongType })
    #expect(first.message == "“tags” must be a list, not a single value")
    #expect(first.column == 7)
  }

  @Test func `front matter without an end is refused`() throws {
    #expect(try Workplace(["a.md": "---\nheadline: One\n\nText.\n"]).marks() == ["a.md:1 front-matter"])
  }

  @Test func `two files with one id are both named`() throws {
    let text = "---\nid: same\nheadline: One\n---\n\nText.\n"
    let folder = try Workplace(["a.md": text, "b.md": text])
    let error = try #require(folder.lint().first { $0.severity == .error })
    #expect(error.rule == .duplicateID)
    #expect(error.file.hasSuffix("b.md") && error.line == 2)
    #expect(error.message.contains("a.md:2"))
  }

  @Test func `a link that leads out of the folder is refused`() throws {
    let outside = try Workplace(["secret.txt": Self.text])
    let folder = try Workplace(["a.txt": Self.text])
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/b.txt", withDestinationPath: outside.path + "/secret.txt")
    #expect(folder.marks() == ["b.txt:1 folder"])
  }

  @Test func `nothing is left out silently`() throws {
    let folder = try Workplace([
      "a.txt": Self.text, "notes.doc": "x", "extra/b.txt": "x", "events/readme.txt": "x", "articles/sub/c.txt": "x",
      "articles/lonely.yaml": "id: x",
    ])
    let ignored = folder.marks(.warning).filter { $0.hasSuffix("ignored-file") }
    #expect(
      ignored == [
        "articles/lonely.yaml:1 ignored-file", "articles/sub:1 ignored-file", "events/readme.txt:1 ignored-file",
        "extra:1 ignored-file", "notes.doc:1 ignored-file",
      ])
  }
}
