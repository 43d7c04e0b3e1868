import Foundation
import StorylineModels

/// Names in braces that stand for values which are different each time: `{cursor.1}` is bound where it is first seen.
struct Placeholders {
  struct Unbound: Error { let name: String }

  private(set) var values: [String: String] = [:]

  mutating func bind(_ name: String, to value: String) { values[name] = value }

  /// The text with the value of each placeholder in its place.
  func substituted(_ text: String) throws -> String {
    var result = text
    for match in text.matches(of: Self.pattern) {
      let name = String(match.1)
      guard let value = values[name] else { throw Unbound(name: name) }
      result = result.replacingOccurrences(of: "{\(name)}", with: value)
    }
    return result
  }

  /// Whether `actual` is what `text` says; what is seen for the first time is bound.
  mutating func matches(_ text: String, _ actual: String) throws -> Bool {
    var names: [String] = []
    var expression = ""
    var rest = text[...]
    while let match = rest.firstMatch(of: Self.pattern) {
      let name = String(match.1)
      expression += Self.literal(rest[..<match.range.lowerBound])
      if let value = values[name] {
        expression += Self.literal(value[...])
      } else {
        names.append(name)
        expression += "([A-Za-z0-9_-]+)"
      }
      rest = rest[match.range.upperBound...]
    }
    expression += Self.literal(rest)
    guard let match = try Regex(expression).wholeMatch(in: actual) else { return false }
    for (index, name) in names.enumerated() {
      if let value = match.output[index + 1].substring { values[name] = String(value) }
    }
    return true
  }

  /// What is different between a JSON text of the document and a real one; empty if nothing is.
  mutating func differences(_ text: String, _ actual: Data) throws -> [String] {
    let expected = try StorylineJSON.decode(JSONValue.self, from: Data(Self.json(text).utf8))
    return try differences(expected, try StorylineJSON.decode(JSONValue.self, from: actual), at: "")
  }

  private mutating func differences(_ expected: JSONValue, _ actual: JSONValue, at path: String) throws -> [String] {
    switch (expected, actual) {
    case (.string(let text), .string(let value)):
      return try matches(text, value) ? [] : ["\(path): “\(value)” and not “\(text)”"]
    case (.string(let text), .integer(let value)) where text.wholeMatch(of: Self.pattern) != nil:
      return try matches(text, String(value)) ? [] : ["\(path): \(value) and not \(text)"]
    case (.array(let expected), .array(let actual)) where expected.count == actual.count:
      return try zip(expected, actual).enumerated().flatMap { index, pair in
        try differences(pair.0, pair.1, at: "\(path)[\(index)]")
      }
    case (.object(let expected), .object(let actual)):
      var found: [String] = []
      for (name, value) in expected.sorted(by: { $0.key < $1.key }) where name != Self.ellipsis {
        if let other = actual[name] {
          found += try differences(value, other, at: "\(path).\(name)")
        } else {
          found.append("\(path).\(name): missing")
        }
      }
      let unsaid = expected[Self.ellipsis] == nil ? Set(actual.keys).subtracting(expected.keys).sorted() : []
      return found + unsaid.map { "\(path).\($0): not in the document" }
    default:
      return expected == actual ? [] : ["\(path): \(actual) and not \(expected)"]
    }
  }

  /// The text with names for those values that have one: what a document would show.
  func named(_ text: String) -> String {
    values.sorted { $0.value.count > $1.value.count }.reduce(text) { text, pair in
      pair.value.count < 6 ? text : text.replacingOccurrences(of: pair.value, with: "{\(pair.key)}")
    }
  }

  private static let ellipsis = "…"
  nonisolated(unsafe) private static let pattern = /\{([a-z][a-z0-9.]*)\}/

  private static func literal(_ text: Substring) -> String {
    text.reduce(into: "") { expression, character in
      if character.isASCII, !character.isLetter, !character.isNumber { expression += "\\" }
      expression.append(character)
    }
  }

  /// JSON out of what the document shows: a placeholder without quotation marks stands for a number, and `…` for the
  /// members that are left out.
  private static func json(_ text: String) -> String {
    var result = ""
    var isInString = false
    var isEscaped = false
    var rest = text[...]
    while let character = rest.first {
      if !isInString, let match = rest.prefixMatch(of: pattern) {
        result += "\"\(match.0)\""
        rest = rest[match.range.upperBound...]
        continue
      }
      if !isInString, character == "…" { result += "\"…\":null" } else { result.append(character) }
      if character == "\"", !isEscaped { isInString.toggle() }
      isEscaped = character == "\\" && !isEscaped
      rest = rest.dropFirst()
    }
    return result
  }
}
