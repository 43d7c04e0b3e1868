import StorylineModels

/// What the replica's derived tables say about one content record.
struct ContentDescription {
  var title: String?
  var isUndecodable = false
  /// Of an article that is to be listed.
  var article: Article?
  var evidence: Set<Identifier<Article>> = []
  var amendment: Update?
  /// nil if the record is not searched for.
  var searchText: String?

  init(kind: ContentKind, id: String, body: RawJSON) {
    guard let entity = try? Entity(kind: kind, id: id, body: body), entity.id == id || !kind.isKnown else {
      isUndecodable = true
      return
    }
    evidence = Set(entity.evidence.map(\.article))
    describe(entity)
  }

  private mutating func describe(_ entity: Entity) {
    switch entity {
    case .article(let value):
      title = value.headline
      guard value.status != .withdrawn else { return }
      article = value
      searchText = Self.joined([value.standfirst] + value.blocks.flatMap(\.texts))
    case .event(let value):
      title = value.title
      searchText = Self.joined([value.summary, value.place])
    case .quote(let value):
      title = value.text
      searchText = Self.joined([value.speakerTitle, value.occasion, value.place])
    case .position(let value):
      title = value.summary
      searchText = Self.joined([value.topic])
    case .commitment(let value):
      title = value.title
      searchText = ""
    case .actor(let value):
      title = value.name
      searchText = Self.joined([value.nativeName] + (value.aliases ?? []))
    case .source(let value): title = value.name
    case .story(let value): title = value.title
    case .update(let value):
      title = value.note
      amendment = value
    case .unknown: break
    }
  }

  private static func joined(_ texts: [String?]) -> String { texts.compactMap(\.self).joined(separator: "\n") }
}
