import StorylineClient
import StorylineModels

/// What the screens show, as it was read from the replica at one moment.
struct StoryData: Sendable {
  var story: Story?
  /// Newest first.
  var articles: [ArticleSummary] = []
  var changes = CatchUp(since: nil)
  var status: ReplicaStatus?
  var events: [Event] = []
  var positions: [Position] = []
  var commitments: [Commitment] = []
  var quotes: [Quote] = []
  var names = Names(actors: [:])
  /// Whether it is all there is; the first look takes only what fills a screen.
  var isWhole = false

  /// Of so many articles the first paint is made.
  static let firstLook = 100

  /// Enough for the first screen.
  static func firstLook(at replica: Replica) throws -> StoryData {
    var data = StoryData(story: try replica.story())
    data.articles = try replica.articles(ArticleFilter(limit: firstLook))
    data.status = try replica.status()
    data.names.tags = data.story?.tagNames ?? [:]
    return data
  }

  static func whole(of replica: Replica) throws -> StoryData {
    let story = try replica.story()
    let articles = try replica.articles()
    return StoryData(
      story: story, articles: articles, changes: try replica.changes(), status: try replica.status(),
      events: try replica.timeline(), positions: try replica.positions(), commitments: try replica.commitments(),
      quotes: try replica.quotes(),
      names: Names(
        actors: try replica.actors(), sources: try replica.sources(), tags: story?.tagNames ?? [:],
        articles: Dictionary(articles.map { ($0.id, $0.headline) }) { first, _ in first }),
      isWhole: true)
  }
}

/// One article as the reader needs it.
struct OpenedArticle: Sendable {
  var view: ArticleView
  /// What differs from the version of the last visit.
  var edit: ArticleEdit?
  var highlights: [PlacedHighlight]
  var notes: [Note]
  var progress: Progress?

  init(
    view: ArticleView, edit: ArticleEdit? = nil, highlights: [PlacedHighlight] = [], notes: [Note] = [],
    progress: Progress? = nil
  ) {
    self.view = view
    self.edit = edit
    self.highlights = highlights
    self.notes = notes
    self.progress = progress
  }

  /// nil if there is none, or it was withdrawn.
  static func read(_ id: Identifier<Article>, from replica: Replica) throws -> OpenedArticle? {
    guard let view = try replica.article(id) else { return nil }
    return OpenedArticle(
      view: view, edit: try replica.edit(of: id, since: try replica.lastVisit()),
      highlights: try replica.highlights(of: id), notes: try replica.notes(of: id),
      progress: try replica.progress(of: id))
  }
}
