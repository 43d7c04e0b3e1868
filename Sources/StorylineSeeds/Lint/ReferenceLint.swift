import StorylineModels

/// Looks for ids that lead nowhere.
struct ReferenceLint {
  private let story: SeedStory
  private var known: [ContentKind: Set<String>] = [:]
  private var chapters: Set<String> = []
  /// Kinds of which a file could not be read: what seems unknown may stand in it.
  private let unsure: Set<ContentKind>

  init(_ story: SeedStory, _ resolution: Resolution) {
    self.story = story
    unsure = story.unreadKinds
    for record in story.records where !record.id.isEmpty { known[record.kind, default: []].insert(record.id) }
    if !story.hasStoryFile {
      for key in resolution.stored.keys { known[key.kind, default: []].insert(key.id) }
      for case .story(let stored) in resolution.stored.values { chapters = Set(stored.chapters.map(\.id.rawValue)) }
    }
    for record in story.records where record.kind == .story {
      guard case .array(let entries)? = record.facts.values["chapters"] else { continue }
      for case .object(let members) in entries {
        if case .string(let id)? = members["id"] { chapters.insert(id) }
      }
    }
  }

  func faults() -> [Fault] {
    story.records.flatMap { record in
      record.facts.references.compactMap(fault) + target(of: record)
    }
  }

  private func fault(_ reference: Reference) -> Fault? {
    let ids = reference.kind.map { known[$0] ?? [] } ?? chapters
    guard !ids.contains(reference.id), !unsure.contains(reference.kind ?? .story) else { return nil }
    let noun = reference.kind?.noun.split(separator: " ").last.map(String.init) ?? "chapter"
    let file = reference.kind.map { $0 == .article ? "articles/" : "\($0)s" } ?? "story.yaml"
    return Fault(
      .unknownReference, at: reference.place, "“\(reference.key)”: there is no \(noun) “\(reference.id)”",
      advice: Wording.didYouMean(reference.id, among: ids) ?? "add it to \(file) or correct the id")
  }

  /// Of an update: what it is about.
  private func target(of record: SeedRecord) -> [Fault] {
    guard record.kind == .update, case .object(let target)? = record.facts.values["target"],
      case .string(let kind)? = target["kind"], case .string(let id)? = target["id"]
    else { return [] }
    let place = record.facts.places["target"] ?? record.place
    return [Reference(kind: ContentKind(rawValue: kind), id: id, key: "target", place: place)].compactMap(fault)
  }
}
