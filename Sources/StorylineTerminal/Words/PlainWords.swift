import StorylineModels

/// Small words around counts, names and open sets.
enum PlainWords {
  /// `1 article`, `3 articles`.
  static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(number) \(number == 1 ? one : many ?? one + "s")"
  }

  /// A value of an open set for people: `supports-with-conditions` is “supports with conditions”.
  static func name(_ value: some OpenSet) -> String { value.rawValue.replacing("-", with: " ") }

  /// `a`, `a and b`, `a, b and c`.
  static func list(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }

  /// Short facts about something, such as date, place and id; each stays on one line where it can.
  static func facts(_ words: [String]) -> String {
    words.map { $0.count <= longestHeld ? NoBreak.held($0) : $0 }.joined(separator: " · ")
  }

  private static let longestHeld = 28

  static func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}

extension PlainWords {
  /// `1 supports`, `2 support with conditions`, `3 undecided`.
  static func count(_ number: Int, of stance: Position.Stance) -> String {
    let name = name(stance)
    let plural: [Position.Stance: String] = [
      .supports: "support", .supportsWithConditions: "support with conditions", .opposes: "oppose",
    ]
    return "\(number) \(number == 1 ? name : plural[stance] ?? name)"
  }

  /// What an actor does: “supports with conditions”, “is undecided”.
  static func verb(_ stance: Position.Stance) -> String {
    switch stance {
    case .undecided: "is undecided"
    case .unknown: "takes no known stance"
    default: name(stance)
    }
  }
}
