import StorylineScreen
import StorylineTestSupport
import Testing

@Suite struct InputDecoderTests {
  static let sequences: [(String, [InputEvent])] = [
    ("j", [.key(KeyPress(.character("j")))]),
    ("G\r", [.key(KeyPress(.character("G"))), .key(KeyPress(.enter))]),
    ("\u{04}", [.key(KeyPress(.character("d"), .control))]),
    ("\u{7F}\t", [.key(KeyPress(.backspace)), .key(KeyPress(.tab))]),
    ("\u{1B}[A", [.key(KeyPress(.up))]),
    ("\u{1B}OB", [.key(KeyPress(.down))]),
    ("\u{1B}[1;5C", [.key(KeyPress(.right, .control))]),
    ("\u{1B}[5~\u{1B}[6;2~", [.key(KeyPress(.pageUp)), .key(KeyPress(.pageDown, .shift))]),
    ("\u{1B}[Z", [.key(KeyPress(.tab, .shift))]),
    ("\u{1B}[15~\u{1B}OP", [.key(KeyPress(.function(5))), .key(KeyPress(.function(1)))]),
    ("\u{1B}x", [.key(KeyPress(.character("x"), .alt))]),
    ("\u{1B}[100;5u\u{1B}[27u", [.key(KeyPress(.character("d"), .control)), .key(KeyPress(.escape))]),
    ("ї北🇺", [.key(KeyPress(.character("ї"))), .key(KeyPress(.character("北"))), .key(KeyPress(.character("🇺")))]),
    ("\u{1B}[<0;12;3M", [.mouse(MousePress(.left, column: 11, row: 2))]),
    ("\u{1B}[<0;12;3m", [.mouse(MousePress(.left, column: 11, row: 2, isRelease: true))]),
    (
      "\u{1B}[<65;1;1M\u{1B}[<68;1;1M",
      [.mouse(MousePress(.wheelDown, column: 0, row: 0)), .mouse(MousePress(.wheelUp, column: 0, row: 0))]
    ),
    ("\u{1B}[200~two\rlines \u{1B}[A\u{1B}[201~q", [.paste("two\nlines \u{1B}[A"), .key(KeyPress(.character("q")))]),
    ("\u{1B}[?2026;2$y", [.mode(2026, 2)]),
    // Answers to questions that nobody asked, and what is no sequence at all.
    ("\u{1B}[?62;4cj", [.key(KeyPress(.character("j")))]),
    ("\u{1B}[12\u{1B}[A", [.key(KeyPress(.up))]),
  ]

  @Test(arguments: sequences)
  func `what a terminal sends is understood, in one piece and byte by byte`(bytes: String, events: [InputEvent]) {
    var whole = InputDecoder()
    #expect(whole.take(bytes.utf8) == events)
    var split = InputDecoder()
    #expect(bytes.utf8.flatMap { split.take([$0]) } == events)
    #expect(!split.isWaiting)
  }

  @Test func `a lone Esc is one after a while, and not before`() {
    var decoder = InputDecoder()
    #expect(decoder.take([0x1B]) == [])
    #expect(decoder.isWaiting)
    #expect(decoder.timeOut() == [.key(KeyPress(.escape))])
    #expect(!decoder.isWaiting)
    #expect(decoder.timeOut() == [])
    #expect(decoder.take([0x1B, 0x1B]) == [.key(KeyPress(.escape))])
    #expect(decoder.take("[B".utf8) == [.key(KeyPress(.down))])
  }

  @Test func `bytes that are no text are no keys`() {
    var decoder = InputDecoder()
    #expect(decoder.take([0xFF, 0xC0, 0x80, 0xF5, UInt8(ascii: "a")]) == [.key(KeyPress(.character("a")))])
    #expect(decoder.take([0xE5, 0x8C]) == [])
    #expect(decoder.take([UInt8(ascii: "b")]) == [.key(KeyPress(.character("b")))])
    #expect(decoder.take([0xED, 0xA0, 0x80, UInt8(ascii: "c")]).last == .key(KeyPress(.character("c"))))
  }

  @Test func `a sequence without end and a paste without end take no more than so much`() {
    var decoder = InputDecoder()
    _ = decoder.take([0x1B, UInt8(ascii: "[")] + Array(repeating: UInt8(ascii: "1"), count: 10_000))
    #expect(decoder.take("j".utf8) == [.key(KeyPress(.character("j")))])
    _ = decoder.take("\u{1B}[200~".utf8)
    for _ in 0..<40 { _ = decoder.take(Array(repeating: UInt8(ascii: "x"), count: 100_000)) }
    guard case .paste(let text) = decoder.take("\u{1B}[201~".utf8).first else {
      Issue.record("no paste")
      return
    }
    #expect(text.utf8.count == 1 << 20)
  }

  @Test func `an answer about images is no key, however it is cut and however late its end comes`() {
    var decoder = InputDecoder()
    var events: [InputEvent] = []
    for byte in "\u{1B}_Gi=31;OK\u{1B}\\G".utf8 { events += decoder.take([byte]) + decoder.timeOutIfAnswering() }
    #expect(events == [.graphics(true), .key(KeyPress(.character("G")))])
    #expect(decoder.take("\u{1B}_Gi=31;ENODATA:no data\u{1B}\\".utf8) == [.graphics(false)])
    _ = decoder.take("\u{1B}_G".utf8 + Array(repeating: UInt8(ascii: "x"), count: 1000))
    #expect(decoder.take("j".utf8) == [.key(KeyPress(.character("j")))])
    #expect(decoder.take("\u{1B}_".utf8) + decoder.timeOut() == [.key(KeyPress(.character("_"), .alt))])
  }

  @Test(arguments: [UInt64(7), 8, 9])
  func `random bytes break nothing, however they are cut`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let likely: [UInt8] = [
      0x1B, UInt8(ascii: "["), UInt8(ascii: "O"), UInt8(ascii: ";"), UInt8(ascii: "<"), 0x7E, 0x4D,
    ]
    for _ in 0..<300 {
      let bytes = (0..<Int.random(in: 1...40, using: &random)).map { _ in
        Bool.random(using: &random)
          ? likely[Int.random(in: 0..<likely.count, using: &random)] : UInt8.random(in: 0...255, using: &random)
      }
      var whole = InputDecoder()
      let once = whole.take(bytes) + whole.timeOut()
      var split = InputDecoder()
      let pieces = bytes.flatMap { split.take([$0]) } + split.timeOut()
      #expect(once == pieces, "seed \(seed): \(bytes)")
    }
  }

  @Test(arguments: ["j", "G", "ctrl-d", "alt-x", "space", "enter", "shift-tab", "page-down", "f12", "esc", "?", "ї"])
  func `keys have names that lead back to them`(name: String) throws {
    #expect(try #require(KeyPress(name: name)).name == name)
  }

  @Test(arguments: ["", "ctrl-", "jj", "f99", "return"])
  func `other names are none`(name: String) { #expect(KeyPress(name: name) == nil) }
}

extension InputDecoder {
  /// What a terminal's silence within an answer does: nothing. Before that an Esc alone would be a key.
  fileprivate mutating func timeOutIfAnswering() -> [InputEvent] { isWaiting ? [] : timeOut() }
}
