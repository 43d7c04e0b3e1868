import StorylineScreen
import Testing

@Suite struct TextWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("Україна", 7), ("e\u{301}", 1), ("é", 1), ("北约", 4), ("ｱ", 1), ("Ａ", 2), ("한국", 4),
    ("\u{1112}\u{1161}\u{11AB}", 2), ("👍", 2), ("👍🏽", 2), ("❤", 1), ("❤️", 2), ("👩‍👩‍👧‍👦", 2), ("🏳️‍🌈", 2), ("🇺🇦", 2),
    ("🇺🇦🇭🇺", 4), ("1️⃣", 2), ("©", 1), ("“”—…", 4), ("€40", 3),
    ("\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", 2),
    ("नमस्ते", 4), ("●★◆→±−", 6), ("a\u{A0}b", 3),
  ])
  func `every cluster has the columns that a terminal gives it`(text: String, columns: Int) {
    #expect(TextWidth.of(text) == columns)
  }
}
