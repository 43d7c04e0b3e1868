import Foundation
import StorylineClient
import StorylineModels

/// Lets the tasks of a simulation run one at a time, from one waiting point to the next.
///
/// Whoever starts or resumes a task waits until that task waits again or has ended, so only one of them ever runs and
/// a history depends on nothing but its seed.
final class Stage: @unchecked Sendable {
  /// What a task waits for.
  enum Wait {
    case answer(TransportRequest, CheckedContinuation<TransportResponse, any Error>)
    case wake(at: Timestamp, CheckedContinuation<Void, any Error>)
  }

  private let lock = NSLock()
  // `lock` guards everything below, which is what makes the class safe to share.
  private var time: Timestamp
  private var waits: [Int: Wait] = [:]
  private var director: CheckedContinuation<Void, Never>?

  init(time: Timestamp) { self.time = time }

  var now: Timestamp { lock.withLock { time } }

  func advance(milliseconds: Int64) { lock.withLock { time = time.advanced(byMilliseconds: milliseconds) } }

  /// Who waits, in order.
  var waiting: [Int] { lock.withLock { waits.keys.sorted() } }

  func request(of task: Int) -> TransportRequest? {
    guard case .answer(let request, _) = lock.withLock({ waits[task] }) else { return nil }
    return request
  }

  func wakeTime(of task: Int) -> Timestamp? {
    guard case .wake(let time, _) = lock.withLock({ waits[task] }) else { return nil }
    return time
  }

  // MARK: For the director

  /// Runs `work` to its first waiting point, or to its end.
  func start(_ work: @escaping @Sendable () async -> Void) async {
    await withCheckedContinuation { continuation in
      lock.withLock { director = continuation }
      Task {
        await work()
        self.settle()
      }
    }
  }

  /// Goes on with a task that waits, to its next waiting point or to its end.
  func resume(_ task: Int, with answer: Result<TransportResponse, any Error>) async {
    guard let wait = lock.withLock({ waits.removeValue(forKey: task) }) else { return }
    await withCheckedContinuation { continuation in
      lock.withLock { director = continuation }
      switch wait {
      case .answer(_, let task): task.resume(with: answer)
      case .wake(_, let task): task.resume(with: answer.map { _ in })
      }
    }
  }

  /// Lets a sleeper go on, at its time.
  func wake(_ task: Int) async {
    guard let due = wakeTime(of: task) else { return }
    lock.withLock { time = max(time, due) }
    await resume(task, with: .success(TransportResponse(status: 0)))
  }

  // MARK: For the tasks

  func exchange(_ task: Int, _ request: TransportRequest) async throws -> TransportResponse {
    try await withCheckedThrowingContinuation { continuation in
      lock.withLock { waits[task] = .answer(request, continuation) }
      settle()
    }
  }

  func sleep(_ task: Int, for duration: Duration) async throws {
    let (seconds, attoseconds) = duration.components
    let due = now.advanced(byMilliseconds: seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    try await withCheckedThrowingContinuation { continuation in
      lock.withLock { waits[task] = .wake(at: due, continuation) }
      settle()
    }
  }

  private func settle() {
    let waiting = lock.withLock {
      defer { director = nil }
      return director
    }
    waiting?.resume()
  }
}

/// The way from one device to the server: each exchange waits for what the director makes of it.
struct StagedTransport: HTTPTransport {
  let stage: Stage
  let task: Int

  func send(_ request: TransportRequest) async throws -> TransportResponse {
    try Task.checkCancellation()
    return try await stage.exchange(task, request)
  }
}

/// A machine's clock: the stage's time and how far this machine is off.
final class DeviceClock: @unchecked Sendable {
  let stage: Stage
  private let lock = NSLock()
  // Guarded by `lock`.
  private var offset: Int64

  init(stage: Stage, offset: Int64) {
    self.stage = stage
    self.offset = offset
  }

  var error: Int64 {
    get { lock.withLock { offset } }
    set { lock.withLock { offset = newValue } }
  }

  func now() -> Timestamp { stage.now.advanced(byMilliseconds: error) }
}

/// The clock of the device that a program runs on, and the program's own sleep.
struct ProgramClock: SyncClock {
  let clock: DeviceClock
  let task: Int

  func now() -> Timestamp { clock.now() }

  func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    try await clock.stage.sleep(task, for: duration)
  }
}
