public import StorylineModels

/// One article as a line of a list: what a screen shows of it without opening its text.
public struct ArticleSummary: Codable, Hashable, Sendable, Identifiable {
  public var id: Identifier<Article>
  public var headline: String
  public var standfirst: String?
  public var publishedAt: Timestamp?
  /// The ULID of the first publication, which orders articles for “mark all read”.
  public var pub: String?
  /// The commit that last changed it.
  public var rev: Int64
  public var version: Int
  public var readingMinutes: Int
  /// The name of its source.
  public var source: String?
  public var tags: [String]
  public var isRead: Bool
  public var isSaved: Bool
  /// Whether it was changed after its first publication, or a note to the readers says so.
  public var isCorrected: Bool

  public init(
    id: Identifier<Article>, headline: String, standfirst: String? = nil, publishedAt: Timestamp? = nil,
    pub: String? = nil, rev: Int64, version: Int = 1, readingMinutes: Int = 1, source: String? = nil,
    tags: [String] = [], isRead: Bool = false, isSaved: Bool = false, isCorrected: Bool = false
  ) {
    self.id = id
    self.headline = headline
    self.standfirst = standfirst
    self.publishedAt = publishedAt
    self.pub = pub
    self.rev = rev
    self.version = version
    self.readingMinutes = readingMinutes
    self.source = source
    self.tags = tags
    self.isRead = isRead
    self.isSaved = isSaved
    self.isCorrected = isCorrected
  }
}

/// Which articles a list shows; the conditions hold together.
public struct ArticleFilter: Hashable, Sendable {
  /// Every article.
  public static let all = ArticleFilter()

  public var unreadOnly: Bool
  public var savedOnly: Bool
  public var tag: String?
  /// Only what its publisher dated at this moment or later.
  public var since: Timestamp?
  /// At most so many; nil is all.
  public var limit: Int?

  public init(
    unreadOnly: Bool = false, savedOnly: Bool = false, tag: String? = nil, since: Timestamp? = nil, limit: Int? = nil
  ) {
    self.unreadOnly = unreadOnly
    self.savedOnly = savedOnly
    self.tag = tag
    self.since = since
    self.limit = limit
  }
}
