import StorylineModels

/// Reads a raw text document as it comes out of a web page.
///
/// Each step gives roles to the units it is sure about and leaves the others to the next: links, tail, keywords,
/// headline, standfirst, then the body. What no step takes is a paragraph.
struct RawReader {
  private var units: [RawUnit]
  private let lines: [NumberedLine]
  private var dateline: Dateline?

  private init(_ lines: [NumberedLine]) {
    self.lines = lines
    units = RawUnit.units(of: lines)
  }

  /// - Parameter facts: front matter or side file. A headline or standfirst given there settles a guess here.
  static func read(_ lines: [NumberedLine], facts: Facts, file: String) -> ReadText {
    var reader = RawReader(lines)
    reader.findLinks()
    reader.findTail()
    reader.findKeywords()
    reader.findHeadline(given: facts.text("headline"))
    reader.findRepeats()
    reader.findStandfirst(given: facts)
    reader.findHeadings()
    reader.findParagraphs(given: facts)
    return reader.result(file: file)
  }

  private mutating func findLinks() {
    for index in units.indices where RawRules.alsoRead(units[index].text) != nil {
      units[index].take(.link, "begins with words that point to another article")
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
    for index in units.indices where units[index].role == nil {
      let isFirst = !units.contains { $0.role == .paragraph }
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
  private func result(file: String) -> ReadText {
    var text = ReadText()
    text.headline = units.first { $0.role == .headline }?.text
    text.standfirst = units.first { $0.role == .standfirst }?.text
    text.dateline = dateline?.text
    text.tags = units.last { $0.role == .tags }.flatMap { RawRules.keywords($0.text) }
    var blockOfLine: [Int: String] = [:]
    for unit in units {
      guard let block = block(of: unit) else { continue }
      text.blocks.append(block)
      for line in unit.lines { blockOfLine[line.number] = "b\(text.blocks.count)" }
    }
    text.lines = readLines(blockOfLine)
    text.faults = dropped(file: file)
    return text
  }

  private func block(of unit: RawUnit) -> DraftBlock? {
    // What is plain text here must stay plain where inline marks are read.
    switch unit.role {
    case .paragraph: .paragraph(InlineText.escaped(unit.text), line: unit.number)
    case .heading: .heading(InlineText.escaped(unit.text), line: unit.number)
    case .link: .link(title: RawRules.alsoRead(unit.text).map { InlineText.escaped($0) }, line: unit.number)
    default: nil
    }
  }

  private func readLines(_ blockOfLine: [Int: String]) -> [ReadLine] {
    var read: [Int: ReadLine] = [:]
    for unit in units {
      for (index, line) in unit.lines.enumerated() {
        read[line.number] = ReadLine(
          number: line.number, text: line.text, role: unit.role ?? .paragraph,
          reason: index == 0 ? unit.reason : "goes on from line \(unit.number)", block: blockOfLine[line.number])
      }
    }
    return lines.map { read[$0.number] ?? ReadLine(number: $0.number, text: $0.text, role: .blank, reason: "") }
  }

  private func dropped(file: String) -> [Fault] {
    units.filter { $0.role == .tail || $0.role == .repeat }.map { unit in
      Fault(
        .note, .dropped, at: Place(file: file, line: unit.number),
        "left out: “\(Wording.short(unit.text))” (\(unit.reason))")
    }
  }
}
