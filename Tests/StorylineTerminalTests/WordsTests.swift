import Foundation
import StorylineModels
import Testing

@testable import StorylineTerminal

@Suite struct WordsTests {
  private let kyiv = DateWords(zone: TimeZone(identifier: "Europe/Kyiv") ?? .gmt)

  private func date(_ text: String) throws -> PartialDate { try #require(PartialDate(text)) }

  @Test(arguments: [
    ("2008", "2008"), ("2024-07", "July 2024"), ("2024-07-10", "10 July 2024"),
    ("2024-07-10T16:30:00Z", "10 July 2024, 19:30"), ("2024-07-10T22:30:00Z", "11 July 2024, 01:30"),
  ])
  func `dates are said as precisely as they are known, times in the local zone`(text: String, words: String) throws {
    #expect(kyiv.words(try date(text)) == words)
  }

  @Test(arguments: [
    ("2024-07-09", "2024-07-11", "9–11 July 2024"), ("2024-11-28", "2024-12-02", "28 November – 2 December 2024"),
    ("2023-12-30", "2024-01-02", "30 December 2023 – 2 January 2024"), ("2008", "2013", "2008 – 2013"),
    ("2024-07-09", "2024-07-09", "9 July 2024"), ("2024", "2024-07", "2024 – July 2024"),
  ])
  func `ranges do not say twice what both ends share`(start: String, end: String, words: String) throws {
    #expect(kyiv.words(from: try date(start), to: try date(end)) == words)
  }

  @Test func `a moment at midnight UTC is a day everywhere`() throws {
    let west = DateWords(zone: TimeZone(identifier: "America/New_York") ?? .gmt)
    let day = try #require(Timestamp("2024-07-10T00:00:00Z"))
    #expect(west.moment(day) == "10 July 2024")
    #expect(west.moment(day.advanced(byMilliseconds: 60_000)) == "9 July 2024, 20:01")
  }

  @Test(arguments: [
    (0, "just now"), (59, "just now"), (60, "1 minute ago"), (3_540, "59 minutes ago"), (3_600, "1 hour ago"),
    (7_200, "2 hours ago"), (86_400, "9 July 2024, 15:00"), (-600, "10 July 2024, 15:10"),
  ])
  func `what is recent is said from now`(seconds: Int64, words: String) throws {
    let now = try #require(Timestamp("2024-07-10T12:00:00Z"))
    #expect(kyiv.ago(now.advanced(byMilliseconds: -seconds * 1000), now: now) == words)
  }

  @Test(arguments: [
    ("40000000000", "EUR", "€40 billion"), ("725000000", "USD", "$725 million"), ("4500000000", "EUR", "€4.5 billion"),
    ("60800000000", "USD", "$60.8 billion"), ("85000000000", "NOK", "NOK 85 billion"), ("999999", "GBP", "£999,999"),
    ("1234567890", "USD", "$1,234,567,890"), ("1234567000", "USD", "$1,234,567,000"), ("0.5", "EUR", "€0.5"),
    ("1000000000000", "USD", "$1 trillion"), ("1000", "JPY", "¥1,000"), ("1234500.25", "EUR", "€1,234,500.25"),
  ])
  func `sums are said in full and exactly`(amount: String, currency: String, words: String) throws {
    let money = Money(amount: try #require(DecimalText(amount)), currency: currency)
    #expect(MoneyWords.words(money) == words)
  }
}
