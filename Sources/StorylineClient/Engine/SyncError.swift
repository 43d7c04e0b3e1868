public import StorylineModels

/// What the app should do now that a sync failed. Whatever had arrived before is kept, and so is every local change.
public enum SyncError: Error, Hashable, Sendable {
  /// There is no way to the server at present.
  case offline(String)
  /// The token is not accepted; the outbox is kept for after the next sign-in of the same account.
  case signInNeeded(String)
  /// Not now; try again after so many seconds.
  case wait(seconds: Int)
  /// This version is too old for the server.
  case updateApp(String)
  /// The account was deleted. Nothing more is sent; `Replica.wipe()` once the reader was told.
  case accountDeleted(String)
  /// The server refused, and says why.
  case problem(Problem)
  /// What came was no answer of our server: a cut transfer, a captive portal's page.
  case damagedReply(String)
  /// The server's certificate is not one we trust.
  case untrusted(String)
  /// The replica belongs to another account; nothing was sent.
  case otherAccount(String)
  /// The replica's file failed: full, locked, damaged.
  case storage(String)
}

extension SyncError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .offline(let why): "the server cannot be reached: \(why)"
    case .signInNeeded(let why): "sign in again: \(why)"
    case .wait(let seconds): "the server asks to wait \(seconds) seconds"
    case .updateApp(let why): "update the app: \(why)"
    case .accountDeleted(let why): "this account was deleted: \(why)"
    case .problem(let problem): [problem.title, problem.detail].compactMap(\.self).joined(separator: ": ")
    case .damagedReply(let why): "the reply was damaged on its way: \(why)"
    case .untrusted(let why): "the server's certificate is not trusted: \(why)"
    case .otherAccount(let why): why
    case .storage(let why): "the replica cannot be written: \(why)"
    }
  }
}
