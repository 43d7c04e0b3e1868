import Foundation
import StorylineModels

/// Where a stream stands, as a place and as the text of its cursor.
struct StreamHead: Hashable, Sendable {
  let place: Place
  let cursor: Cursor

  /// - Throws: `StoreError.cursorInvalid`.
  init(_ cursor: Cursor) throws(StoreError) {
    self.cursor = cursor
    place = try CursorCodec.place(of: cursor)
  }

  /// Whether this is a later state of the same history; nil if the histories differ.
  func isAfter(_ other: StreamHead) -> Bool? {
    guard place.epoch == other.place.epoch, place.streamHash == other.place.streamHash else { return nil }
    return place.seq > other.place.seq
  }
}

/// Remembers where streams stand, so that “is there anything new?” needs no database.
///
/// An entry is made when it is first asked for and moves with each commit. Where this cannot know which of two states
/// is the later one, it forgets, and the next question is answered by the database.
final class HeadCache: @unchecked Sendable {
  enum Key: Hashable, Sendable {
    case content
    case library(ReaderID)
  }

  /// What happened to a stream while its head was being read from the database.
  private struct Reading {
    var count = 0
    var newest: StreamHead?
    var isForgotten = false
  }

  private let lock = NSLock()
  // `lock` guards these two, which is what makes the class safe to share.
  private var heads: RecentEntries<Key, StreamHead>
  private var readings: [Key: Reading] = [:]

  init(capacity: Int) { heads = RecentEntries(capacity: capacity) }

  /// The head of a stream; `read` asks the database if it is not known.
  func head(of key: Key, read: () async throws -> StreamHead) async throws -> StreamHead {
    let known = lock.withLock { () -> StreamHead? in
      if let head = heads.use(key) { return head }
      readings[key, default: Reading()].count += 1
      return nil
    }
    if let known { return known }
    do {
      let head = try await read()
      return finish(key, read: head) ?? head
    } catch {
      finish(key, read: nil)
      throw error
    }
  }

  /// Says that a commit moved a stream, which must be true already.
  func moved(_ key: Key, to head: StreamHead) {
    lock.withLock {
      if let known = heads.contains(key) ? heads.use(key) : nil { keep(head, over: known, for: key) }
      guard let reading = readings[key] else { return }
      if let newest = reading.newest, newest.isAfter(head) == nil { readings[key]?.isForgotten = true }
      if reading.newest.map({ head.isAfter($0) == true }) ?? true { readings[key]?.newest = head }
    }
  }

  /// Says that a stream is not what it was: its history was changed, or it is not known what was committed.
  func forget(_ key: Key) {
    lock.withLock {
      heads.remove(key)
      readings[key]?.isForgotten = true
    }
  }

  func forgetAll() {
    lock.withLock {
      heads.removeAll { _ in true }
      for key in readings.keys { readings[key]?.isForgotten = true }
    }
  }

  private func keep(_ head: StreamHead, over known: StreamHead, for key: Key) {
    switch head.isAfter(known) {
    case true?: heads.set(head, for: key)
    case false?: break
    case nil: heads.remove(key)
    }
  }

  /// Keeps what was read, unless a commit that came meanwhile is newer; returns the newer one.
  @discardableResult
  private func finish(_ key: Key, read head: StreamHead?) -> StreamHead? {
    lock.withLock {
      guard let reading = readings[key] else { return nil }
      if reading.count == 1 { readings[key] = nil } else { readings[key]?.count -= 1 }
      guard let head, !reading.isForgotten else { return nil }
      guard let newest = reading.newest else {
        heads.set(head, for: key)
        return head
      }
      // A commit of another history: the one or the other is old, and only the database knows which.
      guard let isAfter = newest.isAfter(head) else { return nil }
      let later = isAfter ? newest : head
      heads.set(later, for: key)
      return later
    }
  }
}
