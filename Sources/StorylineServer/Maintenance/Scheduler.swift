import Logging
import ServiceLifecycle
import StorylineModels
import StorylineStore

/// Publishes scheduled records at their time, as long as the service runs; what fell due before, at its start.
struct Scheduler: Service {
  let store: StoryStore
  let bell: ScheduleBell
  let logger: Logger
  var now: @Sendable () -> Timestamp = Timestamp.wallClock

  /// A clock that was set while we slept is noticed within this time.
  private static let longestSleep = Duration.seconds(60)
  private static let pauseAfterFailure = Duration.seconds(5)

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled { await bell.wait(atMost: await look()) }
    }
  }

  /// Publishes what is due.
  ///
  /// - Returns: how long there is nothing to do, unless the bell rings.
  func look() async -> Duration {
    do {
      for result in try await store.publishDue() where result.rev != nil {
        logger.info("published on schedule", metadata: ["records": "\(result.written)"])
      }
      guard let next = try await store.nextScheduled() else { return Self.longestSleep }
      return min(Self.longestSleep, .milliseconds(max(0, next.milliseconds - now().milliseconds)))
    } catch is CancellationError {
      return .zero
    } catch {
      logger.error("the schedule cannot be kept", metadata: ["error": "\(error)"])
      return Self.pauseAfterFailure
    }
  }
}

/// Wakes the scheduler when there is something new to wait for.
actor ScheduleBell {
  private var isRung = false
  private var waiter: CheckedContinuation<Void, Never>?

  func ring() {
    guard let waiter else { return isRung = true }
    self.waiter = nil
    waiter.resume()
  }

  /// Returns when it rings, when the time is over, or when the task is cancelled. For one waiter.
  func wait(atMost time: Duration) async {
    guard !isRung, !Task.isCancelled else { return isRung = false }
    let timer = Task {
      // Cancelled: somebody rang first.
      guard (try? await Task.sleep(for: time)) != nil else { return }
      ring()
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiter = $0 }
    } onCancel: {
      Task { await ring() }
    }
    timer.cancel()
  }
}
