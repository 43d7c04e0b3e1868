import StorylineClient
import StorylineModels

/// One row, or group of rows, of a list.
enum ListEntry: Hashable, Sendable {
  case heading(String, String)
  /// A group of a topic's board, with how many stand in it.
  case stance(Position.Stance, Int, String)
  case news(String)
  case article(ArticleSummary, NewsSign?)
  case withdrawn(WithdrawnArticle)
  case newFact(FactMarks.Fact)
  case brief(Block)
  case event(Event)
  case seat(Board.Seat)
  case commitment(Commitment)
  case totals
  case quote(Quote)
  /// What was found, and when it was.
  case hit(SearchHit, about: String)
  case remark(String)

  /// Why an article stands in the news.
  enum NewsSign: Hashable, Sendable { case new, fixed }

  /// Whether the bar can stand at it.
  var isChoosable: Bool {
    switch self {
    case .heading, .stance, .news, .remark: false
    default: true
    }
  }

  var article: ArticleSummary? {
    if case .article(let summary, _) = self { return summary }
    return nil
  }

  /// Of an article, or of one that was found.
  var articleID: Identifier<Article>? {
    if case .hit(let hit, _) = self, hit.kind == .article { return Identifier(hit.id) }
    return article?.id
  }

  var fact: FactMarks.Fact? {
    switch self {
    case .newFact(let fact): fact
    case .event(let event): .event(event)
    case .seat(let seat): .position(seat.current)
    case .commitment(let commitment): .commitment(commitment)
    case .quote(let quote): .quote(quote)
    default: nil
    }
  }

  /// Whether it is the same thing in a list that was made anew.
  func isSame(as other: ListEntry) -> Bool {
    switch (self, other) {
    case (.article(let own, _), .article(let others, _)): own.id == others.id
    case (.article, _), (_, .article): false
    default: key == other.key
    }
  }

  func isArticle(_ id: Identifier<Article>) -> Bool {
    if case .article(let summary, _) = self { return summary.id == id }
    return false
  }

  /// What stays the same when the list is made anew, so that the bar stays where it is.
  var key: String {
    switch self {
    case .heading(let title, _): "heading " + title
    case .stance(let stance, _, let topic): "stance \(topic) \(stance.rawValue)"
    case .news: "news"
    case .article(let summary, _): "article " + summary.id.rawValue
    case .withdrawn(let article): "withdrawn " + article.id.rawValue
    case .newFact(let fact): "fact " + fact.id
    case .brief(let block): "brief " + block.id.rawValue
    case .event(let event): "event " + event.id.rawValue
    case .seat(let seat): "seat \(seat.current.topic) \(seat.actor)"
    case .commitment(let commitment): "commitment " + commitment.id.rawValue
    case .totals: "totals"
    case .quote(let quote): "quote " + quote.id.rawValue
    case .hit(let hit, _): "hit \(hit.kind) \(hit.id)"
    case .remark(let text): "remark " + text
    }
  }
}

extension FactMarks.Fact {
  var id: String {
    switch self {
    case .event(let value): value.id.rawValue
    case .quote(let value): value.id.rawValue
    case .position(let value): value.id.rawValue
    case .commitment(let value): value.id.rawValue
    }
  }

  /// The address that its source has on the web.
  var sourceAddress: String? {
    switch self {
    case .event(let value): value.sourceUrl
    case .quote(let value): value.sourceUrl
    case .position(let value): value.sourceUrl
    case .commitment(let value): value.sourceUrl
    }
  }
}
