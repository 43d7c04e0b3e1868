import Foundation
import StorylineScreen
import TOMLKit

/// Reads `config.toml`. What is wrong in it is told with its line; all the rest of it counts.
struct ConfigReader {
  private var lines: ConfigLines
  private var result = ReadConfig()

  static func read(_ text: String) -> ReadConfig {
    var reader = ConfigReader(text)
    do {
      let root = try TOMLTable(string: text)
      // What is inside the table points into it.
      withExtendedLifetime(root) { reader.take(root) }
    } catch let error as TOMLParseError {
      let why = error.description.replacing("\n", with: " ")
      reader.fault(error.source.begin.line, "no TOML: \(why); nothing of the file counts until this is mended")
    } catch {
      reader.fault(nil, "cannot be read: \(error)")
    }
    return reader.finished()
  }

  private init(_ text: String) { lines = ConfigLines(text) }

  private mutating func take(_ root: TOMLTable) {
    for name in root.keys.sorted(by: { lines.of([$0]) ?? 0 < lines.of([$1]) ?? 0 }) {
      guard let value = root[name] else { continue }
      take(name, value)
    }
  }

  private mutating func take(_ name: String, _ value: any TOMLValueConvertible) {
    let line = lines.of([name])
    switch name {
    case "theme":
      guard let text = value.string, let theme = Theme.Name(rawValue: text) else {
        let near = value.string.flatMap { NearWords.nearest(to: $0, in: Theme.Name.allCases.map(\.rawValue)) }
        return fault(line, "theme is “auto”, “dark” or “light”" + NearWords.question(near))
      }
      result.config.theme = theme
    case "width":
      let range = TerminalSettings.widths
      guard let width = value.int, range.contains(width) else {
        return fault(line, "width is a number from \(range.lowerBound) to \(range.upperBound)")
      }
      result.config.width = width
    case "side-by-side": if let flag = flag(name, value, line) { result.config.isSplit = flag }
    case "mouse": if let flag = flag(name, value, line) { result.config.hasMouse = flag }
    case "locale": takeLocale(value, line)
    case "zone": takeZone(value, line)
    case "keys": takeKeys(value, line)
    default:
      let near = NearWords.nearest(to: name, in: Config.settings.map(\.name) + ["keys"])
      fault(line, "there is no setting “\(name)”" + NearWords.question(near))
    }
  }

  private mutating func flag(_ name: String, _ value: any TOMLValueConvertible, _ line: Int?) -> Bool? {
    if let flag = value.bool { return flag }
    fault(line, "\(name) is true or false, without quotation marks")
    return nil
  }

  private mutating func takeLocale(_ value: any TOMLValueConvertible, _ line: Int?) {
    guard let text = value.string, DateStyle.isLocale(text) else {
      return fault(line, "locale is a language, or a language and a country, such as “en_GB”")
    }
    result.config.locale = text
  }

  private mutating func takeZone(_ value: any TOMLValueConvertible, _ line: Int?) {
    guard let text = value.string, TimeZone(identifier: text) != nil else {
      let near = value.string.flatMap { NearWords.nearest(to: $0, in: TimeZone.knownTimeZoneIdentifiers) }
      return fault(line, "zone is a place of the time zone database, such as “Europe/Kyiv”" + NearWords.question(near))
    }
    result.config.zone = text
  }

  // MARK: Keys

  private static let contexts: [String: KeyContext] = ["lists": .lists, "reader": .reader]

  private mutating func takeKeys(_ value: any TOMLValueConvertible, _ line: Int?) {
    guard let table = value.table else { return fault(line, "keys is a table: a line [keys], then action = \"key\"") }
    for name in table.keys.sorted() {
      guard let value = table[name] else { continue }
      if let context = Self.contexts[name], let inner = value.table {
        for action in inner.keys.sorted() {
          if let value = inner[action] { takeKey(action, value, context, lines.of(["keys", name, action])) }
        }
      } else {
        takeKey(name, value, nil, lines.of(["keys", name]))
      }
    }
  }

  private mutating func takeKey(
    _ name: String, _ value: any TOMLValueConvertible, _ context: KeyContext?, _ line: Int?
  ) {
    guard let action = Action(rawValue: name) else {
      let near = NearWords.nearest(to: name, in: Action.allCases.map(\.rawValue))
      return fault(line, "there is no action “\(name)”" + NearWords.question(near))
    }
    let texts = value.string.map { [$0] } ?? value.array.map { array in array.compactMap(\.string) }
    guard let texts, texts.count == value.array?.count ?? 1 else {
      return fault(line, "\(name) is a key or a list of keys: \"s\", or [\"s\", \"ctrl-s\"]")
    }
    for text in texts where Keymap.sequence(text)?.isEmpty != false {
      let words = text.split(separator: " ").map(String.init)
      let wrong = words.first { KeyPress(name: $0) == nil } ?? text
      let near = NearWords.nearest(to: wrong, in: KeyPress.namedKeys)
      return fault(line, "“\(wrong)” is no key" + NearWords.question(near))
    }
    result.config.keys.append(Config.KeyWish(action: action, context: context, keys: texts, line: line))
  }

  // MARK: Faults

  private mutating func fault(_ line: Int?, _ message: String, isWarning: Bool = false) {
    result.faults.append(ConfigFault(line: line, message: message, isWarning: isWarning))
  }

  private mutating func finished() -> ReadConfig {
    let (_, faults) = Keymap.standard.fulfilling(result.config.keys)
    result.faults += faults
    result.faults.sort { ($0.line ?? 0, $0.message) < ($1.line ?? 0, $1.message) }
    return result
  }
}

/// Finds the line of a setting: the TOML library knows those of syntax errors alone.
struct ConfigLines {
  private var found: [[String]: Int] = [:]

  init(_ text: String) {
    var table: [String] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = line.trimmingCharacters(in: .whitespaces)
      if line.hasPrefix("["), let end = line.firstIndex(of: "]") {
        table = Self.path(line[line.index(after: line.startIndex)..<end])
        note(table, index + 1)
      } else if !line.hasPrefix("#"), let sign = line.firstIndex(of: "=") {
        note(table + Self.path(line[..<sign]), index + 1)
      }
    }
  }

  /// From one; nil if it stands nowhere by itself.
  func of(_ path: [String]) -> Int? { found[path] }

  private mutating func note(_ path: [String], _ line: Int) {
    for length in path.indices.map({ $0 + 1 }) where found[Array(path.prefix(length))] == nil {
      found[Array(path.prefix(length))] = line
    }
  }

  private static func path(_ text: Substring) -> [String] {
    text.split(separator: ".").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " \t\"'")) }
  }
}
