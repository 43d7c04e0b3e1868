import StorylineScreen

/// What a reader wishes once and for all, as `config.toml` says it; nil is what the file leaves open.
struct Config: Hashable, Sendable {
  var theme: Theme.Name?
  /// Columns of running text.
  var width: Int?
  var isSplit: Bool?
  var hasMouse = true
  /// Of dates, such as `de_DE`.
  var locale: String?
  /// An IANA name, such as `Europe/Kyiv`.
  var zone: String?
  var keys: [KeyWish] = []

  /// Keys for an action.
  struct KeyWish: Hashable, Sendable {
    var action: Action
    /// nil is everywhere where the action has keys.
    var context: KeyContext?
    var keys: [String]
    /// Of the file.
    var line: Int?
  }

  static let none = Config()

  /// The names that stand at the top of the file, with what each is and an example.
  static let settings: [(name: String, about: String, example: String)] = [
    ("theme", "Colours: auto (the terminal's own), dark, light", "\"auto\""),
    ("width", "Columns of running text, 40 to 120", "72"),
    ("side-by-side", "List and article side by side, from 120 columns", "true"),
    ("mouse", "Clicks and the wheel; false leaves them to the terminal", "true"),
    ("locale", "How dates are written; default: LC_ALL, LC_TIME or LANG", "\"en_GB\""),
    ("zone", "Where times are told for; default: the system's", "\"Europe/Kyiv\""),
  ]

  /// The settings with what the file wishes for; it holds at every start, whatever was changed by keys.
  func applied(to settings: TerminalSettings) -> TerminalSettings {
    var settings = settings
    if let theme { settings.theme = theme.rawValue }
    if let width { settings.width = width }
    if let isSplit { settings.isSplit = isSplit }
    return settings
  }
}

/// Something wrong in `config.toml`.
struct ConfigFault: Hashable, Sendable, Codable {
  var line: Int?
  var message: String
  /// Whether it only should be known.
  var isWarning = false

  /// `config.toml:7: …`
  func text(path: String) -> String {
    path + (line.map { ":\($0)" } ?? "") + ": " + (isWarning ? "note: " : "") + message
  }
}

/// A read `config.toml`: what could be understood, and what could not.
struct ReadConfig: Hashable, Sendable {
  var config = Config.none
  var faults: [ConfigFault] = []

  var errors: [ConfigFault] { faults.filter { !$0.isWarning } }
}
