public import StorylineModels

/// How far the newest snapshot lies behind the content.
public struct SnapshotState: Hashable, Sendable {
  /// Whether anything was ever published.
  public var hasContent: Bool
  /// The id of the newest snapshot of the present epoch; nil if there is none.
  public var newest: String?
  /// Rows of the commits after it.
  public var rowsBehind: Int
  /// When the first of these commits was made; nil if there is none.
  public var behindSince: Timestamp?
  /// Whether there is a snapshot from before the last take-down.
  public var holdsTakenDown: Bool

  public init(
    hasContent: Bool, newest: String?, rowsBehind: Int, behindSince: Timestamp?, holdsTakenDown: Bool = false
  ) {
    self.hasContent = hasContent
    self.newest = newest
    self.rowsBehind = rowsBehind
    self.behindSince = behindSince
    self.holdsTakenDown = holdsTakenDown
  }
}

/// What became of a collection of tombstones.
public struct TombstoneCollection: Hashable, Sendable {
  /// Deletions that were forgotten.
  public var collected: Int
  /// Cursors below this seq are refused from now on.
  public var floor: Int64
}
