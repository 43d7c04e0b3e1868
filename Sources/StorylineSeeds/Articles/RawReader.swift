import StorylineModels

/// Reads a raw text document as it comes out of a web page.
///
/// Each step gives roles to the units it is sure about and leaves the others to the next: what the editor says, links,
/// furniture of the page, tail, keywords, headline, standfirst, then the body. What no step takes is a paragraph.
struct RawReader {
  private var units: [RawUnit]
  private let lines: [NumberedLine]
  private let repairs: [Int: TextRepair]
  private var dateline: Dateline?
  private var overrides: [LineOverride]

  private init(_ lines: [NumberedLine], facts: Facts) {
    self.lines = lines
    let isRepaired = facts.values["repairs"] != .bool(false)
    let repairs = lines.map { line in
      (line.number, isRepaired ? TextRepair(line.text) : TextRepair(unrepaired: line.text))
    }
    self.repairs = Dictionary(uniqueKeysWithValues: repairs)
    units = RawUnit.units(of: lines, repairs: self.repairs)
    overrides = LineOverride.all(in: facts)
  }

  /// - Parameter facts: front matter or side file. A headline or standfirst given there settles a guess here.
  static func read(_ lines: [NumberedLine], facts: Facts, file: String) -> ReadText {
    var reader = RawReader(lines, facts: facts)
    reader.settle()
    reader.findLinks()
    reader.findFurniture()
    reader.findTail()
    reader.findLateFurniture()
    reader.findKeywords()
    reader.findHeadline(given: facts.text("headline"))
    reader.findRepeats()
    reader.findStandfirst(given: facts)
    reader.findHeadings()
    reader.findParagraphs(given: facts)
    return reader.result(file: file, facts: facts)
  }

  /// What front matter or side file say of single lines comes before every guess.
  private mutating func settle() {
    for (number, override) in overrides.enumerated() {
      for index in units.indices where units[index].role == nil && override.matches(units[index].text) {
        units[index].take(override.role, "“lines” says so")
        overrides[number].isUsed = true
      }
    }
  }

  private mutating func findLinks() {
    for index in units.indices where units[index].role == nil && RawRules.alsoRead(units[index].text) != nil {
      units[index].take(.link, "begins with words that point to another article")
    }
  }

  /// What is surely no text, wherever it stands; and above the text also what only there means nothing else.
  private mutating func findFurniture() {
    let body = units.firstIndex { $0.isProse && $0.role == nil } ?? units.endIndex
    let head = units.indices.first { units[$0].role == nil }
    for index in units.indices where units[index].role == nil {
      let text = units[index].text
      if PageRules.isCaption(text) {
        units[index].take(.caption, "belongs to a picture that is not here")
      } else if !RawRules.isBoilerplate(text), let why = PageRules.furniture(text) {
        units[index].take(.furniture, why)
      } else if index == head, body < units.endIndex, PageRules.isBreadcrumb(text) {
        units[index].take(.furniture, "shows the way to the page")
      } else if PageRules.isDate(text) {
        units[index].take(.date, "says only when the page was published or changed")
      } else if index < body || PageRules.isCredit(text), index != head, PageRules.byline(text) != nil {
        units[index].take(.byline, index < body ? "names who wrote it, above the text" : "names who worked on it")
      } else if PageRules.isCredit(text) {
        units[index].take(.furniture, "names who worked on the page")
      }
    }
  }

  /// Words that could have begun the tail and did not.
  private mutating func findLateFurniture() {
    for index in units.indices where units[index].role == nil {
      if let why = PageRules.furniture(units[index].text) { units[index].take(.furniture, why) }
    }
  }

  private mutating func findTail() {
    let prose = units.lastIndex { $0.role == nil && $0.isProse } ?? 0
    let start = units.indices.dropFirst(prose + 1).first { index in
      units[index].role == nil && RawRules.isBoilerplate(units[index].text)
    }
    guard let start else { return }
    units[start].take(.tail, "heads what a page puts behind an article; no running text follows")
    for index in units.indices.dropFirst(start + 1) {
      units[index].take(.tail, "follows line \(units[start].number), where the tail begins")
    }
  }

  private mutating func findKeywords() {
    let rest = units.indices.dropFirst().filter { units[$0].role == nil }
    let labelled = rest.last { RawRules.keywords(units[$0].text, labelled: true) != nil }
    if let labelled {
      return units[labelled].take(.tags, "a list behind a word such as “Tags:”")
    }
    guard let last = rest.last, let entries = RawRules.keywords(units[last].text) else { return }
    units[last].take(.tags, "\(entries.count) short entries between commas, no full stop, behind the text")
  }

  private mutating func findHeadline(given: String?) {
    guard !units.contains(where: { $0.role == .headline }) else { return }
    guard let first = units.indices.first(where: { units[$0].role == nil }) else { return }
    let unit = units[first]
    guard let given else { return units[first].take(.headline, "the first line with text") }
    if TextRules.comparable(given) == TextRules.comparable(unit.text) || !unit.isProse {
      units[first].take(.headline, "the first line with text; the headline given beside it counts")
    }
  }

  /// Pages print the headline or the line below it twice at their head.
  private mutating func findRepeats() {
    let open = units.indices.filter { units[$0].role == nil }
    guard let headline = units.first(where: { $0.role == .headline }) else { return }
    for (order, index) in open.prefix(3).enumerated() {
      let earlier = [headline] + open.prefix(order).map { units[$0] }
      let words = TextRules.comparable(units[index].text)
      if let same = earlier.first(where: { TextRules.comparable($0.text) == words && $0.role != .repeat }) {
        units[index].take(.repeat, "says the same as line \(same.number)")
      }
    }
  }

  private mutating func findStandfirst(given facts: Facts) {
    let open = units.indices.filter { units[$0].role == nil }
    guard units.contains(where: { $0.role == .headline }), open.count >= 2 else { return }
    guard !units.contains(where: { $0.role == .standfirst }) else { return }
    let text = units[open[0]].text
    // “standfirst:” without a value says that there is none.
    if facts.has("standfirst"), facts.text("standfirst") == nil { return }
    guard text.count <= 300, Dateline(text) == nil else { return }
    let given = facts.text("standfirst").map { TextRules.comparable($0) }
    let suffix = given == nil ? "" : "; the one given beside it counts"
    let next = units[open[1]].text
    if let again = open.dropFirst().first(where: { RawRules.begins(units[$0].text, with: text) }) {
      let line = units[again].number
      units[open[0]].take(.standfirst, "below the headline; line \(line) begins with the same sentence" + suffix)
    } else if Dateline(next) != nil, text.count <= 250 {
      units[open[0]].take(.standfirst, "between the headline and the dateline" + suffix)
    } else if given.map({ $0 == TextRules.comparable(text) }) ?? Self.isShort(text, before: next) {
      units[open[0]].take(.standfirst, "short, directly below the headline")
    }
  }

  private static func isShort(_ text: String, before next: String) -> Bool {
    text.count <= 160 && text.count * 3 <= next.count * 2 && text.split(separator: " ").count >= 4
  }

  /// From the end, because a heading is known by what follows it.
  private mutating func findHeadings() {
    var next: LineRole?
    for index in units.indices.reversed() {
      if let role = units[index].role {
        if role == .standfirst || role == .headline { return }
        if role == .paragraph || role == .heading { next = role }
        continue
      }
      if let follower = next, RawRules.looksLikeHeading(units[index].text) {
        let what = follower == .heading ? "another heading" : "a paragraph"
        units[index].take(.heading, "short, no full stop at its end, \(what) follows")
        next = .heading
      } else {
        next = .paragraph
      }
    }
  }

  private mutating func findParagraphs(given facts: Facts) {
    let first = units.firstIndex { $0.role == nil || $0.role == .paragraph }
    for index in units.indices where units[index].role == nil {
      let isFirst = index == first
      units[index].take(.paragraph, "running text")
      if RawRules.looksLikeHeading(units[index].text) {
        units[index].reason = "short, but no paragraph follows it that it could head"
      }
      guard isFirst, let found = Dateline(units[index].text) else { continue }
      dateline = found
      units[index].text = found.rest
      units[index].reason = "running text, after the dateline “\(found.text)”"
      if facts.has("dateline") { units[index].reason += ", for which the one given beside it counts" }
    }
  }
}

extension RawReader {
  private func result(file: String, facts: Facts) -> ReadText {
    var text = ReadText()
    text.headline = units.first { $0.role == .headline }?.text
    text.standfirst = units.first { $0.role == .standfirst }?.text
    text.dateline = dateline?.text
    text.byline = byline
    text.tags = units.last { $0.role == .tags }.map { RawRules.keywords($0.text) ?? RawRules.entries($0.text) }
    var blockOfLine: [Int: String] = [:]
    for unit in units {
      guard let block = block(of: unit) else { continue }
      text.blocks.append(block)
      for line in unit.lines { blockOfLine[line.number] = "b\(text.blocks.count)" }
    }
    text.lines = readLines(blockOfLine)
    text.faults = dropped(file: file) + forbidden(file: file) + unused(facts, file: file)
    return text
  }

  /// The names above the text, or those below it if there are none above.
  private var byline: [String] {
    let found = units.filter { $0.role == .byline }
    let above = found.filter { !PageRules.isCredit($0.text) }
    var names: [String] = []
    for unit in above.isEmpty ? found : above {
      for name in PageRules.byline(unit.text) ?? [unit.text] where !names.contains(name) { names.append(name) }
    }
    return names
  }

  private func block(of unit: RawUnit) -> DraftBlock? {
    // What is plain text here must stay plain where inline marks are read.
    switch unit.role {
    case .paragraph: .paragraph(InlineText.escaped(unit.text), line: unit.number)
    case .heading: .heading(InlineText.escaped(unit.text), line: unit.number)
    case .link: .link(title: InlineText.escaped(RawRules.alsoRead(unit.text) ?? unit.text), line: unit.number)
    default: nil
    }
  }

  private func readLines(_ blockOfLine: [Int: String]) -> [ReadLine] {
    var read: [Int: ReadLine] = [:]
    for unit in units {
      for (index, line) in unit.lines.enumerated() {
        read[line.number] = ReadLine(
          number: line.number, text: line.text, role: unit.role ?? .paragraph,
          reason: index == 0 ? unit.reason : "goes on from line \(unit.number)", block: blockOfLine[line.number],
          changes: changes(line))
      }
    }
    return lines.map { line in
      if let known = read[line.number] { return known }
      let changes = changes(line)
      return ReadLine(
        number: line.number, text: line.text, role: changes == nil ? .blank : .furniture,
        reason: changes == nil ? "" : "holds nothing else", changes: changes)
    }
  }

  private func changes(_ line: NumberedLine) -> [String]? {
    repairs[line.number].flatMap { $0.changes.isEmpty ? nil : $0.changes }
  }

  private func dropped(file: String) -> [Fault] {
    let units = units.filter { $0.role.map(LineRole.leftOut.contains) ?? false }.map { unit in
      Fault(
        .note, .dropped, at: Place(file: file, line: unit.number, column: 1),
        "left out: “\(Wording.short(unit.text))” (\(unit.reason))")
    }
    let emptied = lines.filter { repairs[$0.number]?.text.isEmpty == true && changes($0) != nil }.map { line in
      Fault(
        .note, .dropped, at: Place(file: file, line: line.number, column: 1),
        "left out: \(changes(line)?.joined(separator: ", ") ?? ""), and nothing else was there")
    }
    return units + emptied
  }

  private func forbidden(file: String) -> [Fault] {
    lines.compactMap { line in
      guard let entity = repairs[line.number]?.forbidden, let start = line.text.firstRange(of: entity) else {
        return nil
      }
      let column = line.text.unicodeScalars.distance(from: line.text.startIndex, to: start.lowerBound) + 1
      return Fault(
        .forbiddenCharacter, at: Place(file: file, line: line.number, column: column),
        "“\(entity)” stands for a character that no text may contain", advice: "delete it")
    }
  }

  private func unused(_ facts: Facts, file: String) -> [Fault] {
    let place = facts.places["lines"] ?? Place(file: file)
    return overrides.filter { !$0.isUsed }.map { override in
      Fault(
        .lineOverride, at: place, "“lines”: no line of the document begins with “\(Wording.short(override.text))”",
        advice: "copy the beginning of the line as it stands in the document")
    }
  }
}
