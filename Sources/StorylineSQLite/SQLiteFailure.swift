import GRDB

/// What can go wrong with a database file, in terms of what to do about it.
public enum SQLiteFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// Another process holds the lock file at this path.
  case locked(String)
  /// The file was written by a newer version of the program.
  case newerSchema(found: Int, known: Int)
  /// The file belongs to another application.
  case foreign
  /// A commit would not be on the disk when it returns.
  case notDurable(String)
  /// No space left.
  case full
  /// Somebody else held the database for longer than the busy timeout.
  case busy
  /// The file is not a database, or a broken one.
  case damaged(String)
  /// The file cannot be opened or written with the rights we have.
  case permissions(String)
  /// The disk failed; whether the last commit is on it is not known.
  case disk(String)
  /// The database was closed.
  case closed
  /// Anything else: a fault of ours.
  case other(String)

  /// Sorts any error thrown by a database call.
  public init(_ error: any Error) {
    switch error {
    case let failure as SQLiteFailure: self = failure
    case let failure as DatabaseError: self.init(database: failure)
    default: self = .other(String(describing: error))
    }
  }

  private init(database error: DatabaseError) {
    let text = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_FULL: self = .full
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(text)
    // Our schema was there when the file was opened: somebody took a table away behind our back.
    case .SQLITE_ERROR where text.hasPrefix("no such table") || text.hasPrefix("no such column"):
      self = .damaged(text)
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH: self = .permissions(text)
    case .SQLITE_IOERR: self = .disk(text)
    case .SQLITE_MISUSE where text.contains("closed"): self = .closed
    default: self = .other(text)
    }
  }

  public var description: String {
    switch self {
    case .locked(let path): "another process holds \(path)"
    case .newerSchema(let found, let known):
      "the database has schema \(found), and this program knows schemas up to \(known); use a newer program"
    case .foreign: "the file is a database of another application"
    case .notDurable(let what): "the database cannot promise that a commit is on the disk: \(what)"
    case .full: "no space is left on the disk; make room and try again"
    case .busy: "another process holds the database"
    case .damaged(let what): "the database file is damaged: \(what)"
    case .permissions(let what): "the database file cannot be opened or written: \(what)"
    case .disk(let what): "the disk failed: \(what)"
    case .closed: "the database is closed"
    case .other(let what): what
    }
  }
}
