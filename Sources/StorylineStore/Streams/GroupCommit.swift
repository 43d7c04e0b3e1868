import Foundation
import GRDB

/// Puts all writes that wait into one transaction, a savepoint each: one sync of the disk serves them all.
///
/// While one transaction is being written the next one gathers, and a lone write waits for nobody. A write is answered
/// after the commit that holds it, and an error of its own undoes it alone.
final class GroupCommit: @unchecked Sendable {
  /// More would make the first of them wait too long for the last.
  static let maximumWrites = 64

  /// Answers one write when it is known whether its transaction was committed.
  private typealias Answer = @Sendable ((any Error)?) -> Void

  private struct Write: Sendable {
    let ticket: Ticket
    /// Throws only if the whole transaction is lost.
    let run: @Sendable (Database) throws -> Answer
    let fail: @Sendable (any Error) -> Void
  }

  /// By which a write is found again.
  private final class Ticket: @unchecked Sendable {
    // Guarded by the lock of the one `GroupCommit` that it belongs to.
    var isGivenUp = false
  }

  private let writer: any DatabaseWriter
  /// A broken rule: see `StoreMutant.answersBeforeCommit`.
  private let answersEarly: Bool
  private let lock = NSLock()
  // `lock` guards these two; everything else is constant, which is what makes the class safe to share.
  private var waiting: [Write] = []
  private var isScheduled = false

  init(writer: any DatabaseWriter, answersEarly: Bool = false) {
    self.writer = writer
    self.answersEarly = answersEarly
  }

  /// - Throws: `CancellationError` if the task is cancelled while the write waits for its transaction; then nothing is
  ///   written. Once that has begun, its end is waited for.
  func run<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    let ticket = Ticket()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        add(
          Write(
            ticket: ticket,
            run: { db in
              let result = Result { try Self.inSavepoint(db, work) }
              if case .failure(let error) = result, !db.isInsideTransaction { throw error }
              return { error in continuation.resume(with: error.map { .failure($0) } ?? result) }
            },
            fail: { continuation.resume(throwing: $0) }))
      }
    } onCancel: {
      giveUp(ticket)
    }
  }

  /// How many writes wait for the next transaction.
  var waitingCount: Int { lock.withLock { waiting.count } }

  private static func inSavepoint<Value>(_ db: Database, _ work: (Database) throws -> Value) throws -> Value {
    var value: Value?
    try db.inSavepoint {
      value = try work(db)
      return .commit
    }
    guard let value else { throw StoreError.unexpected("a savepoint ended without a result") }
    return value
  }

  private func add(_ write: Write) {
    let (isTaken, isFirst) = lock.withLock {
      guard !write.ticket.isGivenUp else { return (false, false) }
      waiting.append(write)
      defer { isScheduled = true }
      return (true, !isScheduled)
    }
    if !isTaken { write.fail(CancellationError()) }
    if isFirst { schedule() }
  }

  private func giveUp(_ ticket: Ticket) {
    let write = lock.withLock {
      ticket.isGivenUp = true
      return waiting.firstIndex { $0.ticket === ticket }.map { waiting.remove(at: $0) }
    }
    write?.fail(CancellationError())
  }

  private func schedule() {
    writer.asyncWriteWithoutTransaction { db in self.commit(self.nextBatch(), in: db) }
  }

  /// Taken when the writer is free, not when it is called for: what came meanwhile goes along.
  private func nextBatch() -> [Write] {
    let (batch, hasMore) = lock.withLock {
      let batch = Array(waiting.prefix(Self.maximumWrites))
      waiting.removeFirst(batch.count)
      isScheduled = !waiting.isEmpty
      return (batch, isScheduled)
    }
    if hasMore { schedule() }
    return batch
  }

  private func commit(_ batch: [Write], in db: Database) {
    // All may have been given up meanwhile.
    guard !batch.isEmpty else { return }
    var answers: [Answer] = []
    do {
      try db.inTransaction(.immediate) {
        for write in batch { answers.append(try write.run(db)) }
        if answersEarly { for answer in answers { answer(nil) } }
        return .commit
      }
      guard !answersEarly else { return }
      for answer in answers { answer(nil) }
    } catch {
      guard !answersEarly || answers.count < batch.count else { return }
      for write in batch { write.fail(error) }
    }
  }
}
