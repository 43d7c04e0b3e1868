/// Any content entity, decoded by its kind; what this version does not know is kept as it came.
public enum Entity: Hashable, Sendable {
  case story(Story)
  case source(Source)
  case actor(Actor)
  case article(Article)
  case event(Event)
  case quote(Quote)
  case position(Position)
  case commitment(Commitment)
  case update(Update)
  case unknown(kind: ContentKind, id: String, body: RawJSON)

  public init(kind: ContentKind, id: String, body: RawJSON) throws {
    switch kind {
    case .story: self = .story(try body.decoded(as: Story.self))
    case .source: self = .source(try body.decoded(as: Source.self))
    case .actor: self = .actor(try body.decoded(as: Actor.self))
    case .article: self = .article(try body.decoded(as: Article.self))
    case .event: self = .event(try body.decoded(as: Event.self))
    case .quote: self = .quote(try body.decoded(as: Quote.self))
    case .position: self = .position(try body.decoded(as: Position.self))
    case .commitment: self = .commitment(try body.decoded(as: Commitment.self))
    case .update: self = .update(try body.decoded(as: Update.self))
    default: self = .unknown(kind: kind, id: id, body: body)
    }
  }

  public var kind: ContentKind {
    switch self {
    case .story: .story
    case .source: .source
    case .actor: .actor
    case .article: .article
    case .event: .event
    case .quote: .quote
    case .position: .position
    case .commitment: .commitment
    case .update: .update
    case .unknown(let kind, _, _): kind
    }
  }

  public var id: String {
    switch self {
    case .story(let value): value.id.rawValue
    case .source(let value): value.id.rawValue
    case .actor(let value): value.id.rawValue
    case .article(let value): value.id.rawValue
    case .event(let value): value.id.rawValue
    case .quote(let value): value.id.rawValue
    case .position(let value): value.id.rawValue
    case .commitment(let value): value.id.rawValue
    case .update(let value): value.id.rawValue
    case .unknown(_, let id, _): id
    }
  }

  /// The body as it goes over the wire.
  public func body() throws -> RawJSON {
    switch self {
    case .story(let value): try RawJSON(encoding: value)
    case .source(let value): try RawJSON(encoding: value)
    case .actor(let value): try RawJSON(encoding: value)
    case .article(let value): try RawJSON(encoding: value)
    case .event(let value): try RawJSON(encoding: value)
    case .quote(let value): try RawJSON(encoding: value)
    case .position(let value): try RawJSON(encoding: value)
    case .commitment(let value): try RawJSON(encoding: value)
    case .update(let value): try RawJSON(encoding: value)
    case .unknown(_, _, let body): body
    }
  }

  /// The addresses of the images that it shows.
  public var images: [String] {
    switch self {
    case .article(let value): value.blocks.filter { $0.role == .image }.compactMap(\.url)
    case .story(let value):
      value.brief.filter { $0.role == .image }.compactMap(\.url) + [value.image?.url].compactMap(\.self)
    default: []
    }
  }

  /// The words that prove it; empty for kinds that need none.
  public var evidence: [Evidence] {
    switch self {
    case .event(let value): value.evidence
    case .quote(let value): value.evidence
    case .position(let value): value.evidence
    case .commitment(let value): value.evidence
    case .story, .source, .actor, .article, .update, .unknown: []
    }
  }
}
