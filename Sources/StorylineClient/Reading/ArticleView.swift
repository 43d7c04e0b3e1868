public import StorylineModels

/// One article with its marks, the facts that rest on it and the notes about its changes.
public struct ArticleView: Codable, Hashable, Sendable {
  public var article: Article
  public var summary: ArticleSummary
  public var facts: ArticleFacts
  /// The notes to the readers about this article, newest first.
  public var updates: [Update]

  public init(article: Article, summary: ArticleSummary, facts: ArticleFacts, updates: [Update]) {
    self.article = article
    self.summary = summary
    self.facts = facts
    self.updates = updates
  }
}

/// The facts whose evidence stands in one article; events oldest first, the others newest first.
public struct ArticleFacts: Codable, Hashable, Sendable {
  public var events: [Event]
  public var quotes: [Quote]
  public var positions: [Position]
  public var commitments: [Commitment]

  public init(
    events: [Event] = [], quotes: [Quote] = [], positions: [Position] = [], commitments: [Commitment] = []
  ) {
    self.events = events
    self.quotes = quotes
    self.positions = positions
    self.commitments = commitments
  }

  public var isEmpty: Bool { events.isEmpty && quotes.isEmpty && positions.isEmpty && commitments.isEmpty }
}
