public import StorylineModels

/// What happened to the story since the reader's last visit, on whichever device that was.
public struct CatchUp: Codable, Hashable, Sendable {
  /// The visit that it is counted from; nil if there was none, and then everything is new.
  public var since: Visit?
  /// Newest first.
  public var newArticles: [ArticleSummary]
  /// Newest first.
  public var changedArticles: [ArticleSummary]
  /// What differs in changed articles whose older version this replica holds, in their order.
  public var edits: [ArticleEdit]
  public var withdrawn: [WithdrawnArticle]
  /// Facts that are new or were changed.
  public var facts: ArticleFacts
  /// Notes to the readers, newest first.
  public var updates: [Update]

  public init(
    since: Visit?, newArticles: [ArticleSummary] = [], changedArticles: [ArticleSummary] = [],
    edits: [ArticleEdit] = [], withdrawn: [WithdrawnArticle] = [], facts: ArticleFacts = ArticleFacts(),
    updates: [Update] = []
  ) {
    self.since = since
    self.newArticles = newArticles
    self.changedArticles = changedArticles
    self.edits = edits
    self.withdrawn = withdrawn
    self.facts = facts
    self.updates = updates
  }

  /// The notes that something was wrong: corrections, clarifications and withdrawals.
  public var corrections: [Update] {
    updates.filter { [.correction, .clarification, .withdrawal].contains($0.type) }
  }

  /// Whether nothing happened.
  public var isEmpty: Bool {
    newArticles.isEmpty && changedArticles.isEmpty && withdrawn.isEmpty && facts.isEmpty && updates.isEmpty
  }
}

/// An article that this replica held and that is gone.
public struct WithdrawnArticle: Codable, Hashable, Sendable, Identifiable {
  public var id: Identifier<Article>
  public var headline: String
  /// `retracted`, `legal`, `error`; nil if the server did not say.
  public var reason: String?

  public init(id: Identifier<Article>, headline: String, reason: String?) {
    self.id = id
    self.headline = headline
    self.reason = reason
  }
}
