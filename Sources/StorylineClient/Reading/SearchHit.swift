public import StorylineModels

/// One record that holds the words looked for.
public struct SearchHit: Codable, Hashable, Sendable {
  public var kind: ContentKind
  public var id: String
  public var title: String
  public var snippet: Snippet

  public init(kind: ContentKind, id: String, title: String, snippet: Snippet) {
    self.kind = kind
    self.id = id
    self.title = title
    self.snippet = snippet
  }
}

/// Some words around the match.
public struct Snippet: Codable, Hashable, Sendable {
  public var text: String
  /// Where the words looked for stand, in characters of `text`, in order and apart.
  public var matches: [Range<Int>]

  public init(text: String, matches: [Range<Int>]) {
    self.text = text
    self.matches = matches
  }
}
