/// Where a database lives and how it keeps a transaction whole.
public enum SQLiteKind: Hashable, Sendable {
  /// In memory; gone when closed.
  case memory
  /// A file with a rollback journal: one connection, safe with several processes on every SQLite.
  case journalFile(String)
  /// A file with a write-ahead log: one writer beside several readers, all in one process.
  case walFile(String)

  public var path: String? {
    switch self {
    case .memory: nil
    case .journalFile(let path), .walFile(let path): path
    }
  }
}
