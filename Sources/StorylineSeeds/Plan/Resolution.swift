import StorylineModels

/// A folder with its open ends tied: the story known, blocks numbered, evidence found, entities made.
struct Resolution {
  /// With their JSON, where the store has one to compare it with.
  private(set) var entities: [(record: SeedRecord, entity: Entity, body: RawJSON?)] = []
  private(set) var faults: [Fault] = []
  let storyID: String
  /// What the store has, decoded as far as this version knows it.
  let stored: [EntityKey: Entity]
  /// The blocks of every article that evidence may name.
  private(set) var blocks: [String: [Block]] = [:]

  init(_ story: SeedStory, stored changes: [ContentChange]) {
    var stored: [EntityKey: Entity] = [:]
    // A body that this version cannot read is never equal to what the folder says: it will be written anew.
    let live = changes.filter { !$0.isDeleted }
    for (change, entity) in zip(live, Parallel.map(live) { try? $0.entity() }) {
      stored[EntityKey(kind: change.kind, id: change.id)] = entity
    }
    self.stored = stored
    let storedStory = stored.keys.first { $0.kind == .story }?.id
    let own = story.records.first { $0.kind == .story }
    var records = story.records
    if let own {
      storyID = own.id
      if let storedStory, storedStory != own.id { faults.append(Self.other(own, storedStory)) }
    } else if let storedStory {
      storyID = storedStory
      if !story.hasStoryFile { faults.append(Self.assumed(story, "its articles join the story “\(storedStory)”")) }
    } else {
      let made = story.assumedStory()
      storyID = made.id
      if !story.hasStoryFile, !records.isEmpty {
        records.insert(made, at: 0)
        faults.append(
          Self.assumed(story, "its articles make the story “\(made.id)”, titled “\(made.facts.text("title") ?? "")”"))
      }
    }
    number(records, whole: story.hasStoryFile)
    build(records, story)
  }

  private static func other(_ record: SeedRecord, _ stored: String) -> Fault {
    Fault(
      .otherStory, at: record.place, "the database holds the story “\(stored)”, and a database holds one story only",
      advice: "name another --database")
  }

  private static func assumed(_ story: SeedStory, _ what: String) -> Fault {
    Fault(
      .warning, .assumedStory, at: Place(file: story.path), "the folder has no story.yaml; assumed: \(what)",
      advice: "write a story.yaml")
  }

  private mutating func number(_ records: [SeedRecord], whole: Bool) {
    if !whole {
      for case .article(let article) in stored.values { blocks[article.id.rawValue] = article.blocks }
    }
    let articles = records.filter { $0.kind == .article }
    let numbered = Parallel.map(articles) { [stored] in Self.numbered($0, stored) }
    for (record, list) in zip(articles, numbered) { blocks[record.id] = list }
  }

  /// Blocks with their ids: aligned with the published version, if there is one.
  private static func numbered(_ record: SeedRecord, _ stored: [EntityKey: Entity]) -> [Block] {
    switch stored[record.key] {
    case .article(let article)?:
      BlockAlignment.aligned(record.blocks, with: article.blocks, newPrefix: "b\(article.version + 1)-")
    case .story(let story)?:
      BlockAlignment.aligned(record.blocks, with: story.brief, newPrefix: "s")
    default:
      BlockAlignment.fresh(record.blocks, prefix: record.kind == .story ? "s" : "b")
    }
  }

  private mutating func build(_ records: [SeedRecord], _ story: SeedStory) {
    var headlines: [String: String] = [:]
    for case .article(let article) in stored.values { headlines[article.id.rawValue] = article.headline }
    for record in records where record.kind == .article { headlines[record.id] = record.facts.text("headline") }
    let language = records.first { $0.kind == .story }?.facts.text("language") ?? storedLanguage ?? "en"
    let builder = EntityBuilder(story: storyID, language: language, headlines: headlines, tagNames: story.tagNames)
    let unread = Dictionary(records.compactMap { record in record.unreadText.map { (record.id, $0) } }) { $0 + $1 }
    let built = Parallel.map(records) { [blocks, stored] record -> Built in
      var (built, builder) = (Built(), builder)
      let evidence = EvidenceResolver.resolve(record, blocks: blocks, unread: unread, faults: &built.faults)
      guard record.isWhole else { return built }
      let own = record.kind == .article ? blocks[record.id] ?? [] : Self.numbered(record, stored)
      built.entity = Self.entity(record, own, evidence, stored[record.key], &builder)
      built.body = stored[record.key] == nil ? nil : try? built.entity?.body()
      built.lateFaults = builder.faults
      return built
    }
    for (record, built) in zip(records, built) {
      faults += built.faults
      if let entity = built.entity { entities.append((record, entity, built.body)) }
    }
    // Where the reader has already found a fault, a second one about the same entity only distracts.
    let broken = Set(story.readFaults.filter { $0.severity == .error }.map(\.file))
    faults += built.flatMap(\.lateFaults).filter { !broken.contains($0.file) }
  }

  /// What became of one record.
  private struct Built {
    var entity: Entity?
    var body: RawJSON?
    var faults: [Fault] = []
    var lateFaults: [Fault] = []
  }

  private var storedLanguage: String? {
    for case .story(let story) in stored.values { return story.language }
    return nil
  }

  /// An article whose text or head has changed is the next version.
  private static func entity(
    _ record: SeedRecord, _ blocks: [Block], _ evidence: [Evidence], _ stored: Entity?, _ builder: inout EntityBuilder
  ) -> Entity? {
    guard case .article(let old)? = stored else {
      return builder.entity(record, blocks: blocks, evidence: evidence)
    }
    let same = builder.entity(record, blocks: blocks, evidence: evidence, version: old.version)
    if same == .article(old) { return same }
    return builder.entity(record, blocks: blocks, evidence: evidence, version: old.version + 1)
  }
}
