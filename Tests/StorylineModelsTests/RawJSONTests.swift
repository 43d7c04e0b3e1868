import Foundation
import StorylineModels
import StorylineTestSupport
import Testing

@Suite struct RawJSONTests {
  @Test(arguments: [
    "{}", "[]", "0", "-1.50e+3", "\"a\\u00e9\\n\"", "true", " { \"a\" : [ 1 , { } ] } ", "null", "\"\"", "1E5",
  ])
  func `JSON is accepted`(text: String) throws {
    _ = try RawJSON(validating: Data(text.utf8))
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":}", "{\"a\" 1}", "01", "1.", "+1", "\"", "\"\\x\"", "\"\\u12g4\"", "tru", "nulll", "{} {}",
    "{a:1}", "\"\u{01}\"", "[1 2]", "-", "1e", "\u{FEFF}{}", "NaN",
  ])
  func `what is not JSON is refused with its place`(text: String) {
    #expect(throws: JSONSyntaxError.self) { try RawJSON(validating: Data(text.utf8)) }
  }

  @Test func `bytes that are not UTF-8 are refused`() {
    #expect(throws: JSONSyntaxError.self) { try RawJSON(validating: Data([0x22, 0xFF, 0x22])) }
  }

  @Test func `bottomless nesting is refused and does not overflow the stack`() {
    let text = String(repeating: "[", count: 100_000)
    #expect(throws: JSONSyntaxError.self) { try RawJSON(validating: Data(text.utf8)) }
  }

  @Test func `members keep their bytes, numbers their lexemes`() throws {
    let raw = try RawJSON(validating: Data(#"{"n":9007199254740993,"d":1.10,"s":"\u0041","o":{ "x" : 1 }}"#.utf8))
    let members = try raw.members()
    #expect(members.map(\.name) == ["n", "d", "s", "o"])
    #expect(members.map(\.value.text) == ["9007199254740993", "1.10", #""\u0041""#, #"{ "x" : 1 }"#])
  }

  @Test func `setting one member leaves the others as they are`() throws {
    let raw = try RawJSON(validating: Data(#"{"future":1.10,"read":true,"z":[1, 2]}"#.utf8))
    let changed = try raw.setting([
      ("read", try RawJSON(validating: Data("false".utf8))), ("at", try RawJSON(encoding: "now")),
    ])
    #expect(changed.text == #"{"future":1.10,"read":false,"z":[1, 2],"at":"now"}"#)
  }

  @Test func `a member that stands twice is refused`() throws {
    let raw = try RawJSON(validating: Data(#"{"a":1,"a":2}"#.utf8))
    #expect(throws: JSONSyntaxError.self) { try raw.members() }
  }

  @Test func `what the library writes, the scanner reads, and it refuses every cut of it`() throws {
    for seed in UInt64(1)...50 {
      var random = SeededGenerator(seed: seed)
      let value = JSONValue.object(["root": Self.value(depth: 4, using: &random)])
      let data = try StorylineJSON.encode(value)
      #expect(try RawJSON(validating: data).decoded(as: JSONValue.self) == value, "seed \(seed)")
      for length in 0..<data.count {
        #expect(throws: JSONSyntaxError.self, "seed \(seed), cut at \(length)") {
          try RawJSON(validating: data.prefix(length))
        }
      }
    }
  }

  private static func value(depth: Int, using random: inout SeededGenerator) -> JSONValue {
    switch Int.random(in: 0...(depth > 0 ? 6 : 4), using: &random) {
    case 0: .null
    case 1: .bool(.random(using: &random))
    case 2: .integer(.random(in: -1_000_000...1_000_000, using: &random))
    case 3: .number(Double(Int.random(in: 1...99, using: &random)) + 0.5)
    case 4: .string(["", "Київ", "quote \" and \\", "tab\t", "🇺🇦"].randomElement(using: &random) ?? "")
    case 5: .array((0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth: depth - 1, using: &random) })
    default:
      .object(
        Dictionary(
          (0..<Int.random(in: 0...3, using: &random)).map { ("k\($0)", value(depth: depth - 1, using: &random)) },
          uniquingKeysWith: { first, _ in first }))
    }
  }
}
