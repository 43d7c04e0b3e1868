import Foundation
import StorylineModels

/// Finds days in a text and makes them absolute from the day on which the text was published.
struct DateFinder {
  struct Found: Hashable {
    let day: String
    let words: String
  }

  /// nil: only days with a year are found.
  let published: PartialDate?

  private static let months: [String: Int] = {
    let english = [
      "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
      "december",
    ]
    let ukrainian = [
      "січня", "лютого", "березня", "квітня", "травня", "червня", "липня", "серпня", "вересня", "жовтня", "листопада",
      "грудня",
    ]
    var table: [String: Int] = [:]
    for list in [english, ukrainian] { for (index, name) in list.enumerated() { table[name] = index + 1 } }
    for (index, name) in english.enumerated() where name != "may" { table[String(name.prefix(3))] = index + 1 }
    table["sept"] = 9
    return table
  }()

  /// Monday is 1.
  private static let weekdays: [String: Int] = [
    "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6, "sunday": 7, "понеділок": 1,
    "вівторок": 2, "середу": 3, "четвер": 4, "п’ятницю": 5, "пʼятницю": 5, "п'ятницю": 5, "суботу": 6, "неділю": 7,
    "понеділка": 1, "вівторка": 2, "середи": 3, "середа": 3, "четверга": 4, "п’ятниці": 5, "пʼятниці": 5,
    "п'ятниці": 5, "п’ятниця": 5, "субота": 6, "суботи": 6, "неділя": 7, "неділі": 7,
  ]
  private static let relative: [String: Int] = [
    "today": 0, "yesterday": -1, "tomorrow": 1, "сьогодні": 0, "вчора": -1, "учора": -1, "позавчора": -2, "завтра": 1,
    "післязавтра": 2,
  ]

  func dates(in text: String) -> [Found] {
    let words = WordScan.words(text)
    var found: [Found] = []
    var index = 0
    while index < words.count {
      let (date, length) = date(at: index, in: words.map(\.text))
      if let date {
        let range = words[index].start..<words[index + length - 1].end
        found.append(Found(day: date, words: String(Array(text)[range])))
      }
      index += max(1, length)
    }
    return found
  }

  /// The day that begins at a word, and how many words it takes.
  private func date(at index: Int, in words: [String]) -> (String?, Int) {
    let word = { (offset: Int) in index + offset < words.count ? words[index + offset].lowercased() : "" }
    let year = { (offset: Int) -> Int? in
      guard let number = Int(word(offset)), (1900...2100).contains(number) else { return nil }
      return number
    }
    if let day = Int(word(0)), (1...31).contains(day), let month = Self.months[word(1)] {
      return (absolute(day, month, year(2)), year(2) == nil ? 2 : 3)
    }
    if let month = Self.months[word(0)], words[index].first?.isUppercase == true, let day = Int(word(1)),
      (1...31).contains(day)
    {
      return (absolute(day, month, year(2)), year(2) == nil ? 2 : 3)
    }
    if let shift = Self.relative[word(0)] { return (shifted(by: shift), 1) }
    guard let weekday = Self.weekdays[word(0)] else { return (nil, 1) }
    let isNext =
      index > 0 && ["next", "наступний", "наступну", "наступного", "наступної"].contains(words[index - 1].lowercased())
    return (nearest(weekday, isNext: isNext), 1)
  }

  private func absolute(_ day: Int, _ month: Int, _ year: Int?) -> String? {
    if let year { return checked(year, month, day) }
    guard let published, let base = Int(published.text.prefix(4)) else { return nil }
    // The year that brings it nearest to the publication.
    let days = [base - 1, base, base + 1].compactMap { checked($0, month, day) }
    return days.min { distance($0) < distance($1) }
  }

  private func checked(_ year: Int, _ month: Int, _ day: Int) -> String? {
    let text = String(format: "%04d-%02d-%02d", year, month, day)
    return PartialDate(text) == nil ? nil : text
  }

  private func distance(_ day: String) -> Int {
    guard let published, let a = Self.number(day), let b = Self.number(published.text) else { return .max }
    return abs(a - b)
  }

  private func shifted(by days: Int) -> String? {
    published.flatMap { Self.number($0.text) }.map { Self.text($0 + days) }
  }

  /// News tells of the days before it.
  private func nearest(_ weekday: Int, isNext: Bool) -> String? {
    guard let number = published.flatMap({ Self.number($0.text) }) else { return nil }
    // 1 January 1970 was a Thursday.
    let today = (number + 3) % 7 + 1
    let back = (today - weekday + 7) % 7
    return Self.text(isNext ? number + 7 - back : number - back)
  }

  /// Days since 1970.
  private static func number(_ text: String) -> Int? {
    let day = text.prefix(10)
    guard day.count == 10, let moment = Timestamp(day + "T00:00:00.000Z") else { return nil }
    return Int(moment.milliseconds / 86_400_000)
  }

  private static func text(_ number: Int) -> String {
    String(Timestamp(milliseconds: Int64(number) * 86_400_000).description.prefix(10))
  }
}
