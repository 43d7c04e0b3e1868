import StorylineModels
import Testing

@Suite struct InlineTextTests {
  @Test(arguments: [
    ("plain", "plain"), ("an **irreversible** path", "an irreversible path"), ("*so* be it", "so be it"),
    ("see [the text](https://a.example/b) now", "see the text now"), ("2 * 3 * 4", "2 * 3 * 4"), ("**open", "**open"),
    ("a \\*star\\*", "a *star*"), ("[not](http://plain.example)", "[not](http://plain.example)"), ("[x]", "[x]"),
    ("[**bold**](https://a.example)", "bold"), ("****", "****"), ("", ""), ("*", "*"), ("\\", "\\"),
  ])
  func `the words stand without their marks`(markdown: String, plain: String) {
    #expect(InlineText(markdown).plain == plain)
  }

  @Test func `runs know their style and link`() {
    #expect(
      InlineText("a **b** [c](https://d.example)").runs == [
        .init(text: "a "), .init(text: "b", style: .strong), .init(text: " "),
        .init(text: "c", link: "https://d.example"),
      ])
  }

  @Test(arguments: ["2 * 3", "**bold**", "[a](https://b.example)", "back\\slash", "*"])
  func `escaped text reads as itself`(text: String) {
    let escaped = InlineText(InlineText.escaped(text))
    #expect(escaped.plain == text)
    #expect(escaped.runs.allSatisfy { $0.style == .plain && $0.link == nil })
  }
}
