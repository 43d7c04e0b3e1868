/// Reads values out of the sources and keeps every fault, so that an operator mends them all at once.
struct ConfigurationReader {
  let sources: ConfigurationSources
  private(set) var faults: [String]
  /// What was read, in the order of reading, for `--print-config`.
  private(set) var values: [(key: ConfigurationKey, text: String, origin: String)] = []

  init(sources: ConfigurationSources) {
    self.sources = sources
    faults = sources.unknown
  }

  mutating func note(_ fault: String) { faults.append(fault) }

  /// The text set for `key`, or `standard`; nil if that is empty.
  mutating func text(_ key: ConfigurationKey, standard: String? = nil) -> String? {
    let standard = standard ?? key.standard
    var setting = ConfigurationSources.Setting(text: standard, origin: "default")
    do {
      setting = try sources.setting(key) ?? setting
    } catch {
      faults.append("\(error)")
    }
    if Self.isSecret(setting.text) {
      faults.append("\(key.name) (\(setting.origin)): is the path of a file, not what is in it")
    }
    values.append((key, setting.text, setting.origin))
    return setting.text.isEmpty ? nil : setting.text
  }

  mutating func number(_ key: ConfigurationKey, in range: ClosedRange<Int>) -> Int {
    let text = text(key) ?? ""
    if let number = Int(text), range.contains(number) { return number }
    fault(key, text, "is not a whole number from \(range.lowerBound) to \(range.upperBound)")
    return range.lowerBound
  }

  mutating func seconds(_ key: ConfigurationKey) -> Duration { .seconds(number(key, in: 1...86_400)) }

  mutating func flag(_ key: ConfigurationKey) -> Bool {
    let text = text(key) ?? ""
    if text == "true" || text == "false" { return text == "true" }
    fault(key, text, "is not true or false")
    return false
  }

  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: ConfigurationKey, standard: Choice
  ) -> Choice where Choice.RawValue == String {
    let text = text(key) ?? ""
    if let choice = Choice(rawValue: text) { return choice }
    fault(key, text, "is not one of: \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    return standard
  }

  private mutating func fault(_ key: ConfigurationKey, _ text: String, _ what: String) {
    let origin = values.last.map { " (\($0.origin))" } ?? ""
    faults.append("\(key.name)\(origin): “\(Self.masked(text))” \(what)")
  }

  /// The text, unless it is a secret that somebody put where its file's path belongs.
  static func masked(_ text: String) -> String { isSecret(text) ? "(hidden)" : text }

  private static func isSecret(_ text: String) -> Bool { text.contains("PRIVATE KEY") || text.contains("\n") }
}
