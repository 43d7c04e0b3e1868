import Foundation
import StorylineClient
import StorylineModels
import StorylineScreen

/// Dates and times as a reader says them: `10 July 2024`, `July 2024`, `2008`, in the style of the reader's language;
/// times in the reader's zone.
struct DateWords: Sendable {
  var zone: TimeZone
  var style = DateStyle.standard

  func words(_ date: PartialDate) -> String {
    if date.precision == .time, let moment = Timestamp(date.text) { return self.moment(moment) }
    let (year, month, day) = date.components
    let pattern = month == nil ? style.year : day == nil ? style.month : style.day
    return style.words(pattern, DateComponents(year: year, month: month, day: day))
  }

  /// Columns of the longest day that can be said.
  var longestDay: Int {
    let days = (1...12).map { style.words(style.day, DateComponents(year: 2000, month: $0, day: 30)) }
    return days.map(TextWidth.of).max() ?? 0
  }

  /// From one date to another, without saying twice what they share: `9–11 July 2024`.
  func words(from start: PartialDate, to end: PartialDate?) -> String {
    guard let end, end != start else { return words(start) }
    let (first, last) = (start.components, end.components)
    if style == .standard, start.precision == .day, end.precision == .day, first.year == last.year,
      let from = first.day, let month = first.month
    {
      if first.month == last.month { return "\(from)–\(words(end))" }
      return "\(from) \(style.months[month - 1]) – \(words(end))"
    }
    return "\(words(start)) – \(words(end))"
  }

  /// The day of a moment. Midnight in UTC is a day that somebody wrote without a time, and stays that day everywhere.
  func day(_ moment: Timestamp) -> String { dayWords(moment, in: isBareDay(moment) ? .gmt : zone) }

  /// The day and, unless it is a bare day, the time.
  func moment(_ moment: Timestamp) -> String {
    isBareDay(moment) ? day(moment) : "\(dayWords(moment, in: zone)), \(time(moment))"
  }

  /// How long ago, for what is recent; else the day and the time.
  func ago(_ moment: Timestamp, now: Timestamp) -> String {
    let minutes = (now.milliseconds - moment.milliseconds) / 60_000
    switch minutes {
    case ..<(-1): return exact(moment)
    case ..<1: return "just now"
    case 1: return "1 minute ago"
    case ..<60: return "\(minutes) minutes ago"
    case ..<120: return "1 hour ago"
    case ..<(24 * 60): return "\(minutes / 60) hours ago"
    default: return exact(moment)
    }
  }

  /// The day and the time, whatever they are.
  func exact(_ moment: Timestamp) -> String { "\(dayWords(moment, in: zone)), \(time(moment))" }

  func isBareDay(_ moment: Timestamp) -> Bool { moment.milliseconds % 86_400_000 == 0 }

  private func dayWords(_ moment: Timestamp, in zone: TimeZone) -> String {
    style.words(style.day, fields(moment, in: zone))
  }

  func time(_ moment: Timestamp) -> String { style.words(style.time, fields(moment, in: zone)) }

  func fields(_ moment: Timestamp, in zone: TimeZone) -> DateComponents {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    return calendar.dateComponents([.year, .month, .day, .hour, .minute], from: moment.date)
  }
}

extension DateWords {
  /// The first moment of a date, in the local zone.
  func start(of date: PartialDate) -> Timestamp? {
    if date.precision == .time { return Timestamp(date.text) }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    let (year, month, day) = date.components
    return calendar.date(from: DateComponents(year: year, month: month ?? 1, day: day ?? 1)).map(Timestamp.init)
  }
}

extension DateWords {
  /// The day in few columns: `11 Jul 24`, `11 Jul 2024`.
  func shortDay(_ moment: Timestamp, withCentury: Bool) -> String {
    style.words(
      withCentury ? style.shortDay : style.shortestDay, fields(moment, in: isBareDay(moment) ? .gmt : zone))
  }
}

extension DateWords {
  /// The day of a moment as `yyyy-mm-dd`.
  func dayText(_ moment: Timestamp) -> String {
    let parts = fields(moment, in: isBareDay(moment) ? .gmt : zone)
    return String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
  }
}

extension DateWords {
  /// Says the day of the reader's calendar, `yyyy-mm-dd`, whenever it is asked.
  func today(_ clock: any SyncClock) -> @Sendable () -> String {
    { [self] in
      let parts = fields(clock.now(), in: zone)
      return String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
    }
  }
}
