import Foundation

/// Keeps what the terminal remembers in the account's folder.
struct SettingsStore: Sendable {
  var path: String

  /// What was kept; what cannot be read is as if there were nothing.
  func load() -> TerminalSettings {
    guard let data = FileManager.default.contents(atPath: path),
      let settings = try? JSONDecoder().decode(TerminalSettings.self, from: data)
    else { return TerminalSettings() }
    return settings
  }

  /// nil if all went well, else what to tell the reader.
  func save(_ settings: TerminalSettings) -> String? {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(settings).write(to: URL(fileURLWithPath: path), options: .atomic)
      return nil
    } catch {
      return "This is not kept for next time: \(error.localizedDescription)"
    }
  }
}
