import StorylineSQLite
import Testing

/// The databases that every promise of the store holds on.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case memory, file, wal

  var testDescription: String { rawValue }

  func sqliteKind(_ path: String) -> SQLiteKind {
    switch self {
    case .memory: .memory
    case .file: .journalFile(path)
    case .wal: .walFile(path)
    }
  }
}
