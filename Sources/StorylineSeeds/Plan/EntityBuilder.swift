import StorylineModels

/// Makes model values of records whose block ids and evidence are settled.
struct EntityBuilder {
  let story: String
  /// The story's, for articles that name none.
  let language: String
  /// Of every article that a link may lead to.
  let headlines: [String: String]
  var tagNames: [String: String]?
  private(set) var faults: [Fault] = []

  init(story: String, language: String, headlines: [String: String], tagNames: [String: String]? = nil) {
    self.story = story
    self.language = language
    self.headlines = headlines
    self.tagNames = tagNames
  }

  /// nil, with a fault, if the values do not make an entity; faults that the reader has found come first.
  mutating func entity(_ record: SeedRecord, blocks: [Block], evidence: [Evidence], version: Int = 1) -> Entity? {
    var values = record.facts.values.filter { $0.value != .null }
    values["id"] = .string(record.id)
    if ![.story, .source, .actor].contains(record.kind) { values["story"] = .string(story) }
    do {
      switch record.kind {
      case .article: return .article(try article(values, blocks: blocks, version: version))
      case .story: return .story(try aStory(values, brief: blocks))
      default: return try fact(record.kind, record.id, values, evidence)
      }
    } catch {
      // The reader has a fault for whatever is missing; this one is for what a model may demand beyond that.
      faults.append(Fault(.wrongType, at: record.place, "this is no complete \(record.kind)", advice: "see above"))
      return nil
    }
  }

  private func article(_ values: [String: JSONValue], blocks: [Block], version: Int) throws -> Article {
    var values = values
    values["blocks"] = .array([])
    values["language"] = values["language"] ?? .string(language)
    values["version"] = values["version"] ?? .integer(Int64(version))
    let minutes = values["readingMinutes"]
    values["readingMinutes"] = minutes ?? .integer(1)
    var article = try decode(Article.self, values)
    article.blocks = blocks.map(titled)
    if minutes == nil { article.readingMinutes = Article.readingMinutes(of: article.blocks) }
    return article
  }

  /// A link without words of its own says the headline that it leads to.
  private func titled(_ block: Block) -> Block {
    guard block.role == .link, block.title == nil, let target = block.article?.rawValue else { return block }
    var block = block
    block.title = headlines[target].map { InlineText.escaped($0) }
    return block
  }

  private func aStory(_ values: [String: JSONValue], brief: [Block]) throws -> Story {
    var values = values
    values["brief"] = .array([])
    var story = try decode(Story.self, values)
    story.brief = brief
    story.tagNames = tagNames
    return story
  }

  private func fact(
    _ kind: ContentKind, _ id: String, _ values: [String: JSONValue], _ evidence: [Evidence]
  ) throws -> Entity {
    var members = try RawJSON(encoding: JSONValue.object(values))
    if ![.source, .actor, .update].contains(kind) {
      members = try members.setting([("evidence", try RawJSON(encoding: evidence))])
    }
    return try Entity(kind: kind, id: id, body: members)
  }

  private func decode<Value: Decodable>(_ type: Value.Type, _ values: [String: JSONValue]) throws -> Value {
    try RawJSON(encoding: JSONValue.object(values)).decoded(as: type)
  }
}
