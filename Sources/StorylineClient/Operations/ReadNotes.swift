import GRDB
import StorylineModels

/// Reads the reader's notes on one article, the oldest first: their ids are ULIDs.
struct ReadNotes {
  let article: Identifier<Article>

  func run(in db: Database) throws -> [Note] {
    try db.rows("SELECT * FROM library WHERE kind = 'note' AND deleted = 0 ORDER BY id")
      .compactMap { try LibraryRow(row: $0).record.decoded(as: Note.self) }
      .filter { $0.article == article }
  }
}
