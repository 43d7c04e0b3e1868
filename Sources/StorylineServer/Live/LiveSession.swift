import StorylineModels
import StorylineStore

/// What a device was told last; nil is what it has not.
struct LiveCursors: Hashable, Sendable {
  var content: Cursor?
  var library: Cursor?
}

/// One live connection or long-poll, from its first look at the streams to its end.
///
/// It listens before it looks, so that nothing can happen in between unnoticed, and it tells only what the store says
/// when it is time to tell: however often a stream moved meanwhile, the newest place is told once.
struct LiveSession: Sendable {
  let store: StoryStore
  let principal: Principal
  let settings: LiveSettings
  let mailbox = LiveMailbox()
  /// The server's clock, for `hello` and the token's end.
  let now: @Sendable () -> Timestamp
  private let subscription: ChangeBroadcaster.Subscription

  init(
    store: StoryStore, principal: Principal, settings: LiveSettings, now: @escaping @Sendable () -> Timestamp
  ) {
    self.store = store
    self.principal = principal
    self.settings = settings
    self.now = now
    let mailbox = mailbox
    subscription = store.changes.subscribe(reader: principal.reader, device: principal.device) { event in
      switch event {
      case .contentMoved: mailbox.post(.content)
      case .libraryMoved: mailbox.post(.library)
      case .accessEnded: mailbox.post(.accessEnded)
      }
    }
  }

  /// Long-poll: the state once it differs from `told`; nil if it does not within `wait`.
  func poll(told: LiveCursors, wait: Duration) async throws -> LiveState? {
    let start = settings.timers.now()
    var schedule = LiveSchedule(settings: settings, now: start, end: min(start + wait, tokenEnd(after: start)))
    var isFirst = true
    while true {
      let heads = try await store.streamHeads(for: principal.reader)
      if let state = state(heads, told: told, isFirst: isFirst) { return state }
      isFirst = false
      repeat {
        guard await step(&schedule) == nil else { return nil }
        let now = settings.timers.now()
        if schedule.isPingDue(now: now) { schedule.pinged(now: now) }
      } while !schedule.isStateDue(now: settings.timers.now())
      schedule.looked()
    }
  }

  /// Events until the connection's end.
  func stream(told: LiveCursors, to write: (LiveEvent) async throws -> Void) async throws {
    let start = settings.timers.now()
    let end = min(start + settings.randomLife(), tokenEnd(after: start))
    var schedule = LiveSchedule(settings: settings, now: start, end: end)
    try await write(hello(lasting: end - start))
    var told = told
    var isFirst = true
    while true {
      let heads = try await store.streamHeads(for: principal.reader)
      if let state = state(heads, told: told, isFirst: isFirst) {
        try await write(.state(state))
        told = LiveCursors(content: heads.content, library: heads.library)
        schedule.toldState(now: settings.timers.now())
      }
      isFirst = false
      repeat {
        switch await step(&schedule) {
        case .gone?: return
        case .bye?: return try await write(bye())
        case nil: break
        }
        if schedule.isPingDue(now: settings.timers.now()) {
          schedule.pinged(now: settings.timers.now())
          try await write(.ping)
        }
      } while !schedule.isStateDue(now: settings.timers.now())
      schedule.looked()
    }
  }

  /// The last event of a stream.
  func bye() -> LiveEvent {
    .bye(LiveEvent.Bye(retry: settings.random(settings.times.retryMilliseconds)))
  }

  private func hello(lasting life: Duration) -> LiveEvent {
    .hello(LiveEvent.Hello(now: now(), ping: settings.times.ping.wholeSeconds, maximum: life.wholeSeconds))
  }

  private enum Ending { case gone, bye }

  /// Waits until something happens or is due; nil as long as the connection goes on.
  private func step(_ schedule: inout LiveSchedule) async -> Ending? {
    let signals = await mailbox.next(until: schedule.next, timers: settings.timers)
    if signals.contains(.gone) { return .gone }
    let now = settings.timers.now()
    if !signals.isDisjoint(with: [.quit, .accessEnded]) || now >= schedule.end { return .bye }
    if signals.contains(.content) { schedule.contentMoved(now: now) }
    if signals.contains(.library) { schedule.libraryMoved(now: now) }
    return nil
  }

  /// nil if it is what was told. What moved before the connection began is told without a spread: those who connect
  /// come one by one.
  private func state(_ heads: StreamHeads, told: LiveCursors, isFirst: Bool) -> LiveState? {
    guard heads.content != told.content || heads.library != told.library else { return nil }
    let isSpread = heads.content != told.content && !isFirst
    return LiveState(
      content: heads.content, library: heads.library, spread: isSpread ? settings.times.spread.milliseconds : 0)
  }

  private func tokenEnd(after start: Duration) -> Duration {
    start + .milliseconds(max(0, principal.expiresAt.milliseconds - now().milliseconds))
  }
}
