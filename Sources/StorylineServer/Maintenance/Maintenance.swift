import Logging
import ServiceLifecycle
import StorylineModels
import StorylineStore

/// What has to be done from time to time and answers no request: snapshots, forgetting old deletions, and
/// removing images that nothing names.
struct Maintenance: Service {
  let store: StoryStore
  let settings: MaintenanceSettings
  let logger: Logger
  var now: @Sendable () -> Timestamp = Timestamp.wallClock

  private static let day: Int64 = 86_400_000

  /// Goes on until the service is asked to stop, and stops at once then: what it was doing is undone or done again at
  /// the next start.
  func run() async throws {
    try await cancelWhenGracefulShutdown {
      do {
        var collected: Timestamp?
        while true {
          collected = try await look(after: collected)
          try await Task.sleep(for: settings.interval)
        }
      } catch is CancellationError {
        // The end of the service, which is no failure.
      }
    }
  }

  /// Looks after everything once.
  ///
  /// - Parameter collected: When deletions were forgotten last; that is done once a day.
  /// - Returns: The same for the next time.
  func look(after collected: Timestamp?) async throws -> Timestamp? {
    try await attempt("snapshot") {
      if shouldSnapshot(try await store.snapshotState(), settings: settings, now: now()) {
        let manifest = try await store.publishSnapshot()
        logger.info("snapshot", metadata: ["id": "\(manifest.id)", "parts": "\(manifest.parts.count)"])
      } else {
        try await store.sweepSnapshots()
      }
    }
    try await attempt("images") {
      let swept = try await store.sweepMedia()
      if swept > 0 { logger.info("images that nothing names", metadata: ["removed": "\(swept)"]) }
    }
    let time = now()
    if let collected, time.milliseconds - collected.milliseconds < Self.day { return collected }
    try await attempt("tombstones") {
      let collection = try await store.collectTombstones(olderThan: .seconds(settings.tombstoneDays * 86_400))
      if collection.collected > 0 {
        logger.info("tombstones", metadata: ["collected": "\(collection.collected)", "floor": "\(collection.floor)"])
      }
    }
    return time
  }

  /// What fails is tried again next time: readers can do without it until then.
  private func attempt(_ what: String, _ work: () async throws -> Void) async throws {
    do {
      try await work()
    } catch let error as StoreError {
      logger.error("maintenance", metadata: ["of": "\(what)", "error": "\(error)"])
    }
  }
}
