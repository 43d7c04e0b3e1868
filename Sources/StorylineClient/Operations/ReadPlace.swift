import GRDB
import StorylineModels

/// Reads where both streams stand.
struct ReadPlace {
  /// nil while a stream has not been walked to its end.
  static func place(in db: Database) throws -> LivePlace? {
    let content = try StreamRow.fetch(.content, in: db)
    let library = try StreamRow.fetch(.library, in: db)
    guard let first = content.cursor, let second = library.cursor, content.complete, library.complete,
      !content.walking, !library.walking
    else { return nil }
    return LivePlace(content: first, library: second)
  }

  /// The same, only if there is nothing to push either.
  static func quiet(in db: Database) throws -> LivePlace? {
    guard try db.number("SELECT EXISTS (SELECT 1 FROM library WHERE dirty > 0)") == 0 else { return nil }
    return try place(in: db)
  }
}
