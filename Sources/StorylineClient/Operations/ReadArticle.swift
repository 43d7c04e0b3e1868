import Foundation
import GRDB
import StorylineModels

/// Reads one article with everything that belongs to it.
struct ReadArticle {
  let id: Identifier<Article>

  func run(in db: Database) throws -> ArticleView? {
    guard let summary = try ReadArticles(id: id).run(in: db).first,
      let row = try db.row("SELECT body FROM content WHERE kind = 'article' AND id = ?", [id.rawValue])
    else { return nil }
    let article = try StorylineJSON.decode(Article.self, from: row["body"])
    return ArticleView(article: article, summary: summary, facts: try facts(in: db), updates: try updates(in: db))
  }

  private func facts(in db: Database) throws -> ArticleFacts {
    var collected = FactCollector()
    let rows = try db.rows(
      """
      SELECT c.kind, c.id, c.body FROM evidence e JOIN content c ON c.key = e.key
      WHERE e.article = ? AND c.body IS NOT NULL
      """, [id.rawValue])
    for row in rows { try collected.add(row) }
    return collected.sorted
  }

  private func updates(in db: Database) throws -> [Update] {
    try db.rows(
      """
      SELECT c.body FROM amendment m JOIN content c ON c.key = m.key
      WHERE m.kind = 'article' AND m.id = ? AND c.body IS NOT NULL
      """, [id.rawValue]
    ).map { try StorylineJSON.decode(Update.self, from: $0["body"]) }.newestFirst
  }
}

/// Sorts rows of several kinds into facts.
struct FactCollector {
  private var facts = ArticleFacts()

  mutating func add(_ row: Row) throws {
    let body: Data = row["body"]
    switch ContentKind(rawValue: row["kind"]) {
    case .event: facts.events.append(try StorylineJSON.decode(Event.self, from: body))
    case .quote: facts.quotes.append(try StorylineJSON.decode(Quote.self, from: body))
    case .position: facts.positions.append(try StorylineJSON.decode(Position.self, from: body))
    case .commitment: facts.commitments.append(try StorylineJSON.decode(Commitment.self, from: body))
    default: break
    }
  }

  var sorted: ArticleFacts {
    ArticleFacts(
      events: facts.events.oldestFirst, quotes: facts.quotes.newestFirst(by: \.date),
      positions: facts.positions.newestFirst(by: \.date), commitments: facts.commitments.newestFirst(by: \.date))
  }
}

extension Array where Element: ContentEntity {
  /// Of two of one day, the smaller id stands first, so that the order is the same on every device.
  func newestFirst(by date: (Element) -> PartialDate) -> [Element] {
    sorted { left, right in
      date(left) == date(right) ? left.id < right.id : date(left) > date(right)
    }
  }
}

extension [Event] {
  var oldestFirst: [Event] { sorted { ($0.date, $0.id) < ($1.date, $1.id) } }
}

extension [Update] {
  var newestFirst: [Update] { sorted { $0.at == $1.at ? $0.id < $1.id : $0.at > $1.at } }
}
