/// One paragraph-like piece of a raw document: a line, or the lines of one hard-wrapped paragraph.
struct RawUnit {
  var lines: [NumberedLine]
  /// White space normalised.
  var text: String
  var role: LineRole?
  var reason = ""
  /// What was changed in each of its lines, by the line's number.
  var repairs: [Int: TextRepair] = [:]

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
  ///
  /// - Parameter repairs: of each line, by its number.
  static func units(of lines: [NumberedLine], repairs: [Int: TextRepair]) -> [RawUnit] {
    let isWrapped = lines.allSatisfy { $0.text.count <= 100 }
    var units: [RawUnit] = []
    var previous: String?
    for line in lines {
      guard let repair = repairs[line.number], !repair.text.isEmpty else {
        previous = nil
        continue
      }
      if isWrapped, units.count > 1, let previous, goesOn(previous, in: repair.text) {
        units[units.count - 1].lines.append(line)
        units[units.count - 1].text += " " + repair.text
        units[units.count - 1].repairs[line.number] = repair
      } else {
        units.append(RawUnit(lines: [line], text: repair.text, repairs: [line.number: repair]))
      }
      previous = repair.text
    }
    return units
  }

  private static func goesOn(_ line: String, in next: String) -> Bool {
    line.count >= 45 && ![line, next].contains(where: standsAlone)
  }

  /// Whether a line is of a kind that no other line goes on with.
  private static func standsAlone(_ line: String) -> Bool {
    RawRules.alsoRead(line) != nil || RawRules.isBoilerplate(line) || RawRules.keywords(line, labelled: true) != nil
      || PageRules.furniture(line) != nil || PageRules.isCaption(line) || PageRules.isDate(line)
      || PageRules.byline(line) != nil
  }
}
