public import StorylineModels

/// What changed in the replica: by a sync, by a mark, by another process that has the file open.
public struct ReplicaChanges: Hashable, Sendable {
  /// Ids by kind; new, changed and gone ones alike.
  public var content: [ContentKind: Set<String>]
  public var library: Set<LibraryKey>
  /// Whether so much changed that it is not listed: read everything anew.
  public var isEverything: Bool

  public init(
    content: [ContentKind: Set<String>] = [:], library: Set<LibraryKey> = [], isEverything: Bool = false
  ) {
    self.content = content
    self.library = library
    self.isEverything = isEverything
  }

  public var isEmpty: Bool { content.isEmpty && library.isEmpty && !isEverything }
}
