import StorylineModels

/// The rules by which one state follows from another. Pure: it reads no clock, and does nothing.
///
/// No switch has a default, so a new state or event does not compile before somebody thought about every pair.
enum SyncMachine {
  static func next(_ state: SyncState, _ event: SyncEvent) -> (state: SyncState, action: SyncAction) {
    switch state {
    case .empty, .bootstrapping, .catchingUp, .reAnchoring: busy(state, event)
    case .live: live(event)
    case .paused(let pause): pause.isHeld ? held(pause, event) : resting(pause, event)
    case .signedOut: refused(.signedOut, event)
    case .blocked: refused(.blocked, event)
    case .accountDeleted: deleted(event)
    }
  }

  /// While a sync runs, or before the first one.
  private static func busy(_ state: SyncState, _ event: SyncEvent) -> (SyncState, SyncAction) {
    switch event {
    case .started(let hasContent): (state == .empty ? (hasContent ? .catchingUp : .bootstrapping) : state, .sync)
    // A snapshot taken because the history changed is a part of that.
    case .bootstrapAdvanced: (state == .reAnchoring ? state : .bootstrapping, .none)
    case .pageApplied: (state == .empty ? .catchingUp : state, .none)
    case .caughtUp: (.live, .follow)
    // Without anything to compare with it is still a first download.
    case .historyChanged: (state == .catchingUp ? .reAnchoring : state, .none)
    case .offline(let until): (.paused(.init(.offline, until: until)), .pause)
    case .failed(let until): (.paused(.init(.failed, until: until)), .pause)
    case .backgrounded: (.paused(.init(.background)), .stop)
    case .stopped: (.paused(.init(.stopped)), .stop)
    case .unauthorized: (.signedOut, .stop)
    case .tooOld: (.blocked, .stop)
    case .deleted: (.accountDeleted, .stop)
    // The running sync takes what was marked with it; what is new the server says again when it is listened to.
    case .retryTimer, .foregrounded, .signedIn, .edited, .poked: (state, state == .empty ? .sync : .none)
    }
  }

  private static func live(_ event: SyncEvent) -> (SyncState, SyncAction) {
    switch event {
    case .started, .foregrounded, .edited, .poked: (.catchingUp, .sync)
    case .bootstrapAdvanced: (.bootstrapping, .none)
    case .pageApplied(let more): (more ? .catchingUp : .live, .none)
    case .caughtUp: (.live, .follow)
    case .historyChanged: (.reAnchoring, .none)
    case .offline(let until): (.paused(.init(.offline, until: until)), .pause)
    case .failed(let until): (.paused(.init(.failed, until: until)), .pause)
    case .backgrounded: (.paused(.init(.background)), .stop)
    case .stopped: (.paused(.init(.stopped)), .stop)
    case .unauthorized: (.signedOut, .stop)
    case .tooOld: (.blocked, .stop)
    case .deleted: (.accountDeleted, .stop)
    case .retryTimer, .signedIn: (.live, .none)
    }
  }

  /// Between two tries.
  private static func resting(_ pause: SyncState.Pause, _ event: SyncEvent) -> (SyncState, SyncAction) {
    switch event {
    case .started, .retryTimer, .foregrounded, .signedIn, .poked: (.catchingUp, .sync)
    case .bootstrapAdvanced: (.bootstrapping, .none)
    case .pageApplied: (.catchingUp, .none)
    case .caughtUp: (.live, .follow)
    case .historyChanged: (.reAnchoring, .none)
    case .offline(let until): (.paused(.init(.offline, until: until)), .pause)
    case .failed(let until): (.paused(.init(.failed, until: until)), .pause)
    case .backgrounded: (.paused(.init(.background)), .stop)
    case .stopped: (.paused(.init(.stopped)), .stop)
    case .unauthorized: (.signedOut, .stop)
    case .tooOld: (.blocked, .stop)
    case .deleted: (.accountDeleted, .stop)
    // A reader who marks fast must not make the device knock fast: the timer does it.
    case .edited: (.paused(pause), .none)
    }
  }

  /// In the background, or stopped: a sync that the system or the app runs there ends where it began.
  private static func held(_ pause: SyncState.Pause, _ event: SyncEvent) -> (SyncState, SyncAction) {
    switch event {
    case .started, .foregrounded: (.catchingUp, .sync)
    case .backgrounded: (.paused(.init(.background)), .stop)
    case .stopped: (.paused(.init(.stopped)), .stop)
    case .unauthorized: (.signedOut, .stop)
    case .tooOld: (.blocked, .stop)
    case .deleted: (.accountDeleted, .stop)
    case .bootstrapAdvanced, .pageApplied, .caughtUp, .historyChanged, .offline, .failed, .retryTimer, .signedIn,
      .edited, .poked:
      (.paused(pause), .none)
    }
  }

  /// Signed out or too old: only a person can change that, and only an explicit try asks the server again.
  private static func refused(_ state: SyncState, _ event: SyncEvent) -> (SyncState, SyncAction) {
    switch event {
    case .started, .signedIn: (.catchingUp, .sync)
    case .caughtUp: (.live, .follow)
    case .unauthorized: (.signedOut, .stop)
    case .tooOld: (.blocked, .stop)
    case .deleted: (.accountDeleted, .stop)
    case .bootstrapAdvanced, .pageApplied, .historyChanged, .offline, .failed, .retryTimer, .foregrounded,
      .backgrounded, .stopped, .edited, .poked:
      (state, .none)
    }
  }

  private static func deleted(_ event: SyncEvent) -> (SyncState, SyncAction) {
    switch event {
    case .signedIn: (.catchingUp, .sync)
    case .started, .bootstrapAdvanced, .pageApplied, .caughtUp, .historyChanged, .offline, .failed, .retryTimer,
      .foregrounded, .backgrounded, .stopped, .unauthorized, .tooOld, .deleted, .edited, .poked:
      (.accountDeleted, .none)
    }
  }
}
