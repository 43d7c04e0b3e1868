public import StorylineModels

/// Why the replica refused; the description is meant for the person in front of the screen.
public enum ReplicaError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The replica belongs to another account than the credentials given.
  case otherAccount(held: String, given: String)
  case noSuchArticle(Identifier<Article>)
  /// There is no story to have visited yet.
  case noContent
  /// The record's payload is in an encoding of a newer version.
  case sealed(LibraryKey, encoding: String)
  /// A page or a reply that contradicts what was asked.
  case contradiction(String)
  /// The file is broken; `Replica.rebuild(at:)` saves what can be saved of it.
  case damaged(String)
  /// The file cannot be opened or written.
  case storage(String)

  public var description: String {
    switch self {
    case .otherAccount(let held, let given):
      "this replica holds the marks of account \(held); you are signed in as \(given). "
        + "Sign in to the first account, or choose another replica file."
    case .noSuchArticle(let id): "there is no article “\(id)”"
    case .noContent: "there is nothing to read yet; sync first"
    case .sealed(let key, let encoding):
      "the \(key.kind) record “\(key.id)” is encoded as “\(encoding)”, which this version cannot edit; update the app"
    case .contradiction(let what): what
    case .damaged(let what): what
    case .storage(let what): what
    }
  }
}
