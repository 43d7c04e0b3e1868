import GRDB
import StorylineModels

/// Notes how far the story had come when its reader looked.
struct MarkVisited {
  let wall: Timestamp

  func run(in db: Database) throws {
    let stream = try StreamRow.fetch(.content, in: db)
    let story = try db.row("SELECT id FROM content WHERE kind = 'story' AND body IS NOT NULL ORDER BY id")
    guard let story, let epoch = stream.epoch else { throw ReplicaError.noContent }
    let rev = try db.number("SELECT coalesce(max(rev), 0) FROM content WHERE lineage = ?", [stream.lineage]) ?? 0
    // The server's time and not the wall's: it is compared with times that the server gave.
    let at = try ReplicaRow.fetch(db).clock.adjusted(wall)
    try EditRecord(Visit(rev: rev, epoch: epoch, at: at), id: story["id"], wall: wall).run(in: db)
  }

  /// The last visit on any device.
  static func last(in db: Database) throws -> Visit? {
    guard let story = try db.row("SELECT id FROM content WHERE kind = 'story' ORDER BY id") else { return nil }
    return try LibraryRow.fetch(LibraryKey(kind: .visit, id: story["id"]), in: db)?.record.decoded(as: Visit.self)
  }
}

/// Marks everything that has arrived as read, as one record (protocol, 2.6).
struct MarkAllRead {
  let wall: Timestamp

  func run(in db: Database) throws -> UndoToken {
    guard let pub = try db.row("SELECT max(pub) AS pub FROM article WHERE pub IS NOT NULL"),
      let upto: String = pub["pub"]
    else { throw ReplicaError.noContent }
    return UndoToken([try EditRecord(ReadUpTo(upto: upto), id: ReadUpTo.everything, wall: wall).run(in: db)])
  }
}

/// Marks one article read or unread, or saved or not.
struct MarkArticle {
  enum Mark {
    case read(Bool)
    case saved(Bool)
  }

  let id: Identifier<Article>
  let mark: Mark
  let wall: Timestamp

  func run(in db: Database) throws -> UndoToken {
    let version = try db.row("SELECT version FROM article WHERE id = ?", [id.rawValue])
    guard let version else { throw ReplicaError.noSuchArticle(id) }
    let at = try ReplicaRow.fetch(db).clock.adjusted(wall)
    switch mark {
    case .read(let isRead):
      // What counts is what the reader sees: an older “unread” may lie under a newer “all read up to here”.
      let isShownSo = try ReadArticles(id: id).run(in: db).first?.isRead == isRead
      return try write(ReadMark(read: isRead, at: at, version: version["version"]), in: db) {
        isShownSo && $0.read == isRead && $0.version == version["version"]
      }
    case .saved(let isSaved):
      return try write(SavedMark(saved: isSaved, at: at), in: db) { $0.saved == isSaved }
    }
  }

  /// Writes nothing that is so already: a second press of a key is not a second change.
  private func write<Payload: LibraryPayload>(
    _ payload: Payload, in db: Database, unless isSame: (Payload) -> Bool
  ) throws -> UndoToken {
    let held = try LibraryRow.fetch(LibraryKey(kind: Payload.kind, id: id.rawValue), in: db)?.record
    if let present = held?.decoded(as: Payload.self), isSame(present) { return UndoToken() }
    return UndoToken([try EditRecord(payload, id: id.rawValue, wall: wall).run(in: db)])
  }
}
