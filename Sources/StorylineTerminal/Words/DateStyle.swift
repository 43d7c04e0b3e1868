import Foundation

/// How a language and a country write dates: the order of day, month and year, the names of the months, the clock.
///
/// From Unicode's CLDR, by way of Foundation. What the program itself says stays English.
struct DateStyle: Hashable, Sendable {
  /// `10 July 2024`.
  var day = Pattern("d MMMM y")
  /// `July 2024`.
  var month = Pattern("MMMM y")
  var year = Pattern("y")
  /// `11 Jul 2024`, and with two figures for the year.
  var shortDay = Pattern("d MMM y")
  var shortestDay = Pattern("d MMM yy")
  var time = Pattern("HH:mm")
  var months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  /// As they stand without a day.
  var monthsAlone: [String]
  var shortMonths: [String]
  var halves = ["AM", "PM"]

  /// English, with the day first.
  static let standard = DateStyle()

  private init() {
    monthsAlone = months
    shortMonths = months.map { String($0.prefix(3)) }
  }

  /// The style of `en_US`, `de`, `uk_UA.UTF-8`; of `C`, and of what nobody knows, the standard one.
  init(locale text: String) {
    let name = Self.name(of: text)
    self.init()
    if ["", "C", "POSIX", "en", "en_GB"].contains(name) || !Self.isLocale(name) { return }
    let locale = Locale(identifier: name)
    let formatter = DateFormatter()
    formatter.locale = locale
    formatter.calendar = Calendar(identifier: .gregorian)
    let pattern = { (template: String, fallback: Pattern) in
      DateFormatter.dateFormat(fromTemplate: template, options: 0, locale: locale).map(Pattern.init) ?? fallback
    }
    day = pattern("dMMMMy", day)
    month = pattern("MMMMy", month)
    year = pattern("y", year)
    shortDay = pattern("dMMMy", shortDay)
    shortestDay = pattern("dMMMyy", shortestDay)
    time = pattern("jmm", time)
    months = Self.twelve(formatter.monthSymbols) ?? months
    monthsAlone = Self.twelve(formatter.standaloneMonthSymbols) ?? months
    shortMonths = Self.twelve(formatter.shortMonthSymbols) ?? shortMonths
    halves = [formatter.amSymbol, formatter.pmSymbol]
  }

  /// The locale that the environment asks for, as POSIX ranks its variables.
  init(variables: [String: String]) {
    let chosen = ["LC_ALL", "LC_TIME", "LANG"].lazy.compactMap { variables[$0] }.first { !$0.isEmpty }
    self.init(locale: chosen ?? "")
  }

  /// Whether it names a language that the system knows, with or without a country.
  static func isLocale(_ text: String) -> Bool {
    let name = name(of: text)
    if ["C", "POSIX"].contains(name) { return true }
    let parts = name.split(separator: "_", omittingEmptySubsequences: false)
    let isForm = parts.count == 1 || parts.count == 2 && parts[1].count == 2
    let known = Locale.availableIdentifiers
    return known.contains(name) || isForm && known.contains(String(parts[0]))
  }

  private static func name(of text: String) -> String {
    String(text.prefix { $0 != "." && $0 != "@" }).replacing("-", with: "_")
  }

  private static func twelve(_ names: [String]?) -> [String]? { names.flatMap { $0.count == 12 ? $0 : nil } }

  /// A pattern of CLDR, such as `d. MMMM y`, cut into its fields.
  struct Pattern: Hashable, Sendable {
    enum Piece: Hashable, Sendable {
      case text(String)
      case field(Character, Int)
    }

    let pieces: [Piece]

    init(_ text: String) {
      var pieces: [Piece] = []
      var isQuoted = false
      for character in text {
        if character == "'" {
          isQuoted.toggle()
        } else if !isQuoted, character.isASCII, character.isLetter {
          if case .field(character, let count) = pieces.last {
            pieces[pieces.count - 1] = .field(character, count + 1)
          } else {
            pieces.append(.field(character, 1))
          }
        } else if case .text(let words) = pieces.last {
          pieces[pieces.count - 1] = .text(words + String(character))
        } else {
          pieces.append(.text(String(character)))
        }
      }
      self.pieces = pieces
    }
  }

  /// The pattern with the figures of a date; a month is 1 to 12.
  func words(_ pattern: Pattern, _ parts: DateComponents) -> String {
    pattern.pieces.map { piece in
      switch piece {
      case .text(let words): words
      case .field(let letter, let count): field(letter, count, parts)
      }
    }.joined()
  }

  private func field(_ letter: Character, _ count: Int, _ parts: DateComponents) -> String {
    let month = (parts.month ?? 1) - 1
    let hour = parts.hour ?? 0
    switch letter {
    case "y", "u", "Y":
      let year = parts.year ?? 1970
      return count == 2 ? Self.padded(year % 100, 2) : String(year)
    case "M", "L":
      guard (0..<12).contains(month) else { return "" }
      switch count {
      case 1, 2: return Self.padded(month + 1, count)
      case 3: return shortMonths[month]
      default: return letter == "L" ? monthsAlone[month] : months[month]
      }
    case "d": return Self.padded(parts.day ?? 1, count)
    case "H": return Self.padded(hour, count)
    case "h", "K": return Self.padded(hour % 12 == 0 && letter == "h" ? 12 : hour % 12, count)
    case "k": return Self.padded(hour == 0 ? 24 : hour, count)
    case "m": return Self.padded(parts.minute ?? 0, count)
    case "a", "b", "B": return halves[hour < 12 ? 0 : 1]
    default: return ""
    }
  }

  private static func padded(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
}
