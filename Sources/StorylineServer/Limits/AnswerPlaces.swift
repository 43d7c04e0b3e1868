import Foundation

/// How many answers are being made or are on their way: so many of one connection, where the next one waits for one of
/// its own; and so many of all, where the next one is turned away.
///
/// An HTTP/2 connection may ask a hundred things at once and take none of the answers, and each of them is held in memory
/// until it is taken.
final class AnswerPlaces: @unchecked Sendable {
  /// All places are taken.
  struct Full: Error {}

  /// A place; free again when nobody holds it any more, however an answer ended.
  final class Place: Sendable {
    private let connection: ObjectIdentifier?
    private let places: AnswerPlaces

    fileprivate init(connection: ObjectIdentifier?, places: AnswerPlaces) {
      self.connection = connection
      self.places = places
    }

    deinit { places.release(connection) }
  }

  private final class Waiter: @unchecked Sendable {
    // Guarded by the lock of the one `AnswerPlaces` that it waits for.
    var isGivenUp = false
    var continuation: CheckedContinuation<Void, any Error>?
  }

  private struct Connection {
    var taken = 0
    var waiting: [Waiter] = []
  }

  private let perConnection: Int
  private let total: Int
  private let lock = NSLock()
  // `lock` guards these two, which is what makes the class safe to share.
  private var connections: [ObjectIdentifier: Connection] = [:]
  private var taken = 0

  init(perConnection: Int = 4, total: Int = 1_000) {
    self.perConnection = perConnection
    self.total = total
  }

  /// How many are taken now.
  var count: Int { lock.withLock { taken } }

  /// How many wait for a place of this connection.
  func waitingCount(of connection: ObjectIdentifier) -> Int {
    lock.withLock { connections[connection]?.waiting.count ?? 0 }
  }

  /// - Parameter connection: nil for one that asks one thing at a time.
  /// - Throws: `Full`; `CancellationError` if the task is cancelled while it waits.
  func take(of connection: ObjectIdentifier?) async throws -> Place {
    guard let connection else {
      try lock.withLock {
        guard taken < total else { throw Full() }
        taken += 1
      }
      return Place(connection: nil, places: self)
    }
    let waiter = Waiter()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        waiter.continuation = continuation
        enter(waiter, of: connection)
      }
    } onCancel: {
      giveUp(waiter, of: connection)
    }
    return Place(connection: connection, places: self)
  }

  private func enter(_ waiter: Waiter, of connection: ObjectIdentifier) {
    // Whoever is not answered now is in the queue.
    let answer: Result<Void, any Error>? = lock.withLock {
      if waiter.isGivenUp { return .failure(CancellationError()) }
      guard taken < total else { return .failure(Full()) }
      if connections[connection, default: Connection()].taken < perConnection {
        connections[connection, default: Connection()].taken += 1
        taken += 1
        return .success(())
      }
      connections[connection]?.waiting.append(waiter)
      return nil
    }
    if let answer { waiter.continuation?.resume(with: answer) }
  }

  private func giveUp(_ waiter: Waiter, of connection: ObjectIdentifier) {
    let isWaiting = lock.withLock {
      waiter.isGivenUp = true
      guard let place = connections[connection]?.waiting.firstIndex(where: { $0 === waiter }) else { return false }
      connections[connection]?.waiting.remove(at: place)
      return true
    }
    if isWaiting { waiter.continuation?.resume(throwing: CancellationError()) }
  }

  private func release(_ connection: ObjectIdentifier?) {
    let next: Waiter? = lock.withLock {
      guard let connection, var state = connections[connection] else {
        taken -= 1
        return nil
      }
      // The place goes on to the one that has waited longest.
      if !state.waiting.isEmpty {
        let next = state.waiting.removeFirst()
        connections[connection] = state
        return next
      }
      taken -= 1
      state.taken -= 1
      connections[connection] = state.taken == 0 ? nil : state
      return nil
    }
    next?.continuation?.resume()
  }
}
