import Foundation
import StorylineModels

/// Reads `NAME.txt` or `NAME.md` with the `NAME.yaml` beside it.
struct ArticleReader: Sendable {
  /// The path of the text file and how messages call it; the same for the side file, if there is one.
  let text: (path: String, name: String)
  let side: (path: String, name: String)?

  struct Result: Sendable {
    var record: SeedRecord?
    var lines: [ReadLine] = []
    var faults: [Fault] = []
  }

  func read() -> Result {
    var result = Result()
    do {
      let file = try TextFile(path: text.path, name: text.name)
      result.faults += file.faults
      try checkCount(file.lines.count, SeedLimits.articleLines, "lines", line: 1)
      let front: FrontMatter
      do throws(Fault) {
        front = try FrontMatter(file)
      } catch {
        result.faults.append(error)
        result.record = unreadRecord(file)
        return result
      }
      result.faults += front.faults
      var lost = front.lostKeys
      let facts = self.facts(front.facts, lost: &lost, faults: &result.faults)
      let isMarkdown = text.name.lowercased().hasSuffix(".md")
      let read =
        isMarkdown
        ? MarkdownReader.read(front.lines, facts: facts, file: text.name)
        : RawReader.read(front.lines, facts: facts, file: text.name)
      result.lines = front.matter + read.lines
      result.faults += read.faults
      try checkSize(read.blocks)
      result.record = record(facts, read, lost: lost, faults: &result.faults)
      result.record?.unreadText = Self.unread(read.lines)
    } catch {
      result.faults.append(error)
    }
    return result
  }

  private static func bare(_ lines: [String]) -> String { BareText.of(lines.joined(separator: "\n")) }

  /// What the refused lines say, with the lines around them up to the next empty one; nil if none was refused.
  private static func unread(_ lines: [ReadLine]) -> String? {
    guard lines.contains(where: { $0.role == .fault }) else { return nil }
    let stretches = lines.split { $0.role == .blank }.filter { $0.contains { $0.role == .fault } }
    return bare(stretches.flatMap { $0.map(\.text) })
  }

  /// Of a file whose front matter has no end: only what it could say, under the name that it most likely has. If it ends
  /// before any text could begin, nobody knows anything of it.
  private func unreadRecord(_ file: TextFile) -> SeedRecord? {
    guard side == nil, !file.lines.contains(where: { $0.hasPrefix("id:") }),
      file.lines.dropFirst().contains(where: { TextRules.normalised($0).isEmpty })
    else { return nil }
    var ignored: [Fault] = []
    guard let id = id(Facts(), faults: &ignored) else { return nil }
    var record = SeedRecord(kind: .article, id: id, place: Place(file: text.name), facts: Facts())
    record.textFile = text.name
    record.isWhole = false
    record.unreadText = Self.bare(file.lines)
    return record
  }

  private func checkCount(_ count: Int, _ limit: Int, _ what: String, line: Int) throws(Fault) {
    guard count > limit else { return }
    throw Fault(
      .tooLarge, at: Place(file: text.name, line: line), "the text has \(count) \(what), more than \(limit)",
      advice: "split it, or check that it is the right file")
  }

  private func checkSize(_ blocks: [DraftBlock]) throws(Fault) {
    try checkCount(blocks.count, SeedLimits.articleBlocks, "blocks", line: 1)
    for block in blocks {
      let content = block.content
      let texts = [content.text, content.title, content.caption, content.alt, content.credit].compactMap(\.self)
      let bytes = (texts + (content.items ?? [])).reduce(0) { $0 + $1.utf8.count }
      try checkCount(bytes, SeedLimits.textBytes, "bytes in one block", line: block.line)
    }
  }

  /// Front matter and side file together; a key may stand in one of them only.
  private func facts(_ front: Facts, lost: inout Set<String>, faults: inout [Fault]) -> Facts {
    guard let side else { return front }
    let file: TextFile
    do throws(Fault) {
      file = try TextFile(path: side.path, name: side.name)
    } catch {
      faults.append(error)
      lost.formUnion(Schema.article.map(\.name))
      return front
    }
    let read = FrontMatter.facts(file.lines, file: side.name, what: "a file beside an article")
    var facts = read.facts
    faults += file.faults + read.faults
    lost.formUnion(read.lostKeys)
    let twice = Set(facts.places.keys).intersection(front.places.keys).sorted()
    for key in twice {
      guard let place = facts.places[key], let other = front.places[key] else { continue }
      faults.append(
        Fault(
          .frontMatter, at: place, "“\(key)” stands here and in \(other.file):\(other.line)",
          advice: "keep one of them"))
    }
    // Keys that are only standards on one side must not hide what the other side says.
    for (key, place) in front.places {
      facts.values[key] = front.values[key]
      facts.places[key] = place
    }
    facts.references += front.references
    return facts
  }

  /// Whether the key stands there with a value that a fault is about: then it is not missing.
  private func isReported(_ key: String, _ facts: Facts, _ faults: [Fault]) -> Bool {
    guard let place = facts.places[key] else { return false }
    return faults.contains { $0.file == place.file && $0.line == place.line && $0.severity == .error }
  }

  /// - Parameter lost: keys whose values could not be read.
  private func record(
    _ facts: Facts, _ read: ReadText, lost: Set<String>, faults: inout [Fault]
  ) -> SeedRecord {
    let place = Place(file: text.name)
    var facts = facts
    facts.references += read.references
    facts.media += read.media
    // A document without front matter and side file has no mapping that would have brought these.
    for member in Schema.article where !facts.has(member.name) { facts.values[member.name] = member.standard }
    for (key, guess) in [("headline", read.headline), ("standfirst", read.standfirst), ("dateline", read.dateline)] {
      if !facts.has(key) || (key == "headline" && facts.text(key) == nil) {
        facts.values[key] = guess.map { .string($0) }
      }
    }
    if !facts.has("tags") || facts.values["tags"] == .null {
      facts.values["tags"] = .array((read.tags ?? []).map { .string($0) })
    }
    if facts.places["byline"] == nil, !read.byline.isEmpty {
      facts.values["byline"] = .array(read.byline.map { .string($0) })
    }
    if text.name.lowercased().hasSuffix(".md") {
      for key in ["lines", "repairs"] where facts.places[key] != nil {
        faults.append(
          Fault(
            .lineOverride, at: facts.places[key] ?? place, "“\(key)” is for raw documents; this is Markdown",
            advice: "delete it, and mark the text up instead"))
      }
    }
    let hold = Hold(facts)
    // What is published at a time is dated by it, unless its publisher gave it another date.
    if facts.text("publishedAt") == nil, case .until(let moment)? = hold {
      facts.values["publishedAt"] = .string(moment.description)
    }
    for key in Schema.articleInstructions { facts.values[key] = nil }
    // An id that could not be read is nobody's to guess; what else stands there is looked at all the same.
    let isNamed = facts.text("id") != nil || !(lost.contains("id") || isReported("id", facts, faults))
    let id = isNamed ? id(facts, faults: &faults) ?? "" : ""
    let hasHeadline = facts.text("headline") != nil
    if !hasHeadline, !lost.contains("headline"), !isReported("headline", facts, faults) {
      faults.append(
        Fault(.missingKey, at: place, "the article has no headline", advice: "add “headline:” to its front matter"))
    }
    let hasText = read.blocks.contains { $0.content.role != .link }
    // Text that is there and cannot be read was named already.
    if !hasText, !read.faults.contains(where: { $0.severity == .error }) {
      faults.append(Fault(.noText, at: place, "the article has no text below its headline", advice: "write it"))
    }
    if facts.text("publishedAt") == nil, !lost.contains("publishedAt"), hasHeadline, hasText,
      !isReported("publishedAt", facts, faults)
    {
      faults.append(
        Fault(
          .warning, .noPublicationDate, at: place, "nothing says when the article was published",
          advice: "add “publishedAt:” to its front matter or to a \(sideName) beside it"))
    }
    var record = SeedRecord(
      kind: .article, id: id, place: facts.places["id"] ?? place, facts: facts, blocks: read.blocks, hold: hold)
    record.textFile = text.name
    record.sideFile = side?.name
    record.isWhole = hasHeadline && hasText && lost.isEmpty && !id.isEmpty
    return record
  }

  private var sideName: String {
    URL(fileURLWithPath: text.name).deletingPathExtension().lastPathComponent + ".yaml"
  }

  /// The id given, or the file's name made one.
  private func id(_ facts: Facts, faults: inout [Fault]) -> String? {
    if let id = facts.text("id") { return id }
    let name = URL(fileURLWithPath: text.name).deletingPathExtension().lastPathComponent
    if Slug.isValid(name) { return name }
    let place = Place(file: text.name)
    guard let slug = Wording.slug(from: name) else {
      faults.append(
        Fault(.badID, at: place, "no id can be made of the file's name", advice: "rename the file or give it an “id:”"))
      return nil
    }
    faults.append(
      Fault(
        .warning, .derivedID, at: place, "the file's name is not an id; “\(slug)” is used",
        advice: "rename the file or give it an “id:”"))
    return slug
  }
}
