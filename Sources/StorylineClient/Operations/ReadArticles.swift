import Foundation
import GRDB
import StorylineModels

/// Reads the lines of an article list from the derived tables, without decoding a body.
struct ReadArticles {
  var filter = ArticleFilter.all
  /// Only these; nil is every one.
  var id: Identifier<Article>?

  func run(in db: Database) throws -> [ArticleSummary] {
    let mark = try LibraryRow.fetch(LibraryKey(kind: .readmark, id: ReadUpTo.everything), in: db)?.record
    let upto = mark?.decoded(as: ReadUpTo.self)?.upto
    let arguments: StatementArguments = [
      "upto": upto, "markStamp": mark?.stamp.description, "unread": filter.unreadOnly, "saved": filter.savedOnly,
      "since": filter.since?.milliseconds, "id": id?.rawValue, "tag": filter.tag, "limit": filter.limit ?? -1,
    ]
    return try db.rows(Self.sql, arguments).map { row in
      let tags: String = row["tags"]
      return ArticleSummary(
        id: Identifier(row["id"] as String), headline: row["headline"], standfirst: row["standfirst"],
        publishedAt: (row["published_at"] as Int64?).map(Timestamp.init(milliseconds:)), pub: row["pub"],
        rev: row["rev"], version: row["version"], readingMinutes: row["reading_minutes"], source: row["source_name"],
        tags: try StorylineJSON.decode([String].self, from: Data(tags.utf8)), isRead: row["is_read"],
        isSaved: row["is_saved"], isCorrected: row["is_corrected"])
    }
  }

  /// An explicit mark wins over “all read up to here”, unless it says unread and is the older of the two.
  private static let sql = """
    SELECT * FROM (
      SELECT a.*, c.rev, coalesce(s.title, a.source) AS source_name,
        CASE
          WHEN r.flag = 1 THEN 1
          WHEN a.pub <= :upto AND (r.flag IS NULL OR r.stamp < :markStamp) THEN 1
          ELSE 0
        END AS is_read,
        coalesce(k.flag, 0) AS is_saved,
        a.version > 1 OR EXISTS (
          SELECT 1 FROM amendment m WHERE m.kind = 'article' AND m.id = a.id AND m.type <> 'new') AS is_corrected
      FROM article a
      JOIN content c ON c.key = a.key
      LEFT JOIN content s ON s.kind = 'source' AND s.id = a.source
      LEFT JOIN library r ON r.kind = 'read' AND r.id = a.id
      LEFT JOIN library k ON k.kind = 'saved' AND k.id = a.id
      WHERE (:id IS NULL OR a.id = :id)
        AND (:since IS NULL OR a.published_at >= :since)
        AND (:tag IS NULL OR EXISTS (SELECT 1 FROM json_each(a.tags) WHERE value = :tag))
    )
    WHERE (:unread = 0 OR is_read = 0) AND (:saved = 0 OR is_saved = 1)
    ORDER BY published_at DESC, pub DESC, id DESC
    LIMIT :limit
    """
}

extension ReadUpTo {
  /// The scope of every article.
  static let everything = "all"
}
