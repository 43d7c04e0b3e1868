import Foundation
import StorylineTestSupport
import Testing

@testable import StorylineScreen

@Suite struct SafeTextTests {
  @Test(arguments: [
    ("plain words", "plain words"),
    ("red \u{1B}[31mtext", "red \u{FFFD}[31mtext"),
    ("\u{1B}]52;c;cm0gLXJm\u{07}", "\u{FFFD}]52;c;cm0gLXJm\u{FFFD}"),
    ("C1 \u{9B}31m and \u{9D}52;c;x\u{9C}", "C1 \u{FFFD}31m and \u{FFFD}52;c;x\u{FFFD}"),
    ("a\u{08}b\u{7F}c\u{00}d", "a\u{FFFD}b\u{FFFD}c\u{FFFD}d"),
    ("one\ttwo\r\nthree\nfour\u{2028}five\u{85}six", "one two  three four five six"),
    ("file\u{202E}fdp.exe", "filefdp.exe"),
    ("\u{2066}a\u{2069}\u{200E}\u{200F}\u{061C}b\u{2067}", "ab"),
    ("zero\u{200B}width\u{2060}\u{FEFF}\u{00AD}\u{180E}text", "zerowidthtext"),
    ("la\u{200D}tin\u{200C}", "latin"),
    ("hid\u{E0061}\u{E0062}den\u{E0100}", "hidden"),
    ("\u{FFFE}", "\u{FFFD}"),
  ])
  func `nothing that a terminal would obey or a reader not see is left`(text: String, safe: String) {
    #expect(SafeText.line(text) == safe)
  }

  @Test(arguments: [
    "Україна та НАТО", "Zażółć gęślą jaźń", "北约与乌克兰", "e\u{301}galite\u{301}", "👩‍👩‍👧‍👦 ❤️ 👍🏽 🏳️‍🌈 1️⃣",
    "🇺🇦 🇭🇺", "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", "می\u{200C}خواهم",
    "क्\u{200D}ष", "no\u{A0}break",
  ])
  func `what people write stays as it is`(text: String) {
    #expect(Array(SafeText.line(text).unicodeScalars) == Array(text.unicodeScalars))
  }

  @Test func `a letter cannot carry a tower of marks`() {
    let tower = "a" + String(repeating: "\u{0301}", count: 40) + "b"
    #expect(SafeText.line(tower).unicodeScalars.count == 2 + SafeText.maximumMarks)
  }

  @Test(arguments: [UInt64(1), 2, 3, 20_260_101])
  func `random text comes out clean, and cleaning it again changes nothing`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let interesting: [ClosedRange<UInt32>] = [
      0...0x2FF, 0x200B...0x206F, 0xFE00...0xFE0F, 0x1F1E6...0x1F1FF, 0x1F3F0...0x1F468, 0xE0000...0xE01EF,
      0x0600...0x0700,
    ]
    for _ in 0..<300 {
      var text = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...24, using: &random) {
        let range = interesting[Int.random(in: 0..<interesting.count, using: &random)]
        if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { text.append(scalar) }
      }
      let safe = SafeText.line(String(text))
      let isClean = safe.unicodeScalars.allSatisfy { scalar in
        scalar.properties.generalCategory != .control && !(0x202A...0x202E).contains(scalar.value)
          && !(0x2066...0x2069).contains(scalar.value) && scalar != "\u{200E}" && scalar != "\u{200F}"
      }
      #expect(isClean, "seed \(seed): \(text.map { String($0.value, radix: 16) })")
      #expect(SafeText.line(safe) == safe, "seed \(seed): \(text.map { String($0.value, radix: 16) })")
    }
  }
}
