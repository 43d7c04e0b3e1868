import StorylineModels

extension SyncEngine {
  /// The least time between two pushes of reading progress (protocol, 2.6).
  static let progressInterval: Double = 15
  /// How long a mark waits for others to come with it.
  static let pushDelay: Double = 1

  // MARK: What the app calls

  /// Follows the server until `stop()`: syncs, listens for what is new, pushes what is marked, tries again.
  ///
  /// To be called when the app comes up; `enterBackground()` and `enterForeground()` tell of the screen.
  public func start() {
    guard !following.isOn else { return }
    following.isOn = true
    following.isForeground = true
    following.edits = replica.storage.hub.onEdit { [weak self] kind in Task { await self?.noteEdit(kind) } }
    begin()
  }

  /// Ends the following and the running sync, if there is one.
  public func stop() {
    guard following.isOn else { return }
    if let edits = following.edits { replica.storage.hub.forgetEdits(edits) }
    perform(apply(.stopped))
    following.isOn = false
    cancel()
  }

  /// The app is on the screen again.
  public func enterForeground() {
    following.isForeground = true
    if following.isOn { perform(apply(.foregrounded)) }
  }

  /// The app has left the screen: nothing is listened to any more. What was marked is pushed before this returns.
  public func enterBackground() async {
    following.isForeground = false
    if following.isOn { perform(apply(.backgrounded)) }
    // One that is running may have passed the library already.
    if isRunning { _ = try? await run() }
    guard (try? replica.storage.read(ReadStatus.pending)) ?? 0 > 0 else { return }
    _ = try? await run()
  }

  /// One sync of content and library in the time that the system gives: one request if nothing is new.
  public func wakeInBackground(deadline: Duration) async -> WakeOutcome {
    let timer = Task { [clock] in
      try await clock.sleep(for: deadline)
      cancel()
    }
    defer { timer.cancel() }
    do {
      let report = try await run()
      return report.contentChanged + report.contentSwept + report.libraryChanged > 0 ? .news : .nothingNew
    } catch let error as SyncError {
      return .failed(error)
    } catch {
      return .outOfTime
    }
  }

  /// Goes on with a new token of the same account.
  public func signIn(_ credentials: Credentials) {
    self.credentials = credentials
    if following.isOn { perform(apply(.signedIn)) } else { rest() }
  }

  // MARK: What follows from a state

  func perform(_ action: SyncAction) {
    guard following.isOn else { return }
    switch action {
    case .none: break
    case .sync: begin()
    case .follow: if following.isForeground { connect() }
    case .pause:
      disconnect()
      guard case .paused(let pause) = state, let until = pause.until else { return }
      arm(.retry, at: until)
    case .stop:
      disconnect()
      for purpose in Array(following.timers.keys) { disarm(purpose) }
    }
  }

  private func begin() {
    guard !isRunning else { return }
    // How it ended is in the state, and `status` tells of it.
    Task { _ = try? await sync() }
  }

  func succeeded(_ report: SyncReport) {
    let now = clock.now()
    following.failures = 0
    following.pushedAt = now
    if report.backoff > 0 { following.quietUntil = now.advanced(bySeconds: Double(report.backoff)) }
    perform(apply(.caughtUp))
    // What came up while it ran may have come too late for it.
    if following.wasEdited { arm(.push, after: Self.pushDelay) }
    if following.wasPoked { arm(.fetch, after: 0) }
    following.wasEdited = false
    following.wasPoked = false
  }

  func failed(_ error: SyncError) {
    switch error {
    case .signInNeeded: perform(apply(.unauthorized))
    case .updateApp: perform(apply(.tooOld))
    case .accountDeleted: perform(apply(.deleted))
    // Time changes nothing about it.
    case .otherAccount: perform(apply(.failed(until: nil)))
    case .offline: perform(apply(.offline(until: nextTry(atLeast: 0))))
    case .wait(let seconds): perform(apply(.failed(until: nextTry(atLeast: seconds))))
    case .problem, .damagedReply, .untrusted, .storage: perform(apply(.failed(until: nextTry(atLeast: 0))))
    }
  }

  /// nil if nobody follows: then there is no next try.
  private func nextTry(atLeast seconds: Int) -> Timestamp? {
    guard following.isOn else { return nil }
    defer { following.failures += 1 }
    return clock.now().advanced(bySeconds: Double(seconds) + jitter.delay(afterFailures: following.failures))
  }

  var jitter: Jitter { Jitter(random: random) }

  // MARK: Timers

  /// Sets a timer, unless one for the same purpose rings earlier.
  func arm(_ purpose: Following.Purpose, after seconds: Double) {
    arm(purpose, at: clock.now().advanced(bySeconds: seconds))
  }

  private func arm(_ purpose: Following.Purpose, at due: Timestamp) {
    guard following.isOn else { return }
    if let present = following.timers[purpose], present.due <= due { return }
    disarm(purpose)
    following.timerCount += 1
    let number = following.timerCount
    let wait = max(0, due.milliseconds - clock.now().milliseconds)
    let task = Task { [clock, weak self] in
      guard (try? await clock.sleep(for: .milliseconds(wait))) != nil else { return }
      await self?.ring(purpose, number)
    }
    following.timers[purpose] = (number, due, task)
  }

  func disarm(_ purpose: Following.Purpose) { following.timers.removeValue(forKey: purpose)?.task.cancel() }

  private func ring(_ purpose: Following.Purpose, _ number: Int) {
    guard following.timers[purpose]?.number == number else { return }
    following.timers[purpose] = nil
    if purpose == .reconnect {
      if state == .live { connect() }
      return
    }
    let quiet = following.quietUntil.milliseconds - clock.now().milliseconds
    guard quiet <= 0 else { return arm(purpose, after: Double(quiet) / 1000) }
    switch purpose {
    case .retry: perform(apply(.retryTimer))
    case .push:
      if isRunning { following.wasEdited = true } else { perform(apply(.edited)) }
    case .fetch:
      if isRunning { following.wasPoked = true } else { perform(apply(.poked)) }
    case .reconnect: break
    }
  }

  private func noteEdit(_ kind: LibraryKind) {
    guard following.isOn, following.isForeground else { return }
    if isRunning { following.wasEdited = true }
    guard kind == .progress else { return arm(.push, after: Self.pushDelay) }
    let due = following.pushedAt.advanced(bySeconds: Self.progressInterval)
    arm(.push, after: max(Self.pushDelay, Double(due.milliseconds - clock.now().milliseconds) / 1000))
  }
}

extension Timestamp {
  func advanced(bySeconds seconds: Double) -> Timestamp { advanced(byMilliseconds: Int64(seconds * 1000)) }
}
