import Foundation
import GRDB
import StorylineModels

/// Compares an article with its version at a visit.
struct ReadEdit {
  let id: Identifier<Article>
  let visit: Visit?

  func run(in db: Database) throws -> ArticleEdit? {
    guard let key = try ArticleHistory(id: id.rawValue).seen(at: visit, in: db),
      let old = try ArticleHistory.article(key, in: db),
      let row = try db.row(
        "SELECT body FROM content WHERE kind = 'article' AND id = ? AND undecodable = 0", [id.rawValue]),
      let body: Data = row["body"]
    else { return nil }
    let edit = ArticleEdit(from: old, to: try StorylineJSON.decode(Article.self, from: body))
    return edit.isEmpty ? nil : edit
  }
}
