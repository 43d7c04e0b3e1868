import StorylineSeeds
import Testing

/// What `fmt` must not drop in silence.
@Suite struct YAMLCommentTests {
  @Test(arguments: [
    ("# at the top\na: b\n", ["1:1"]),
    ("a: b # behind\nc: d\n", ["1:6"]),
    ("a: b #behind\n", ["1:6"]),
    ("- id: x\n  # between\n  name: y\n", ["2:3"]),
    ("a: \"no # comment\"\nb: 'nor # here'\n", []),
    ("a: Ukraine's way # yes\n", ["1:18"]),
    ("a: it''s # yes\n", ["1:10"]),
    ("a: \"x \\\" # no\" # yes\n", ["1:16"]),
    ("a: b#c\nurl: https://x.example/#part\n", []),
    ("a: |\n  # text\n  more\nb: c # yes\n", ["4:6"]),
    ("- >-\n  folded # text\n- d # yes\n", ["3:5"]),
    ("a: \"over\n  two # lines\"\nb: [x, 'y # z'] # yes\n", ["3:17"]),
  ])
  func `comments are found, and what only looks like one is not`(text: String, places: [String]) {
    #expect(YAMLComments.places(in: text, file: "a.yaml").map { "\($0.line):\($0.column ?? 0)" } == places, "\(text)")
  }

  @Test func `of an article only the front matter is looked at`() {
    let text = "---\nheadline: x # here\n---\n\n# A title\n\nText # with a mark.\n"
    #expect(YAMLComments.places(in: text, file: "a.md").map(\.line) == [2])
    #expect(YAMLComments.places(in: "# Title\n\nText\n", file: "a.md").isEmpty)
  }
}
