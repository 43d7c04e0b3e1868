import StorylineModels

/// What an editor says of a line of a raw document: it has this role, whatever it looks like.
struct LineOverride {
  /// The beginning of the line.
  let text: String
  let role: LineRole
  var isUsed = false

  func matches(_ line: String) -> Bool { TextRules.comparable(line).hasPrefix(TextRules.comparable(text)) }

  static func all(in facts: Facts) -> [LineOverride] {
    guard case .array(let entries)? = facts.values["lines"] else { return [] }
    return entries.compactMap { entry in
      guard case .object(let members) = entry, case .string(let text)? = members["text"],
        case .string(let word)? = members["role"], let role = LineRole(rawValue: word)
      else { return nil }
      return LineOverride(text: text, role: role)
    }
  }
}
