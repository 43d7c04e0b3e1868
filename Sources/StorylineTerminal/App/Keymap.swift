import StorylineScreen

/// Which keys do what, and where.
struct Keymap: Hashable, Sendable {
  enum Lookup: Hashable { case action(Action), more, nothing }

  private(set) var bindings: [Binding]
  /// Of each binding and each of its keys: what is pressed.
  private let presses: [[[KeyPress]]]
  private var table: [KeyContext: [[KeyPress]: Action]] = [:]

  static let standard = Keymap(Binding.standard)

  init(_ bindings: [Binding]) {
    self.bindings = bindings
    presses = bindings.map { $0.keys.map { Self.sequence($0) ?? [] } }
    for (binding, sequences) in zip(bindings, presses) {
      for sequence in sequences where !sequence.isEmpty {
        table[binding.context, default: [:]][sequence] = binding.action
      }
    }
  }

  /// What a sequence of keys means; `more` while it is the beginning of one.
  func lookup(_ presses: [KeyPress], in contexts: [KeyContext]) -> Lookup {
    for context in contexts {
      if let action = table[context]?[presses] { return .action(action) }
    }
    let isBeginning = contexts.contains { context in
      table[context, default: [:]].keys.contains { $0.count > presses.count && $0.starts(with: presses) }
    }
    return isBeginning ? .more : .nothing
  }

  /// The bindings that hold on a screen, its own first; an action that is overruled there is left out.
  func holding(in contexts: [KeyContext]) -> [Binding] {
    var seen: Set<[KeyPress]> = []
    var result: [Binding] = []
    for context in contexts {
      for (binding, sequences) in zip(bindings, presses) where binding.context == context {
        var shown = binding
        shown.keys = zip(binding.keys, sequences).filter { seen.insert($0.1).inserted }.map(\.0)
        if !shown.keys.isEmpty { result.append(shown) }
      }
    }
    return result
  }

  /// As it is shown to people; nil if the action has no key.
  func shownKey(of action: Action) -> String? {
    bindings.first { $0.action == action && !$0.keys.isEmpty }.map { Self.shown($0.keys[0]) }
  }

  /// nil if one of the names names no key.
  static func sequence(_ text: String) -> [KeyPress]? {
    let presses = text.split(separator: " ").map { KeyPress(name: String($0)) }
    return presses.contains(nil) ? nil : presses.compactMap(\.self)
  }

  /// As it is shown to people: `Esc`, `^D`, `gg`.
  static func shown(_ keys: String) -> String {
    keys.split(separator: " ").map { name in
      if name.hasPrefix("ctrl-") { return "^" + name.dropFirst(5).uppercased() }
      let word = name.split(separator: "-").map { PlainWords.capitalised(String($0)) }.joined()
      return shownNames[String(name)] ?? (name.count == 1 ? String(name) : word)
    }.joined()
  }

  private static let shownNames = [
    "up": "↑", "down": "↓", "left": "←", "right": "→", "page-down": "PgDn", "page-up": "PgUp",
  ]
}
