import StorylineModels

/// Holds the entities of a folder against each other.
struct Lint {
  let story: SeedStory
  let resolution: Resolution
  /// The day each article was published, as far as it is known.
  private let published: [String: String]

  init(_ story: SeedStory, _ resolution: Resolution) {
    self.story = story
    self.resolution = resolution
    let days = story.records.filter { $0.kind == .article }.compactMap { record in
      record.facts.text("publishedAt").map { (record.id, String($0.prefix(10))) }
    }
    published = Dictionary(days) { first, _ in first }
  }

  func faults() -> [Fault] {
    duplicates() + ReferenceLint(story, resolution).faults()
      + story.records.flatMap { record in
        dates(record) + money(record) + proof(record) + lateFacts(record)
      }
  }

  /// Two files with one id: both are named.
  private func duplicates() -> [Fault] {
    var first: [EntityKey: Place] = [:]
    var faults: [Fault] = []
    for record in story.records where !record.id.isEmpty {
      guard let other = first[record.key] else {
        first[record.key] = record.place
        continue
      }
      faults.append(
        Fault(
          .duplicateID, at: record.place,
          "the id “\(record.id)” is that of another \(record.kind) too, in \(other.file):\(other.line)",
          advice: "give one of them another id"))
    }
    return faults
  }

  private func dates(_ record: SeedRecord) -> [Fault] {
    let pairs = [("date", "endDate"), ("date", "until")].compactMap { start, end -> Fault? in
      guard let from = record.facts.date(start), let to = record.facts.date(end), from.firstDay > to.lastDay else {
        return nil
      }
      let place = record.facts.places[end] ?? record.place
      return Fault(
        .dateOrder, at: place, "“\(end)” (\(to)) is before “\(start)” (\(from))", advice: "correct one of the two")
    }
    let lists = [("chapters", "from", "to"), ("memberOf", "since", "until"), ("roles", "from", "to")]
    return pairs + lists.flatMap { list, start, end in spans(record, list, start, end) }
  }

  private func spans(_ record: SeedRecord, _ list: String, _ start: String, _ end: String) -> [Fault] {
    guard case .array(let entries)? = record.facts.values[list] else { return [] }
    return entries.compactMap { entry -> Fault? in
      guard case .object(let members) = entry, case .string(let first)? = members[start],
        case .string(let last)? = members[end], let from = PartialDate(first), let to = PartialDate(last),
        from.firstDay > to.lastDay
      else { return nil }
      let place = record.facts.places[list] ?? record.place
      return Fault(
        .dateOrder, at: place, "in “\(list)”, “\(end)” (\(to)) is before “\(start)” (\(from))",
        advice: "correct one of the two")
    }
  }

  private func money(_ record: SeedRecord) -> [Fault] {
    guard record.kind == .commitment, record.facts.text("currency") == nil else { return [] }
    return ["amount", "delivered"].filter { record.facts.text($0) != nil }.prefix(1).map { key in
      Fault(
        .currency, at: record.facts.places[key] ?? record.place, "“\(key)” has no currency",
        advice: "add “currency:” with its ISO 4217 code, such as EUR")
    }
  }

  private static let facts: Set<ContentKind> = [.event, .quote, .position, .commitment]

  private func proof(_ record: SeedRecord) -> [Fault] {
    guard Self.facts.contains(record.kind), record.facts.evidence.isEmpty, record.facts.text("sourceUrl") == nil else {
      return []
    }
    // An entry of “evidence” that could not be read has its own fault.
    let broken = record.facts.places["evidence"]
    if let broken, story.readFaults.contains(where: { $0.file == broken.file && $0.line >= broken.line }) { return [] }
    let name = record.id.isEmpty ? "" : " “\(record.id)”"
    return [
      Fault(
        .evidenceMissing, at: record.place, "nothing proves the \(record.kind)\(name)",
        advice: "add “evidence:” with an article and its exact words, or “sourceUrl:”")
    ]
  }

  /// What happened after an article was published cannot have been in it.
  private func lateFacts(_ record: SeedRecord) -> [Fault] {
    guard let date = record.facts.date("date") else { return [] }
    return record.facts.evidence.compactMap { draft -> Fault? in
      guard let published = published[draft.article], date.firstDay > published else { return nil }
      return Fault(
        .warning, .eventAfterArticle, at: record.facts.places["date"] ?? record.place,
        "the date \(date) is after the article “\(draft.article)” (\(published)), which is to prove it",
        advice: "check both dates")
    }
  }
}
