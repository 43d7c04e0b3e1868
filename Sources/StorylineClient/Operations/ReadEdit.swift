import Foundation
import GRDB
import StorylineModels

/// Compares an article with its version at a visit.
struct ReadEdit {
  let id: Identifier<Article>
  let visit: Visit?

  func run(in db: Database) throws -> ArticleEdit? {
    guard let key = try ArticleHistory(id: id.rawValue).seen(at: visit, in: db),
      let old = try ArticleHistory.article(key, in: db)
    else { return nil }
    return try Self.edit(of: id, from: old, in: db)
  }

  fileprivate static func edit(of id: Identifier<Article>, from old: Article, in db: Database) throws -> ArticleEdit? {
    guard
      let row = try db.row(
        "SELECT body FROM content WHERE kind = 'article' AND id = ? AND undecodable = 0", [id.rawValue]),
      let body: Data = row["body"]
    else { return nil }
    let edit = ArticleEdit(from: old, to: try StorylineJSON.decode(Article.self, from: body))
    return edit.isEmpty ? nil : edit
  }
}

/// Compares an article with the version that the reader marked read, else with the one that it replaced.
struct ReadLastEdit {
  let id: Identifier<Article>

  func run(in db: Database) throws -> ArticleEdit? {
    let keys = try db.rows("SELECT key FROM article_version WHERE id = ? ORDER BY key DESC", [id.rawValue])
    let versions = try keys.compactMap { row in try ArticleHistory.article(row["key"], in: db) }
    let mark = try LibraryRow.fetch(LibraryKey(kind: .read, id: id.rawValue), in: db)?.record.decoded(as: ReadMark.self)
    let seen = mark.flatMap { mark in versions.first { $0.version == mark.version } }
    return try (seen ?? versions.first).flatMap { try ReadEdit.edit(of: id, from: $0, in: db) }
  }
}
