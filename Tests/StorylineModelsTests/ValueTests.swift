import Foundation
import StorylineModels
import StorylineTestSupport
import Testing

@Suite struct TimestampTests {
  @Test(arguments: [
    ("2024-07-10T16:30:00Z", 1_720_629_000_000), ("2024-07-10T16:30:00.5Z", 1_720_629_000_500),
    ("2024-07-10T18:30:00.123+02:00", 1_720_629_000_123), ("1969-12-31T23:59:59.999Z", -1),
    ("2024-07-10T16:30:00.123456Z", 1_720_629_000_123), ("2024-07-10T11:00:00.05-05:30", 1_720_629_000_050),
    ("2000-02-29T00:00:00Z", 951_782_400_000), ("2024-02-29T23:59:59+23:59", 1_709_164_859_000),
    ("0001-01-01T00:00:00Z", -62_135_596_800_000), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
  ])
  func `an RFC 3339 time is read to the millisecond`(text: String, milliseconds: Int64) throws {
    #expect(try #require(Timestamp(text)).milliseconds == milliseconds)
  }

  @Test(arguments: [
    "", "2024-07-10", "yesterday", "2024-07-10T16:30:00", "2024-07-10T16:30:00.Z", "2024-13-10T16:30:00Z",
    "2024-00-10T16:30:00Z", "2024-02-30T16:30:00Z", "2023-02-29T16:30:00Z", "1900-02-29T16:30:00Z",
    "2024-07-00T16:30:00Z", "2024-07-32T16:30:00Z", "2024-07-10T24:00:00Z", "2024-07-10T16:60:00Z",
    "2024-07-10T16:30:60Z", "2024-07-10T16:30:00+24:00", "2024-07-10T16:30:00+02:60", "2024-07-10T16:30:00+0200",
    "2024-07-10 16:30:00Z", "2024-07-10t16:30:00z", "2024-07-10T16:30:00.1234567890Z", " 2024-07-10T16:30:00Z",
    "2024-07-10T16:30:00Z ", "24-07-10T16:30:00Z", "２024-07-10T16:30:00Z", "2024-7-10T16:30:00Z",
  ])
  func `anything else is refused`(text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test func `every day of four hundred years is the one that the system's calendar calls so`() throws {
    for day in stride(from: -100_000, through: 100_000, by: 3) {
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      #expect(try #require(Timestamp(date.formatted(.iso8601))).milliseconds == Int64(day) * 86_400_000)
    }
  }

  @Test func `every millisecond survives the text form`() throws {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<2_000 {
      let value = Timestamp(milliseconds: Int64.random(in: -1_000_000_000_000...4_000_000_000_000, using: &random))
      #expect(Timestamp(value.description) == value)
    }
  }
}

@Suite struct PartialDateTests {
  @Test(arguments: ["2008", "2024-07", "2024-02-29", "2024-07-10T16:30:00Z"])
  func `the four forms are dates and keep their text`(text: String) throws {
    let date = try #require(PartialDate(text))
    let encoded = try StorylineJSON.encode(date)
    #expect(String(decoding: encoded, as: UTF8.self) == "\"\(text)\"")
    #expect(try StorylineJSON.decode(PartialDate.self, from: encoded) == date)
  }

  @Test(arguments: [
    "", "24", "2024-7", "2024-13", "2023-02-29", "2024-04-31", "2024-00", "0000", "2024-07-10T25:00:00Z", "2024-07-10 ",
    "٢٠٢٤", "-2024", "2024-07-1T16:30:00Z", "2023-02-29T10:00:00Z",
  ])
  func `a day that does not exist is no date`(text: String) {
    #expect(PartialDate(text) == nil)
  }

  @Test func `dates sort as time passes, the vaguer one first`() throws {
    let texts = ["2008", "2008-04", "2008-04-03", "2008-04-03T09:00:00Z", "2008-04-04", "2009"]
    let dates = try texts.map { try #require(PartialDate($0)) }
    #expect(dates.shuffled().sorted() == dates)
  }

  @Test func `a vague date spans from its first day to its last`() throws {
    let month = try #require(PartialDate("2024-02"))
    #expect(month.firstDay == "2024-02-01")
    #expect(month.lastDay == "2024-02-29")
  }
}

@Suite struct SmallValueTests {
  @Test(arguments: ["0", "725000000", "0.5", "40000000000"])
  func `an amount is digits`(text: String) { #expect(DecimalText(text) != nil) }

  @Test(arguments: ["", "-1", "1e9", "1.", ".5", "1,000", "１", "1.2.3"])
  func `anything else is no amount`(text: String) { #expect(DecimalText(text) == nil) }

  @Test(arguments: ["a", "2024-07-11-washington", String(repeating: "x", count: 64)])
  func `a slug is small letters, digits and hyphens`(text: String) { #expect(Slug.isValid(text)) }

  @Test(arguments: ["", "A", "a b", "ü", "../a", String(repeating: "x", count: 65), "a\n"])
  func `anything else is no slug`(text: String) { #expect(!Slug.isValid(text)) }
}

@Suite struct StampAndRankTests {
  @Test func `the text form of stamps sorts as the stamps do`() throws {
    for seed in UInt64(1)...20 {
      var random = SeededGenerator(seed: seed)
      let stamps = (0..<200).map { _ in Self.stamp(using: &random) }
      #expect(
        stamps.sorted().map(\.description) == stamps.map(\.description).sorted(), "seed \(seed)")
      for stamp in stamps { #expect(Stamp(stamp.description) == stamp, "seed \(seed)") }
    }
  }

  @Test(arguments: [
    "", "0199c2d3a4b5-0000", "0199C2D3A4B5-0000-9f2c4e1a77b0c3d2", "0199c2d3a4b5-0000-9f2c4e1a77b0c3d2-",
    "199c2d3a4b5-00000-9f2c4e1a77b0c3d2", "0199c2d3a4b5 0000 9f2c4e1a77b0c3d2", "+199c2d3a4b5-0000-9f2c4e1a77b0c3d2",
  ])
  func `a malformed stamp is refused`(text: String) { #expect(Stamp(text) == nil) }

  @Test func `rank is a total order`() {
    for seed in UInt64(1)...20 {
      var random = SeededGenerator(seed: seed)
      let ranks = (0..<40).map { _ in Self.rank(using: &random) }
      for a in ranks {
        for b in ranks {
          // Exactly one of <, ==, > holds.
          #expect([a < b, a == b, b < a].filter(\.self).count == 1, "seed \(seed)")
          for c in ranks where a < b && b < c { #expect(a < c, "seed \(seed)") }
        }
      }
    }
  }

  @Test func `taking the higher rank is commutative, associative and idempotent`() {
    for seed in UInt64(1)...200 {
      var random = SeededGenerator(seed: seed)
      let (a, b, c) = (Self.rank(using: &random), Self.rank(using: &random), Self.rank(using: &random))
      #expect(max(a, b) == max(b, a), "seed \(seed)")
      #expect(max(a, max(b, c)) == max(max(a, b), c), "seed \(seed)")
      #expect(max(a, a) == a, "seed \(seed)")
    }
  }

  /// Few distinct values, so that ties are common.
  private static func stamp(using random: inout SeededGenerator) -> Stamp {
    Stamp(
      physical: [0, 1, 0xFF, 0x0199_C2D3_A4B5, Stamp.maximumPhysical].randomElement(using: &random) ?? 0,
      counter: [0, 1, 0xFFFF].randomElement(using: &random) ?? 0,
      node: [0, 1, UInt64.max].randomElement(using: &random) ?? 0)
  }

  private static func rank(using random: inout SeededGenerator) -> Rank {
    Rank(
      stamp: Stamp(physical: .random(in: 0...1, using: &random), counter: .random(in: 0...1, using: &random), node: 7),
      deleted: .random(using: &random), payloadHash: Data([UInt8.random(in: 0...2, using: &random)]))
  }
}
