public import StorylineModels

/// Where the replica stands towards its server (protocol, section 6).
public enum SyncState: Hashable, Sendable {
  /// There is nothing to read yet, and nothing was tried.
  case empty
  /// The first download, or as much of it as is left.
  case bootstrapping
  /// What is new is being fetched, and what was marked is being pushed.
  case catchingUp
  /// Both sides had the same when they last spoke.
  case live
  case paused(Pause)
  /// The server's history changed: everything is compared anew. What is held stays readable.
  case reAnchoring
  /// The token is not accepted; the outbox waits for the next sign-in of the same account.
  case signedOut
  /// This version is too old for the server; reading and marking work, and the outbox waits for an update.
  case blocked
  /// Nothing more is sent. `Replica.wipe()` once the reader was told.
  case accountDeleted

  /// Why nothing is being done, and until when.
  public struct Pause: Hashable, Sendable {
    public enum Reason: String, Hashable, Sendable, CaseIterable {
      /// There is no way to the server.
      case offline
      /// The server failed, or asked to wait.
      case failed
      /// The app is not on the screen; the system wakes it when it likes.
      case background
      /// Nobody asked to follow, or asked to stop.
      case stopped
    }

    public var why: Reason
    /// When it will be tried again; nil if that is for somebody else to decide.
    public var until: Timestamp?

    public init(_ why: Reason, until: Timestamp? = nil) {
      self.why = why
      self.until = until
    }

    /// Whether only the app ends this pause, and no timer.
    public var isHeld: Bool { why == .background || why == .stopped }
  }
}

/// What can happen to a replica that is kept in step with its server.
public enum SyncEvent: Hashable, Sendable {
  /// The app wants a sync now.
  case started(hasContent: Bool)
  /// Some of a snapshot has arrived.
  case bootstrapAdvanced
  /// A page of a stream was applied; whether that stream has more.
  case pageApplied(more: Bool)
  /// A sync reached the end of both streams.
  case caughtUp
  /// The server refused a cursor, and the stream is walked anew.
  case historyChanged
  case offline(until: Timestamp?)
  case failed(until: Timestamp?)
  /// The time of a pause is over.
  case retryTimer
  case foregrounded
  case backgrounded
  case stopped
  case signedIn
  case unauthorized
  case tooOld
  case deleted
  /// The reader marked something.
  case edited
  /// The server says that something is new.
  case poked
}

/// What follows from an event.
public enum SyncAction: String, Hashable, Sendable, CaseIterable {
  case none
  /// Push and pull now.
  case sync
  /// Listen for what is new.
  case follow
  /// Be quiet, and try again at the end of the pause.
  case pause
  /// Be quiet until the app says otherwise.
  case stop
}
