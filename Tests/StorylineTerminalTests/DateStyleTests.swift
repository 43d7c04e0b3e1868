import Foundation
import StorylineModels
import Testing

@testable import StorylineTerminal

@Suite struct DateStyleTests {
  @Test(arguments: [
    ("C", "10 July 2024", "July 2024", "10 Jul 24", "19:30"),
    ("en_GB.UTF-8", "10 July 2024", "July 2024", "10 Jul 24", "19:30"),
    ("xx_YY", "10 July 2024", "July 2024", "10 Jul 24", "19:30"),
    ("en_US.UTF-8", "July 10, 2024", "July 2024", "Jul 10, 24", "7:30"),
    ("de_DE", "10. Juli 2024", "Juli 2024", "10. Juli 24", "19:30"),
    ("uk_UA", "10 липня 2024", "липень 2024", "10 лип. 24", "19:30"),
    ("ja_JP", "2024年7月10日", "2024年7月", "24年7月10日", "19:30"),
  ])
  func `dates are written as the reader's language writes them`(
    locale: String, day: String, month: String, short: String, time: String
  ) throws {
    let dates = DateWords(zone: TimeZone(identifier: "Europe/Kyiv") ?? .gmt, style: DateStyle(locale: locale))
    let moment = try #require(Timestamp("2024-07-10T16:30:00Z"))
    #expect(dates.day(moment).hasPrefix(day), "\(dates.day(moment))")
    #expect(dates.words(try #require(PartialDate("2024-07"))).hasPrefix(month))
    #expect(
      dates.shortDay(moment, withCentury: false).hasPrefix(short), "\(dates.shortDay(moment, withCentury: false))")
    #expect(dates.time(moment).hasPrefix(time), "\(dates.time(moment))")
    #expect(dates.words(try #require(PartialDate("2008"))).contains("2008"))
  }

  @Test func `the first of LC_ALL, LC_TIME and LANG that says something counts`() {
    #expect(DateStyle(variables: [:]) == .standard)
    #expect(DateStyle(variables: ["LANG": "de_DE.UTF-8", "LC_TIME": "C"]) == .standard)
    #expect(DateStyle(variables: ["LANG": "C", "LC_TIME": "de_DE.UTF-8"]) == DateStyle(locale: "de_DE"))
    #expect(DateStyle(variables: ["LC_ALL": "", "LANG": "de_DE"]) == DateStyle(locale: "de_DE"))
  }
}
