public import StorylineModels
import StorylineSQLite

/// What the store could not do, and why.
public enum StoreError: Error, Hashable, Sendable {
  /// Another process, most likely a running `storylined`, holds the lock file at this path.
  case locked(path: String)
  /// The database was written by a newer version of the program.
  case newerSchema(found: Int, known: Int)
  /// The file is a database of another application.
  case foreignDatabase
  /// Not a cursor of this stream: broken, somebody else's, or made by a newer server. Says which.
  case cursorInvalid(String)
  /// Deletions after the cursor's place were forgotten already; the id of the snapshot to start again from, if there
  /// is one.
  case cursorExpired(snapshot: String?)
  /// The cursor belongs to a history that is not the stream's present one.
  ///
  /// With the reason `purged`, everything up to `purgedBefore` was erased by the reader.
  case epochChanged(stream: StreamKind, epoch: Epoch, reasons: [String], purgedBefore: Stamp? = nil)
  /// The invite or token is unknown, used, expired or revoked; never said which.
  case invalidGrant
  /// More was asked for than the device may.
  case invalidScope
  /// What the invite allows is given only to a device that proves a key.
  case keyNeeded
  /// There is no such device of this reader.
  case unknownDevice
  /// An argument has no acceptable form; says what is wrong with it.
  case malformed(String)
  /// There is no content yet to make a snapshot of.
  case nothingPublished
  /// There is no such reader.
  case unknownReader
  /// The token's account was erased then; said for 90 days, and after them the token is unknown.
  case accountDeleted(at: Timestamp)
  /// There is no such export, it is another reader's, or its time is over.
  case unknownExport
  /// More rows or bytes (of rows on the wire) than one commit may have.
  case commitTooLarge(rows: Int, bytes: Int, rowLimit: Int, byteLimit: Int)
  /// The records were taken down, but older snapshots that hold them could not be removed yet; says why.
  case takeDownUnfinished(String)
  /// Records are not at the revision that the editor saw; names them with the revision that they are at.
  case conflict([ContentCommit.Precondition])
  /// The words of these published articles change, and no new update tells their readers.
  case notesMissing([MissingNote])
  /// The request's key was used for another request.
  case requestKeyReused
  /// What was sent is no image that can be published; says why.
  case mediaInvalid(String)
  /// Records name these images, and they are not here; nothing was published.
  case mediaMissing([MediaID])
  /// The image was removed while it was being read.
  case mediaGone
  /// These records show the image; without a revision, they wait for their time. It was not removed.
  case mediaShown([ContentCommit.Precondition])
  /// There is no such commit.
  case unknownCommit(Int64)
  /// More mutations than one request may have.
  case tooManyMutations(limit: Int)
  /// No space left; nothing was changed.
  case diskFull
  /// Another process held the database for too long; nothing was changed.
  case busy
  case damaged(String)
  /// A file cannot be opened, or others may read what only we may.
  case permissions(String)
  /// A commit would not be on the disk when it returns.
  case notDurable(String)
  /// The disk failed, and whether the last change is on it is not known; sending it again is safe.
  case diskFailed(String)
  case closed
  /// A fault in the store itself.
  case unexpected(String)

  /// Sorts any error that came out of the database.
  init(_ error: any Error) {
    if let error = error as? StoreError {
      self = error
      return
    }
    if let error = error as? ReportedError {
      self = error.answer
      return
    }
    switch SQLiteFailure(error) {
    case .locked(let path): self = .locked(path: path)
    case .newerSchema(let found, let known): self = .newerSchema(found: found, known: known)
    case .foreign: self = .foreignDatabase
    case .notDurable(let what): self = .notDurable(what)
    case .full: self = .diskFull
    case .busy: self = .busy
    case .damaged(let what): self = .damaged(what)
    case .permissions(let what): self = .permissions(what)
    case .disk(let what): self = .diskFailed(what)
    case .closed: self = .closed
    case .other(let what): self = .unexpected(what)
    }
  }
}

extension StoreError: CustomStringConvertible {
  /// For an operator's log or terminal; not for the caller of a request.
  public var description: String {
    switch self {
    case .locked(let path):
      "another process holds \(path): stop storylined, or let it do the work"
    case .newerSchema(let found, let known):
      "the database has schema \(found), and this program knows schemas up to \(known); use a newer program"
    case .foreignDatabase: "the file is a database of another application"
    case .cursorInvalid(let why): "the cursor is not valid: \(why)"
    case .cursorExpired: "the cursor is too old"
    case .epochChanged(let stream, let epoch, let reasons, _):
      "the history of the \(stream.rawValue) changed to \(epoch): \(reasons.joined(separator: ", "))"
    case .invalidGrant: "the invite or token is not valid"
    case .invalidScope: "the device may not have that scope"
    case .keyNeeded: "this needs a device with a key"
    case .unknownDevice: "there is no such device"
    case .malformed(let what): what
    case .nothingPublished: "nothing is published yet"
    case .unknownReader: "there is no such reader"
    case .accountDeleted(let time): "the account was erased at \(time)"
    case .unknownExport: "there is no such export"
    case .commitTooLarge(let rows, let bytes, let rowLimit, let byteLimit):
      "the commit has \(rows) rows and \(bytes) bytes; at most \(rowLimit) rows and \(byteLimit) bytes fit in one"
    case .takeDownUnfinished(let why):
      "the records were taken down, but older snapshots still hold them: \(why); make a snapshot to remove those"
    case .conflict(let found):
      "somebody else changed "
        + found.map { "\($0.kind) “\($0.id)” (now at \($0.rev.map { "commit \($0)" } ?? "nothing"))" }
        .joined(separator: ", ")
    case .notesMissing(let notes):
      "readers must be told what changed in " + notes.map { "“\($0.headline)” (\($0.article))" }.joined(separator: ", ")
    case .requestKeyReused: "the key of the request was used for another request"
    case .mediaInvalid(let what): what
    case .mediaMissing(let media):
      "these images are named and were not sent: " + media.map(\.description).joined(separator: ", ")
    case .mediaGone: "there is no such image any more"
    case .mediaShown(let records):
      records.map { "\($0.kind) \($0.id)" + ($0.rev == nil ? ", which waits for its time," : "") }
        .joined(separator: ", ") + " shows it; publish that without the image first, or withdraw it"
    case .unknownCommit(let rev): "there is no commit \(rev)"
    case .tooManyMutations(let limit): "a request has at most \(limit) mutations"
    case .diskFull: "no space is left on the disk"
    case .busy: "another process holds the database"
    case .damaged(let what): "the database file is damaged: \(what)"
    case .permissions(let what): what
    case .notDurable(let what): "the database cannot promise that a commit is on the disk: \(what)"
    case .diskFailed(let what): "the disk failed: \(what)"
    case .closed: "the store is closed"
    case .unexpected(let what): "unexpected: \(what)"
    }
  }
}
