import StorylineModels

/// Writes YAML in the one form that `fmt` gives every file: keys in the order of the schema, lists in blocks, quotation
/// marks only where a text needs them.
struct YAMLWriter {
  private(set) var text = ""

  /// A mapping at the top of a file.
  mutating func mapping(_ pairs: [(key: String, value: JSONValue)]) { write(pairs, indent: "") }

  /// A list of mappings at the top of a file.
  mutating func list(_ entries: [[(key: String, value: JSONValue)]]) {
    for entry in entries { item(entry, indent: "") }
  }

  private mutating func write(_ pairs: [(key: String, value: JSONValue)], indent: String) {
    for (key, value) in pairs { pair(key, value, indent: indent, first: indent) }
  }

  /// - Parameter first: what stands before the key: the indent, or the mark of a list's entry.
  private mutating func pair(_ key: String, _ value: JSONValue, indent: String, first: String) {
    let name = Self.scalar(key)
    switch value {
    case .array(let elements) where elements.isEmpty: text += "\(first)\(name): []\n"
    case .array(let elements):
      text += "\(first)\(name):\n"
      for element in elements {
        if case .object(let members) = element {
          item(Self.ordered(members), indent: indent + "  ")
        } else {
          text += "\(indent)  - \(Self.scalar(element))\n"
        }
      }
    case .object(let members):
      text += "\(first)\(name):\n"
      write(Self.ordered(members), indent: indent + "  ")
    default: text += "\(first)\(name): \(Self.scalar(value))\n"
    }
  }

  private mutating func item(_ pairs: [(key: String, value: JSONValue)], indent: String) {
    for (index, (key, value)) in pairs.enumerated() {
      pair(key, value, indent: indent + "  ", first: index == 0 ? indent + "- " : indent + "  ")
    }
  }

  /// Keys of small mappings that no schema orders, in the order in which people write them.
  private static let order = [
    "id", "kind", "title", "actor", "since", "until", "from", "to", "article", "block", "exact", "url", "alt", "credit",
  ]

  private static func ordered(_ members: [String: JSONValue]) -> [(key: String, value: JSONValue)] {
    let place = { (name: String) in order.firstIndex(of: name) ?? order.count }
    return members.filter { $0.value != .null }.sorted { (place($0.key), $0.key) < (place($1.key), $1.key) }
      .map { ($0.key, $0.value) }
  }

  private static func scalar(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): scalar(text)
    case .integer(let number): String(number)
    case .bool(let flag): flag ? "true" : "false"
    case .number(let number): String(number)
    case .null, .array, .object: "~"
    }
  }

  /// A text as it may stand behind a key.
  static func scalar(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

  private static let words: Set<String> = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]

  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.first, first.isLetter || first.isNumber || "“‘«„(€".contains(first) else { return false }
    if text.contains(": ") || text.contains(" #") || text.hasSuffix(":") || text.contains("&") { return false }
    if words.contains(text.lowercased()) { return false }
    // What others would read as a number, a date or a time.
    if first.isNumber, text.allSatisfy({ $0.isNumber || "-:.,_TZxeE+abcdefABCDEF".contains($0) }) { return false }
    return text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !breaks.contains($0.value) } && text.last != " "
  }

  /// What YAML takes for a line's end or for nothing at all.
  private static let breaks: Set<UInt32> = [0x7F, 0x85, 0xA0, 0x2028, 0x2029, 0xFEFF]

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      // Anchors are looked for before a file is parsed.
      case "&": quoted += "\\x26"
      default:
        if scalar.value < 0x20 || breaks.contains(scalar.value) && scalar.value != 0xA0 {
          let digits = String(scalar.value, radix: 16, uppercase: true)
          quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          quoted.unicodeScalars.append(scalar)
        }
      }
    }
    return quoted + "\""
  }
}
