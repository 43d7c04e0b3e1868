public import StorylineModels

/// A story as the files of a folder, in the one form that `fmt` and `export` share.
public struct StoryText: Sendable {
  /// Paths in the folder, and what stands there.
  public private(set) var files: [String: String] = [:]
  /// What could not be written, in words for the editor; empty if the files say everything.
  public private(set) var losses: [String] = []

  /// - Parameters:
  ///   - entities: everything that is published.
  ///   - scheduled: what waits for its time; it takes the place of what is published of it.
  ///   - drafts: what is not to be published.
  ///   - media: the names that images have in `media/`; their files are the caller's.
  public init(
    entities: [Entity], scheduled: [PlannedSchedule] = [], drafts: [Entity] = [], media: [MediaID: String] = [:]
  ) throws {
    var all: [EntityKey: Entity] = [:]
    var times: [EntityKey: Timestamp] = [:]
    var draftKeys: Set<EntityKey> = []
    for entity in entities { all[Self.key(entity)] = entity }
    for item in scheduled {
      all[Self.key(item.entity)] = item.entity
      times[Self.key(item.entity)] = item.at
    }
    for entity in drafts {
      all[Self.key(entity)] = entity
      draftKeys.insert(Self.key(entity))
    }
    var language = "en"
    for case .story(let story) in all.values { language = story.language }
    var headlines: [String: String] = [:]
    for case .article(let article) in all.values { headlines[article.id.rawValue] = article.headline }
    var lists: [String: [Entry]] = [:]
    for (key, entity) in all {
      switch entity {
      case .story(let story): try write(story, media)
      case .article(let article):
        var text = ArticleText(
          article, headlines: headlines, language: language, publishAt: times[key], isDraft: draftKeys.contains(key),
          media: media)
        files["articles/\(article.id).md"] = try text.text()
        losses += text.losses
      case .unknown: losses.append("\(key) is of a kind that this version does not know")
      default: try add(entity, to: &lists, blocks: all)
      }
    }
    for (path, entries) in lists {
      var writer = YAMLWriter()
      writer.list(entries.sorted { ($0.date, $0.id) < ($1.date, $1.id) }.map(\.pairs))
      files[path] = writer.text
    }
    losses.sort()
  }

  private static func key(_ entity: Entity) -> EntityKey { EntityKey(kind: entity.kind, id: entity.id) }

  /// One entry of a list, with what it is sorted by.
  private struct Entry {
    let date: String
    let id: String
    let pairs: [(key: String, value: JSONValue)]
  }

  private mutating func write(_ story: Story, _ media: [MediaID: String]) throws {
    guard case .object(var values) = try RawJSON(encoding: story).decoded(as: JSONValue.self) else { return }
    values["brief"] = .array(story.brief.map { .string($0.text ?? "") })
    if story.brief.contains(where: { $0.role != .paragraph }) {
      losses.append("the brief of the story has blocks that are no paragraphs")
    }
    if case .object(var image)? = values["image"], let id = story.image.flatMap({ MediaID(address: $0.url) }) {
      if let name = media[id] {
        image["url"] = .string(MediaReference.folder + name)
        values["image"] = .object(image)
      } else {
        losses.append("the image of the story is not there")
      }
    }
    var writer = YAMLWriter()
    writer.mapping(Self.pairs(values, Schema.story))
    files["story.yaml"] = writer.text
    guard let names = story.tagNames else { return }
    var tags = YAMLWriter()
    tags.mapping(names.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    files["tags.yaml"] = tags.text
  }

  private mutating func add(
    _ entity: Entity, to lists: inout [String: [Entry]], blocks: [EntityKey: Entity]
  ) throws {
    guard let list = Schema.lists.first(where: { $0.kind == entity.kind }),
      case .object(var values) = try entity.body().decoded(as: JSONValue.self)
    else { return }
    if !entity.evidence.isEmpty { values["evidence"] = .array(entity.evidence.map { Self.evidence($0, in: blocks) }) }
    var date = ""
    for name in ["date", "at"] { if case .string(let text)? = values[name] { date = text } }
    // Actors and sources are few and have no date: one file each.
    let path = date.isEmpty ? "\(list.name).yaml" : "\(list.name)/\(date.prefix(4)).yaml"
    lists[path, default: []].append(Entry(date: date, id: entity.id, pairs: Self.pairs(values, list.members)))
  }

  private static func pairs(
    _ values: [String: JSONValue], _ members: [Shape.Member]
  ) -> [(key: String, value: JSONValue)] {
    members.compactMap { member in
      guard let value = values[member.name], value != .null, value != member.standard else { return nil }
      return (member.name, value)
    }
  }

  /// The block is named only where the words do not find it.
  private static func evidence(_ evidence: Evidence, in entities: [EntityKey: Entity]) -> JSONValue {
    var members: [String: JSONValue] = [
      "article": .string(evidence.article.rawValue), "exact": .string(evidence.exact),
    ]
    if case .article(let article)? = entities[EntityKey(kind: .article, id: evidence.article.rawValue)] {
      let holders = article.blocks.filter { $0.texts.contains { $0.contains(evidence.exact) } }
      if holders.map(\.id) != [evidence.block] { members["block"] = .string(evidence.block.rawValue) }
    }
    return .object(members)
  }
}

extension SeedStory {
  /// The folder's entities as files in the form that `fmt` gives them.
  ///
  /// - Parameter now: what was to wait and need not any more loses the words that said so.
  public func text(now: Timestamp) throws -> StoryText {
    let resolution = Resolution(self, stored: [])
    var entities: [Entity] = []
    var scheduled: [PlannedSchedule] = []
    var drafts: [Entity] = []
    for (record, entity, _) in resolution.entities {
      switch record.hold {
      case .draft?: drafts.append(entity)
      case .until(let moment)? where moment > now: scheduled.append(PlannedSchedule(entity: entity, at: moment))
      default: entities.append(entity)
      }
    }
    let names = Dictionary(media.map { ($0.id, $0.name) }) { first, _ in first }
    return try StoryText(entities: entities, scheduled: scheduled, drafts: drafts, media: names)
  }

  /// The files that were read for entities, as paths in the folder.
  public var sourceFiles: [String] {
    var names = Set(records.map(\.place.file))
    for record in records {
      for file in [record.textFile, record.sideFile] { if let file { names.insert(file) } }
    }
    if hasStoryFile { names.insert(path + "/story.yaml") }
    if tagNames != nil { names.insert(path + "/tags.yaml") }
    return names.map { String($0.dropFirst(path.count + 1)) }.sorted()
  }
}
