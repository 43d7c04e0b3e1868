/// What a content record is. An open set: an unknown kind is stored and passed on like the others.
public struct ContentKind: OpenSet {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  public static let story = ContentKind(rawValue: "story")
  public static let source = ContentKind(rawValue: "source")
  public static let actor = ContentKind(rawValue: "actor")
  public static let article = ContentKind(rawValue: "article")
  public static let event = ContentKind(rawValue: "event")
  public static let quote = ContentKind(rawValue: "quote")
  public static let position = ContentKind(rawValue: "position")
  public static let commitment = ContentKind(rawValue: "commitment")
  public static let update = ContentKind(rawValue: "update")

  /// In the order in which a commit writes them: what is referred to stands before what refers to it.
  public static let known: [ContentKind] = [
    .story, .source, .actor, .article, .event, .quote, .position, .commitment, .update,
  ]
}

/// One kind of content: an editor's facts under an id, Codable as the `body` of a content record.
///
/// What the server assigns (`rev`, `num`, `pub`, the time of the last change) is in the record's envelope, `ContentChange`.
public protocol ContentEntity: Codable, Hashable, Sendable, Identifiable where ID == Identifier<Self> {
  static var kind: ContentKind { get }
  var id: Identifier<Self> { get }
}
