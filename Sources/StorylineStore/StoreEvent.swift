public import StorylineModels

/// What an operator should know of. None names a reader, a device or a record.
public enum StoreEvent: Hashable, Sendable {
  /// The database is an older copy of the one that was served last: every stream got a new epoch. Says how it showed.
  case restoreFound(String)
  /// So many erasures that the database did not know of were done again.
  case erasuresRepeated(Int)
  /// A device holds a cursor ahead of the head or with another tag: a backup may have been put back unannounced.
  case strangeCursor(StreamKind)
  /// Somebody came with a cursor of another stream, perhaps of another reader.
  case foreignCursor(StreamKind)
  /// The file that tells a restored database from the one that was served could not be written.
  case fingerprintNotWritten(String)
  /// A refresh token came back after its successor was in use, so two hold it: its device was signed out.
  case refreshTokenReused
}

/// An error that an operator should hear of too; the caller gets `answer`.
struct ReportedError: Error {
  let answer: StoreError
  let event: StoreEvent
}
