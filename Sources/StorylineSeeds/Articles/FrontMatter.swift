import StorylineModels

/// Splits a document into the YAML between two `---` lines at its head, and the text below.
struct FrontMatter {
  let facts: Facts
  let lines: [NumberedLine]
  /// The lines of the front matter itself.
  let matter: [ReadLine]
  let faults: [Fault]
  /// Keys whose values could not be read.
  let lostKeys: Set<String>

  /// - Throws: one `Fault` if the front matter cannot be read as such.
  init(_ file: TextFile) throws(Fault) {
    let numbered = file.lines.enumerated().map { NumberedLine(number: $0.offset + 1, text: $0.element) }
    guard let start = numbered.first(where: { !TextRules.normalised($0.text).isEmpty }), Self.isFence(start.text),
      start.number == 1
    else {
      self.init(facts: Facts(), lines: numbered, matter: [], faults: [], lostKeys: [])
      return
    }
    guard let end = numbered.dropFirst().first(where: { Self.isFence($0.text) }) else {
      throw Fault(
        .frontMatter, at: Place(file: file.name), "the front matter that begins here has no end",
        advice: "close it with a line of three hyphens")
    }
    let inside = numbered[1..<(end.number - 1)].map(\.text)
    let matter = numbered[..<end.number].map {
      ReadLine(number: $0.number, text: $0.text, role: .frontMatter, reason: "")
    }
    let rest = Array(numbered[end.number...])
    guard inside.contains(where: { !TextRules.normalised($0).isEmpty }) else {
      self.init(facts: Facts(), lines: rest, matter: matter, faults: [], lostKeys: [])
      return
    }
    let (facts, faults, lost) = Self.facts(Array(inside), file: file.name, lineOffset: 1, what: "the front matter")
    self.init(facts: facts, lines: rest, matter: matter, faults: faults, lostKeys: lost)
  }

  /// What an article's YAML says, as far as it can be read; which keys were lost with what cannot.
  static func facts(
    _ lines: [String], file: String, lineOffset: Int = 0, what: String
  ) -> (facts: Facts, faults: [Fault], lostKeys: Set<String>) {
    let salvaged = SalvagedYAML(lines, file: file, lineOffset: lineOffset)
    let all = Set(Schema.article.map(\.name))
    guard let document = salvaged.document else { return (Facts(), salvaged.faults, all) }
    var reader = FactsReader(document)
    guard let facts = reader.read(document.root, as: Schema.article, what: what) else {
      return (Facts(), salvaged.faults + reader.faults, all)
    }
    return (facts, salvaged.faults + reader.faults, salvaged.lostKeys)
  }

  private init(
    facts: Facts, lines: [NumberedLine], matter: [ReadLine], faults: [Fault], lostKeys: Set<String>
  ) {
    self.lostKeys = lostKeys
    self.facts = facts
    self.lines = lines
    self.matter = matter
    self.faults = faults
  }

  private static func isFence(_ text: String) -> Bool {
    text.hasPrefix("---") && text.dropFirst(3).allSatisfy(\.isWhitespace)
  }
}
