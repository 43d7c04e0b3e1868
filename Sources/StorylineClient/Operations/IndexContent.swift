import Foundation
import GRDB
import StorylineModels

/// Keeps what is derived from one content record: its line in lists, its words for search, what it rests on.
struct IndexContent {
  let key: Int64

  /// Removes everything derived from it.
  func remove(in db: Database) throws {
    try db.run("DELETE FROM article WHERE key = ?", [key])
    try db.run("DELETE FROM evidence WHERE key = ?", [key])
    try db.run("DELETE FROM amendment WHERE key = ?", [key])
    try db.run("DELETE FROM search WHERE rowid = ?", [key])
  }

  func insert(_ description: ContentDescription, pub: String?, in db: Database) throws {
    if let article = description.article { try insert(article, pub: pub, in: db) }
    for article in description.evidence {
      try db.run("INSERT INTO evidence (article, key) VALUES (?, ?)", [article.rawValue, key])
    }
    if let update = description.amendment {
      try db.run(
        "INSERT INTO amendment (kind, id, key, type) VALUES (?, ?, ?, ?)",
        [update.target.kind.rawValue, update.target.id, key, update.type.rawValue])
    }
    if let text = description.searchText {
      try db.run(
        "INSERT INTO search (rowid, title, text) VALUES (?, ?, ?)",
        [key, Snippet.searchable(description.title ?? ""), Snippet.searchable(text)])
    }
  }

  private func insert(_ article: Article, pub: String?, in db: Database) throws {
    try db.run(
      """
      INSERT INTO article
        (key, id, headline, standfirst, published_at, pub, version, reading_minutes, source, tags)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        key, article.id.rawValue, article.headline, article.standfirst, article.publishedAt?.milliseconds, pub,
        article.version, article.readingMinutes, article.source?.rawValue,
        try RawJSON(encoding: article.tags).text,
      ])
  }
}

/// Makes all derived tables anew from the raw bodies, after an update of the software that reads them differently.
struct ReindexContent {
  func run(in db: Database) throws {
    let keys = try Int64.fetchAll(db, sql: "SELECT key FROM content WHERE body IS NOT NULL")
    for key in keys { try reindex(key, in: db) }
    try db.run("UPDATE replica SET decoder = ?", [ReplicaSchema.decoder])
  }

  private func reindex(_ key: Int64, in db: Database) throws {
    guard let row = try db.row("SELECT kind, id, pub, body FROM content WHERE key = ?", [key]) else { return }
    let body = try RawJSON(validating: row["body"] as Data)
    let description = ContentDescription(kind: ContentKind(rawValue: row["kind"]), id: row["id"], body: body)
    try IndexContent(key: key).remove(in: db)
    try IndexContent(key: key).insert(description, pub: row["pub"], in: db)
    try db.run(
      "UPDATE content SET title = ?, undecodable = ? WHERE key = ?",
      [description.title, description.isUndecodable, key])
  }
}
