/// One paragraph-like piece of a raw document: a line, or the lines of one hard-wrapped paragraph.
struct RawUnit {
  var lines: [NumberedLine]
  /// White space normalised.
  var text: String
  var role: LineRole?
  var reason = ""

  var number: Int { lines.first?.number ?? 1 }

  mutating func take(_ role: LineRole, _ reason: String) {
    self.role = role
    self.reason = reason
  }

  /// Whether it reads like running text: a closed sentence of some length.
  var isProse: Bool { RawRules.closesSentence(text) && text.split(separator: " ").count >= 12 }

  /// Cuts a document into units.
  ///
  /// Pages copied from the web have a line for each paragraph. Mail and terminals wrap: if no line is longer than 100
  /// characters, a long line goes on in the one directly below it.
  static func units(of lines: [NumberedLine]) -> [RawUnit] {
    let isWrapped = lines.allSatisfy { $0.text.count <= 100 }
    var units: [RawUnit] = []
    var previous: NumberedLine?
    for line in lines {
      let text = TextRules.normalised(line.text)
      defer { previous = text.isEmpty ? nil : line }
      guard !text.isEmpty else { continue }
      if isWrapped, units.count > 1, let previous, goesOn(previous.text, in: text) {
        units[units.count - 1].lines.append(line)
        units[units.count - 1].text += " " + text
      } else {
        units.append(RawUnit(lines: [line], text: text))
      }
    }
    return units
  }

  private static func goesOn(_ line: String, in next: String) -> Bool {
    line.count >= 45 && RawRules.alsoRead(line) == nil && RawRules.alsoRead(next) == nil
      && !RawRules.isBoilerplate(next) && RawRules.keywords(next, labelled: true) == nil
  }
}
