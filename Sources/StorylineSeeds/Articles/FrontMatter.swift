import StorylineModels

/// Splits a document into the YAML between two `---` lines at its head, and the text below.
struct FrontMatter {
  let facts: Facts
  let lines: [NumberedLine]
  /// The lines of the front matter itself.
  let matter: [ReadLine]
  let faults: [Fault]

  /// - Throws: one `Fault` if the front matter cannot be read as such.
  init(_ file: TextFile) throws(Fault) {
    let numbered = file.lines.enumerated().map { NumberedLine(number: $0.offset + 1, text: $0.element) }
    guard let start = numbered.first(where: { !TextRules.normalised($0.text).isEmpty }), Self.isFence(start.text),
      start.number == 1
    else {
      self.init(facts: Facts(), lines: numbered, matter: [], faults: [])
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
      self.init(facts: Facts(), lines: rest, matter: matter, faults: [])
      return
    }
    let document = try YAMLDocument(inside, file: file.name, lineOffset: 1)
    var reader = FactsReader(document)
    let facts = reader.read(document.root, as: Schema.article, what: "the front matter") ?? Facts()
    self.init(facts: facts, lines: rest, matter: matter, faults: reader.faults)
  }

  private init(facts: Facts, lines: [NumberedLine], matter: [ReadLine], faults: [Fault]) {
    self.facts = facts
    self.lines = lines
    self.matter = matter
    self.faults = faults
  }

  private static func isFence(_ text: String) -> Bool {
    text.hasPrefix("---") && text.dropFirst(3).allSatisfy(\.isWhitespace)
  }
}
