import Foundation
import StorylineModels
import StorylineSeeds
import Testing

@Suite("Hostile YAML") struct HostileYAMLTests {
  private func story(_ text: String) throws -> [Fault] {
    try Workplace(["story.yaml": text]).lint().filter { $0.severity == .error }
  }

  @Test func `aliases that would grow to gigabytes are refused before they are read`() throws {
    var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for (from, to) in zip("abcdefgh", "bcdefghi") {
      text += "\(to): &\(to) [\(Array(repeating: "*\(from)", count: 9).joined(separator: ", "))]\n"
    }
    text += "? *i\n: x\n"
    let faults = try story(text)
    #expect(faults.map(\.rule) == [.yamlAnchor])
    #expect(faults.first?.line == 1 && faults.first?.column == 4)
  }

  @Test(arguments: ["{a: &x 1}", "[&x 1]", "- &x 1", "a: !!str &x b", "&x a: b", "a: [1,&x 2]"])
  func `anchors are found wherever a value can begin`(text: String) throws {
    #expect(try story(text).map(\.rule) == [.yamlAnchor])
  }

  @Test func `an ampersand in a text is no anchor`() throws {
    #expect(try story("id: a\ntitle: R&D, Smith & Sons &amp; others\n").isEmpty)
  }

  @Test(arguments: ["[", "{a: ", "- ", "? "])
  func `nesting without end is refused`(open: String) throws {
    let faults = try story(String(repeating: open, count: 200_000))
    #expect(faults.map(\.rule) == [.yamlSyntax])
  }

  @Test func `nesting that the parser still takes is refused by its type`() throws {
    let deep = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
    #expect(try story("id: a\ntitle: \(deep)\n").map(\.rule) == [.wrongType])
  }

  @Test(arguments: [
    ("id: a\nid: b\ntitle: c\n", 1), ("id: a\ntitle: *em* words\n", 2), ("id: a\n\ttitle: b\n", 2),
    ("id: a\ntitle: \"open\n", 2), ("id: a\ntitle: b: c\n", 2), ("id: a\n---\nid: b\n", 2),
  ])
  func `what is no YAML is named with its line`(text: String, line: Int) throws {
    let faults = try story(text)
    #expect(faults.map(\.rule) == [.yamlSyntax])
    #expect(try #require(faults.first).line >= line)
  }

  @Test func `characters that hide behind an escape are found`() throws {
    let faults = try story("id: a\ntitle: \"b\\u202Ec\"\n")
    #expect(faults.map(\.rule) == [.forbiddenCharacter, .missingKey] || faults.map(\.rule) == [.forbiddenCharacter])
    #expect(faults.first?.line == 2)
    #expect(try story("id: a\ntitle: \"b\\0c\"\n").first?.rule == .forbiddenCharacter)
  }

  @Test func `a text keeps what looks like a number, a date or a truth value`() throws {
    let folder = try Workplace([
      "story.yaml":
        "id: a\ntitle: 2024\nasOf: 2024-12-04\nbrief: [no, 1e3]\nchapters: [{id: c, title: yes, from: 2008}]\n",
      "a.txt": "Title\n\nText that is long enough to be read.\n",
    ])
    guard case .story(let story)? = SeedFolder.read(folder.path).entities().first else {
      Issue.record("there is no story")
      return
    }
    #expect(story.title == "2024" && story.asOf?.text == "2024-12-04")
    #expect(story.brief.map(\.text) == ["no", "1e3"] && story.brief.map(\.id) == ["s1", "s2"])
    #expect(story.chapters.first?.title == "yes" && story.chapters.first?.from.text == "2008")
  }

  @Test(arguments: ["", "# only a comment\n", "a text\n", "- a\n- b\n", "~\n"])
  func `a story that is no mapping is refused`(text: String) throws {
    let faults = try story(text)
    #expect(faults.count == 1)
    #expect([.empty, .wrongType].contains(try #require(faults.first).rule))
  }
}
