import StorylineScreen
import StorylineTestSupport
import Testing

@testable import StorylineTerminal

@Suite struct LineBreakerTests {
  private func set(_ text: String, _ width: Int) -> [String] {
    Paragraph(text).lines(width: width).map(\.text)
  }

  @Test func `words move to the next line as a whole, and spaces between lines are not kept`() {
    #expect(set("one two  three\n four", 9) == ["one two", "three", "four"])
    #expect(set("", 10) == [""])
    #expect(set("   ", 10) == [""])
  }

  @Test func `a word longer than the line is broken between clusters`() {
    #expect(set("abcdefgh", 3) == ["abc", "def", "gh"])
    #expect(set("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 3) == ["👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"])
    #expect(set("北", 1) == ["北"])
  }

  @Test func `Chinese breaks between characters but not before a full stop`() {
    #expect(set("北约与乌克兰。", 6) == ["北约与", "乌克", "兰。"])
  }

  @Test func `lines break after hyphens of words but not inside numbers and not before a dash`() {
    #expect(set("long-term aid", 6) == ["long-", "term", "aid"])
    #expect(set("id 2024-07-10-long-name", 21) == ["id", "2024-07-10-long-name"])
    #expect(set("on 2024-07-10", 11) == ["on", "2024-07-10"])
    #expect(set("one two – three", 8) == ["one", "two –", "three"])
    #expect(set("€40\u{A0}billion", 8) == ["€40", "billion"])
    #expect(set("one · two", 5) == ["one ·", "two"])
    #expect(set("€40\u{A0}billion now", 11) == ["€40\u{A0}billion", "now"])
  }

  @Test func `looks and links follow their words over the line end`() {
    let lines = Paragraph([Span("plain "), Span("strong words", .strong, link: "https://a.example"), Span(" end")])
      .lines(width: 12)
    #expect(lines.map(\.text) == ["plain strong", "words end"])
    #expect(lines[1].spans == [Span("words", .strong, link: "https://a.example"), Span(" end")])
  }

  @Test func `the lines after the first hang under the lead`() {
    let lines = Paragraph("alpha beta gamma", lead: [Span("• ")]).lines(width: 9)
    #expect(lines.map(\.text) == ["• alpha", "  beta", "  gamma"])
  }

  @Test(arguments: [UInt64(7), 8, 9])
  func `no line is wider than asked, and no word is lost`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let words = ["a", "NATO", "long-term", "irreversible", "Україна", "北约与乌克兰", "👩‍👩‍👧‍👦", "🇺🇦", "—", "“quoted”", "e\u{301}e"]
    for _ in 0..<200 {
      let chosen = (0..<Int.random(in: 1...30, using: &random)).map { _ in
        words[Int.random(in: 0..<words.count, using: &random)]
      }
      let width = Int.random(in: 2...40, using: &random)
      let lines = set(chosen.joined(separator: " "), width)
      #expect(lines.allSatisfy { TextWidth.of($0) <= width }, "seed \(seed), width \(width): \(lines)")
      let together = lines.joined().filter { $0 != " " }
      #expect(together == chosen.joined(), "seed \(seed), width \(width): \(lines)")
    }
  }
}
