import Foundation
import StorylineModels
import StorylineTestSupport
import Testing

@testable import StorylineStore

@Suite struct CursorCodecTests {
  @Test(arguments: 1...20)
  func `a place comes back from its cursor as it was`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let place = Self.place(using: &generator)
      let cursor = CursorCodec.cursor(at: place)
      #expect(try CursorCodec.place(of: cursor) == place, "seed \(seed)")
      #expect(cursor.rawValue.utf8.count <= Cursor.maximumLength)
      #expect(cursor.rawValue.utf8.allSatisfy(Self.isURLSafe), "seed \(seed)")
    }
  }

  @Test(arguments: 1...20)
  func `a broken cursor is always called invalid`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let whole = CursorCodec.cursor(at: Self.place(using: &generator)).rawValue
      let broken = Self.damaged(whole, using: &generator)
      guard broken != whole else { continue }
      expectInvalid(Cursor(rawValue: broken), "seed \(seed): \(broken)")
    }
  }

  @Test(arguments: [
    "", "start", "A", "AA", "AAAAAAA", "====", "äöü", "\u{0}", "null", "AQ==", "../../etc/passwd", "%00", "AAAA AAAA",
    String(repeating: "A", count: 129), String(repeating: "A", count: 100_000),
  ])
  func `what is no cursor at all is called invalid`(text: String) {
    expectInvalid(Cursor(rawValue: text), "")
  }

  @Test func `edge case 48: a cursor of a later version is told from a broken one`() throws {
    var generator = SeededGenerator(seed: 1)
    let whole = CursorCodec.cursor(at: Self.place(using: &generator))
    var data = try #require(Data(base64URL: whole.rawValue)).dropLast(4)
    data[data.startIndex] = 2
    data.append(bigEndian: Data(data).crc32)
    #expect(throws: StoreError.cursorInvalid("it was made by another version")) {
      try CursorCodec.place(of: Cursor(rawValue: data.base64URL))
    }
  }

  @Test(arguments: 1...20)
  func `fields that make no sense are refused even under a right check sum`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let length = Int.random(in: 2...90, using: &generator)
      var data = Data((0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
      data[0] = CursorCodec.version
      data.append(bigEndian: data.crc32)
      // Random bytes may by chance be a place; then it is a whole one.
      do {
        let place = try CursorCodec.place(of: Cursor(rawValue: data.base64URL))
        #expect(CursorCodec.cursor(at: place).rawValue == data.base64URL, "seed \(seed)")
      } catch {
        #expect(isInvalid(error), "seed \(seed)")
      }
    }
  }

  @Test func `the check sum is the common CRC-32`() {
    #expect(Data("123456789".utf8).crc32 == 0xCBF4_3926)
  }

  static func place(using generator: inout SeededGenerator) -> Place {
    Place(
      kind: StreamKind.allCases.randomElement(using: &generator) ?? .content,
      streamHash: generator.next(),
      epoch: Data((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }),
      seq: Int64.random(in: 0 ... .max, using: &generator), tag: UInt32.random(in: .min ... .max, using: &generator),
      bootstrapHead: Bool.random(using: &generator) ? Int64.random(in: 0 ... .max, using: &generator) : nil,
      seen: Bool.random(using: &generator)
        ? Place.Mark(
          seq: Int64.random(in: 0 ... .max, using: &generator), tag: UInt32.random(in: .min ... .max, using: &generator)
        )
        : nil)
  }

  /// `text` with a byte changed, lost, added or repeated, or cut.
  private static func damaged(_ text: String, using generator: inout SeededGenerator) -> String {
    var bytes = Array(text.utf8)
    let place = Int.random(in: 0..<bytes.count, using: &generator)
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: bytes[place] = UInt8.random(in: 0x20...0x7E, using: &generator)
    case 1: bytes.remove(at: place)
    case 2: bytes.insert(UInt8.random(in: 0x20...0x7E, using: &generator), at: place)
    case 3: bytes.removeSubrange(place...)
    case 4: bytes.append(contentsOf: bytes[place...])
    default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &generator))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isURLSafe(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 0x2D || byte == 0x5F
  }

  private func expectInvalid(_ cursor: Cursor, _ comment: Comment) {
    do {
      _ = try CursorCodec.place(of: cursor)
      Issue.record("it was accepted. \(comment)")
    } catch {
      #expect(isInvalid(error), comment)
    }
  }

  private func isInvalid(_ error: StoreError) -> Bool {
    if case .cursorInvalid = error { true } else { false }
  }
}
