import Foundation
import GRDB
import StorylineModels

/// Tells those who listen in this process that the replica changed.
final class ChangeHub: @unchecked Sendable {
  private struct Feed {
    var position: Int64
    let continuation: AsyncStream<ReplicaChanges>.Continuation
  }

  private let lock = NSLock()
  // All guarded by `lock`; that is why the class may be shared.
  private var count = 0
  private var feeds: [Int: Feed] = [:]
  private var edits: [Int: @Sendable (LibraryKind) -> Void] = [:]

  /// What changes from `position` on.
  func feed(from position: Int64) -> AsyncStream<ReplicaChanges> {
    let (stream, continuation) = AsyncStream.makeStream(of: ReplicaChanges.self)
    let number = lock.withLock {
      count += 1
      feeds[count] = Feed(position: position, continuation: continuation)
      return count
    }
    continuation.onTermination = { [weak self] _ in self?.forgetFeed(number) }
    return stream
  }

  /// Calls `heard` after every local edit; returns what `forgetEdits` wants.
  func onEdit(_ heard: @escaping @Sendable (LibraryKind) -> Void) -> Int {
    lock.withLock {
      count += 1
      edits[count] = heard
      return count
    }
  }

  func forgetEdits(_ number: Int) { lock.withLock { edits[number] = nil } }

  func noteEdit(_ kind: LibraryKind) {
    for heard in lock.withLock({ Array(edits.values) }) { heard(kind) }
  }

  /// Whether anybody reads a feed.
  var isHeard: Bool { lock.withLock { !feeds.isEmpty } }

  /// Passes on what the log has beyond what each feed was told.
  func announce(in db: Database) throws {
    let positions = lock.withLock { feeds.mapValues(\.position) }
    guard !positions.isEmpty else { return }
    let end = try ChangeLog.end(in: db)
    for (number, position) in positions where position < end {
      let changes = try ChangeLog.changes(after: position, in: db)
      let feed: Feed? = lock.withLock {
        feeds[number]?.position = end
        return feeds[number]
      }
      if !changes.isEmpty { feed?.continuation.yield(changes) }
    }
  }

  private func forgetFeed(_ number: Int) { lock.withLock { feeds[number] = nil } }
}
