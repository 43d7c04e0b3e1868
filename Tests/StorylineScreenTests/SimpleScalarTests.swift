import Testing

@testable import StorylineScreen

@Suite struct SimpleScalarTests {
  private static let simple = (0...0x2FFFF).compactMap(Unicode.Scalar.init).filter(\.isSimple)

  @Test func `a simple scalar takes one column, as the tables say`() {
    #expect(Self.simple.count > 1500)
    let wrong = Self.simple.filter { TextWidth.of(Character($0)) != 1 }
    #expect(wrong.map { String($0.value, radix: 16) } == [])
  }

  @Test func `simple scalars stay as they are, and no two of them are one character`() {
    // Behind them a letter that is not simple, so that the tables are asked.
    let text = String(String.UnicodeScalarView(Self.simple))
    #expect(SafeText.line(text + "한") == text + "한")
    #expect(text.count == Self.simple.count)
    #expect(String(text.reversed()).count == Self.simple.count)
  }

  @Test(arguments: [
    "plain", "Київ — “так”", "→ 12 € · …", "e\u{301}", "北约", "🇺🇦 ok", "a\u{200D}b", "\u{1B}[31m", "soft\u{AD}",
  ])
  func `the short way leads to where the long one leads`(text: String) {
    var frame = Frame(size: ScreenSize(columns: 30, rows: 1))
    let end = frame.write(text, column: 0, row: 0)
    let long = SafeText.line(text + "한")
    var slow = Frame(size: ScreenSize(columns: 30, rows: 1))
    let slowEnd = slow.write(long, column: 0, row: 0) - 2
    #expect(end == slowEnd)
    #expect(frame.text(row: 0) + "한" == slow.text(row: 0))
    #expect(TextWidth.of(SafeText.line(text)) == long.dropLast().reduce(0) { $0 + TextWidth.of($1) })
  }

  @Test func `what does not fit is told, and blanks are not missed`() {
    var frame = Frame(size: ScreenSize(columns: 5, rows: 1))
    frame.write("five  ", column: 0, row: 0)
    #expect(frame.cut == [])
    frame.write("sixsix", column: 0, row: 0)
    frame.write("北约与", column: 0, row: 0)
    #expect(frame.cut == ["sixsix", "北约与"])
  }
}
