import Foundation
import GRDB
import StorylineModels

/// Keeps the text of an article before a newer one takes its place, so that a reader sees what was changed, offline.
struct KeepArticleVersion {
  /// Versions kept whether or not somebody has to see the difference.
  static let recent = 3
  /// Kept at most, however long the reader stays away.
  static let limit = 50

  let id: String
  /// What takes its place; the same text again is no new version.
  let next: Data?

  /// To be called while the old version is still in its place.
  func run(in db: Database) throws {
    try db.run(
      """
      INSERT INTO article_version (id, lineage, rev, updated_at, body)
      SELECT id, lineage, rev, updated_at, body FROM content WHERE kind = 'article' AND id = ? AND body IS NOT ?
      """, [id, next])
    try prune(in: db)
  }

  /// What was withdrawn must not stay in an older version: with its text goes every text it ever had.
  static func forget(_ id: String, in db: Database) throws {
    try db.run("DELETE FROM article_version WHERE id = ?", [id])
  }

  /// Keeps the version of the last visit and each later one, and the last few of all.
  private func prune(in db: Database) throws {
    let seen = try ArticleHistory(id: id).seen(at: MarkVisited.last(in: db), in: db)
    try db.run(
      """
      DELETE FROM article_version WHERE id = :id AND key < coalesce(:seen, 9223372036854775807) AND key NOT IN (
        SELECT key FROM article_version WHERE id = :id ORDER BY key DESC LIMIT :recent)
      """, ["id": id, "seen": seen, "recent": Self.recent])
    try db.run(
      """
      DELETE FROM article_version WHERE id = :id AND key NOT IN (
        SELECT key FROM article_version WHERE id = :id ORDER BY key DESC LIMIT :limit)
      """, ["id": id, "limit": Self.limit])
  }
}

/// The versions of one article that the replica holds beside the present one.
struct ArticleHistory {
  let id: String

  /// The key of the version that was in its place at a visit; nil if it is not kept, or is the present one.
  func seen(at visit: Visit?, in db: Database) throws -> Int64? {
    guard let visit else { return nil }
    let stream = try StreamRow.fetch(.content, in: db)
    let isPresent =
      try db.row(
        "SELECT 1 FROM content WHERE kind = 'article' AND id = :id AND \(Self.wasThere)", arguments(visit, stream))
      != nil
    guard !isPresent else { return nil }
    return try db.number(
      "SELECT key FROM article_version WHERE id = :id AND \(Self.wasThere) ORDER BY key DESC LIMIT 1",
      arguments(visit, stream))
  }

  static func article(_ key: Int64, in db: Database) throws -> Article? {
    try db.row("SELECT body FROM article_version WHERE key = ?", [key]).flatMap {
      // A version that an older app kept and this one cannot read is no reason to show nothing.
      try? StorylineJSON.decode(Article.self, from: $0["body"])
    }
  }

  /// By the commit where the histories are one, else by the server's time.
  private static let wasThere = """
    CASE WHEN :comparable AND lineage = :lineage THEN rev <= :rev ELSE updated_at <= :at END
    """

  private func arguments(_ visit: Visit, _ stream: StreamRow) -> StatementArguments {
    [
      "id": id, "comparable": visit.epoch == stream.epoch, "lineage": stream.lineage, "rev": visit.rev,
      "at": visit.at.milliseconds,
    ]
  }
}
