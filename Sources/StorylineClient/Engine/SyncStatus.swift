public import StorylineModels

/// What a screen shows of the sync.
public struct SyncStatus: Hashable, Sendable {
  public var state: SyncState
  /// Local changes that the server has not acknowledged.
  public var pending: Int
  /// Local changes that the server refused for good.
  public var quarantined: Int
  /// When both streams were last brought up to date; nil if never.
  public var lastSyncedAt: Timestamp?
  /// How far a first download, or one after a long absence, has come; nil while there is none.
  public var bootstrap: BootstrapProgress?
  /// Why the last sync failed; nil if it did not.
  public var failure: SyncError?

  public init(
    state: SyncState, pending: Int = 0, quarantined: Int = 0, lastSyncedAt: Timestamp? = nil,
    bootstrap: BootstrapProgress? = nil, failure: SyncError? = nil
  ) {
    self.state = state
    self.pending = pending
    self.quarantined = quarantined
    self.lastSyncedAt = lastSyncedAt
    self.bootstrap = bootstrap
    self.failure = failure
  }
}

/// What a sync that the system allowed in the background found.
public enum WakeOutcome: Hashable, Sendable {
  /// Something is new here: the app may tell its reader.
  case news
  case nothingNew
  /// The time was up; what had arrived is kept.
  case outOfTime
  case failed(SyncError)
}
