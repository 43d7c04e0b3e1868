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

  /// The articles that facts of an actor rest on.
  func articles(of actor: Identifier<Actor>) -> Set<Identifier<Article>> {
    var evidence: [Evidence] = []
    for event in events where event.actors.contains(actor) { evidence += event.evidence }
    for position in positions where position.actor == actor || position.statedBy == actor {
      evidence += position.evidence
    }
    for commitment in commitments where commitment.from.contains(actor) || commitment.to.contains(actor) {
      evidence += commitment.evidence
    }
    for quote in quotes where quote.speaker == actor { evidence += quote.evidence }
    return Set(evidence.map(\.article))
  }

  /// Who acts in the facts of a list, or in those that its articles prove, with how many; the busiest first.
  func actors(in screen: Screen) -> [(id: Identifier<Actor>, count: Int)] {
    var counts: [Identifier<Actor>: Int] = [:]
    switch screen {
    case .timeline: for event in events { for actor in Set(event.actors) { counts[actor, default: 0] += 1 } }
    case .positions: for position in positions { counts[position.actor, default: 0] += 1 }
    case .commitments:
      for commitment in commitments {
        for actor in Set(commitment.from + commitment.to) { counts[actor, default: 0] += 1 }
      }
    case .quotes: for quote in quotes { counts[quote.speaker, default: 0] += 1 }
    default:
      let all = [Screen.timeline, .positions, .commitments, .quotes].flatMap { actors(in: $0) }
      for actor in Set(all.map(\.id)) { counts[actor] = articles(of: actor).count }
    }
    let some = counts.filter { $0.value > 0 }.map { (id: $0.key, count: $0.value) }
    return some.sorted { left, right in
      left.count == right.count ? names.name(left.id) < names.name(right.id) : left.count > right.count
    }
  }

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
  /// What differs from the version that the reader saw last, or from the one before.
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
      view: view, edit: try replica.edit(of: id, since: try replica.lastVisit()) ?? replica.lastEdit(of: id),
      highlights: try replica.highlights(of: id), notes: try replica.notes(of: id),
      progress: try replica.progress(of: id))
  }
}
