import Foundation
import GRDB
import StorylineModels

/// Reads what happened to the story since a visit.
struct ReadChanges {
  let visit: Visit?

  func run(in db: Database) throws -> CatchUp {
    let stream = try StreamRow.fetch(.content, in: db)
    let changed = try Changes(visit: visit, stream: stream, in: db)
    var catchUp = CatchUp(since: visit, withdrawn: visit == nil ? [] : changed.withdrawn)
    for summary in try ReadArticles().run(in: db) {
      guard let firstRev = changed.articles[summary.id] else { continue }
      if isNew(summary, firstRev: firstRev, epoch: stream.epoch) {
        catchUp.newArticles.append(summary)
      } else {
        catchUp.changedArticles.append(summary)
      }
    }
    catchUp.edits = try catchUp.changedArticles.compactMap { try ReadEdit(id: $0.id, visit: visit).run(in: db) }
    catchUp.facts = changed.facts.sorted
    catchUp.updates = changed.updates.newestFirst
    return catchUp
  }

  /// By the commit that published it, or where that is not known or not comparable, by the time.
  private func isNew(_ summary: ArticleSummary, firstRev: Int64?, epoch: Epoch?) -> Bool {
    guard let visit else { return true }
    if let firstRev, visit.epoch == epoch { return firstRev > visit.rev }
    guard let published = summary.pub.flatMap(ULID.time(of:)) else { return true }
    return published > visit.at
  }
}

extension ReadChanges {
  /// The rows that moved since the visit.
  struct Changes {
    /// With the commit of their first publication, as far as it is known.
    var articles: [Identifier<Article>: Int64?] = [:]
    var facts = FactCollector()
    var updates: [Update] = []
    var withdrawn: [WithdrawnArticle] = []

    init(visit: Visit?, stream: StreamRow, in db: Database) throws {
      // Revs of another history say nothing; then the server's times must do.
      let isComparable = visit?.epoch == stream.epoch
      let rows = try db.rows(
        """
        SELECT kind, id, title, body, reason, first_rev, undecodable, key IN (SELECT key FROM article) AS listed
        FROM content
        WHERE CASE
          WHEN :at IS NULL THEN 1
          WHEN swept_at IS NOT NULL THEN swept_at > :at
          WHEN :comparable THEN rev > :rev
          ELSE coalesce(updated_at, :at + 1) > :at
        END
        ORDER BY rev DESC, kind, id
        """, ["at": visit?.at.milliseconds, "rev": visit?.rev, "comparable": isComparable])
      for row in rows { try add(row) }
    }

    private mutating func add(_ row: Row) throws {
      let kind = ContentKind(rawValue: row["kind"])
      let body: Data? = row["body"]
      guard row["undecodable"] == false else { return }
      // Gone, or still there with the status “withdrawn”: no list shows it.
      guard let body, kind != .article || row["listed"] else {
        guard kind == .article, let headline: String = row["title"] else { return }
        withdrawn.append(
          WithdrawnArticle(id: Identifier(row["id"] as String), headline: headline, reason: row["reason"]))
        return
      }
      switch kind {
      case .article: articles[Identifier(row["id"] as String)] = .some(row["first_rev"])
      case .update: updates.append(try StorylineJSON.decode(Update.self, from: body))
      default: try facts.add(row)
      }
    }
  }
}
