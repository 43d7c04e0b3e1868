public import StorylineModels

/// What a marking changed, so that it can be taken back.
public struct UndoToken: Hashable, Sendable {
  struct Change: Hashable, Sendable {
    var key: LibraryKey
    /// The record as it was; nil if there was none.
    var before: LibraryRecord?
    /// The stamp that the marking gave it.
    var after: Stamp
  }

  var changes: [Change]

  init(_ changes: [Change] = []) { self.changes = changes }

  /// The records that it takes back.
  public var keys: [LibraryKey] { changes.map(\.key) }

  /// Whether nothing was changed: what was marked was so already.
  public var isEmpty: Bool { changes.isEmpty }
}

/// What became of a marking that was taken back.
public struct UndoResult: Hashable, Sendable {
  /// Takes the taking back back.
  public var redo: UndoToken
  /// Records that were changed since, here or on another device: they were left alone.
  public var refused: [LibraryKey]

  public init(redo: UndoToken, refused: [LibraryKey]) {
    self.redo = redo
    self.refused = refused
  }
}
