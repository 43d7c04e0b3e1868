import StorylineModels

/// Listening for what is new while the app is on the screen (protocol, 2.10). What is heard is a hint: it starts a
/// sync, and no cursor that was heard is ever stored.
extension SyncEngine {
  private static let shortConnection: Int64 = 2_000
  private static let steadyConnection: Int64 = 60_000
  private static let shortConnectionLimit = 3
  /// How long it is polled where something in between holds events back.
  private static let pollingPeriod: Double = 3600
  /// How often it is looked where the server has nothing to listen to.
  private static let lookInterval: Double = 300

  func connect() {
    let place = (try? replica.storage.read(ReadPlace.place)) ?? nil
    guard following.isOn, following.isForeground, following.connection == nil, let place else { return }
    disarm(.reconnect)
    following.connectionNumber += 1
    let number = following.connectionNumber
    let polls = following.cannotListen || following.pollsUntil.map { clock.now() < $0 } ?? false
    following.openedAt = clock.now()
    let live = LiveConnection(
      transport: transport, clock: clock, headers: credentials.headers, timeout: limits.timeout)
    following.connection = Task { [weak self] in
      let heard: @Sendable (LiveEvent) async -> Void = { [weak self] in await self?.heard($0, number) }
      // Thrown is only that the connection was given up here, and that nobody needs to hear.
      guard let end = try? await polls ? Self.keepPolling(live, from: place) : live.listen(from: place, heard) else {
        return
      }
      await self?.ended(end, number)
    }
  }

  func disconnect() {
    following.connection?.cancel()
    following.connection = nil
    disarm(.reconnect)
  }

  private static func keepPolling(
    _ live: LiveConnection, from place: LivePlace
  ) async throws -> LiveConnection.End {
    while true {
      try Task.checkCancellation()
      if let end = try await live.poll(from: place) { return end }
    }
  }

  private func heard(_ event: LiveEvent, _ number: Int) {
    guard number == following.connectionNumber else { return }
    if case .state(let state) = event { noteNews(state) }
  }

  private func noteNews(_ news: LiveState) {
    guard let place = (try? replica.storage.read(ReadPlace.place)) ?? nil else { return }
    if news.library != place.library {
      arm(.fetch, after: 0)
    } else if news.content != place.content {
      // Everybody hears of an article at once; not everybody should fetch it at once.
      arm(.fetch, after: jitter.upTo(Double(max(0, news.spread)) / 1000))
    }
  }

  private func ended(_ end: LiveConnection.End, _ number: Int) {
    guard number == following.connectionNumber, following.connection != nil else { return }
    following.connection = nil
    let lifetime = clock.now().milliseconds - following.openedAt.milliseconds
    if lifetime >= Self.steadyConnection { following.losses = 0 }
    switch end {
    case .news(let state):
      noteNews(state)
      arm(.reconnect, after: jitter.upTo(1))
    case .bye(let milliseconds):
      following.losses = 0
      arm(.reconnect, after: Double(milliseconds) / 1000)
    case .lost:
      noteLength(lifetime)
      arm(.reconnect, after: nextConnection())
    case .unreachable:
      perform(apply(.offline(until: clock.now().advanced(bySeconds: nextConnection()))))
    case .unsupported:
      following.cannotListen = true
      connect()
    case .refused(let status, let seconds): refused(status, seconds)
    }
  }

  private func noteLength(_ lifetime: Int64) {
    following.shortConnections = lifetime < Self.shortConnection ? following.shortConnections + 1 : 0
    guard following.shortConnections >= Self.shortConnectionLimit else { return }
    following.shortConnections = 0
    following.pollsUntil = clock.now().advanced(bySeconds: Self.pollingPeriod)
  }

  private func refused(_ status: Int, _ seconds: Int?) {
    switch status {
    case 429, 503: arm(.reconnect, after: max(Double(seconds ?? 0), nextConnection()))
    // A server without it: looking now and then has to do.
    case 404, 405, 501: arm(.fetch, after: Self.lookInterval / 2 + jitter.upTo(Self.lookInterval / 2))
    // What is wrong a sync finds out: the token, the cursor, the version.
    default: arm(.fetch, after: nextConnection())
    }
  }

  private func nextConnection() -> Double {
    defer { following.losses += 1 }
    return jitter.delay(afterFailures: following.losses)
  }
}
