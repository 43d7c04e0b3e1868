import StorylineClient

/// Follows the server behind the screen.
final class SyncWorker: Sendable {
  private let engine: SyncEngine
  private let opened: OpenTransport
  private let clock: any SyncClock
  private let listeners: [Task<Void, Never>]

  /// How long the end of the program waits for marks to be sent.
  private static let farewell = Duration.seconds(2)
  /// How often it is looked for what other programs have done with the copy: `storyline sync` by a timer, a mark.
  private static let foreignInterval = Duration.seconds(1)

  init(
    replica: Replica, credentials: Credentials, session: Session,
    post: @escaping @Sendable (Message) -> Void
  ) throws {
    let environment = session.environment
    opened = try environment.transports.open(credentials.server, credentials.trust)
    let engine = SyncEngine(
      replica: replica, credentials: credentials,
      transport: SignedTransport(base: opened.transport, keeper: session.home.keeper, clock: environment.clock),
      clock: environment.clock, images: session.imageCache)
    self.engine = engine
    clock = environment.clock
    let feed = try replica.changeFeed()
    listeners = [
      Task { for await status in await engine.status { post(.sync(status)) } },
      Task { for await _ in feed { post(.replicaChanged) } },
      Task { [clock] in
        while !Task.isCancelled {
          try? await clock.sleep(for: Self.foreignInterval)
          // What stands in the way of reading is told by whoever reads for the screen.
          try? await replica.announceForeignChanges()
        }
      },
    ]
  }

  func start() { Task { await engine.start() } }

  /// How it ends is in the status.
  func sync() {
    Task {
      await engine.enterForeground()
      _ = try? await engine.sync()
    }
  }

  func cancel() { Task { await engine.cancel() } }

  /// Sends what waits, as far as the time allows, and ends.
  func stop(sending: Bool) async {
    for listener in listeners { listener.cancel() }
    if sending {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { [engine] in await engine.enterBackground() }
        group.addTask { [clock] in try? await clock.sleep(for: Self.farewell) }
        await group.next()
        await engine.stop()
        group.cancelAll()
      }
    } else {
      await engine.stop()
    }
    await opened.close()
  }
}
