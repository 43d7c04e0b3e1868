import Foundation
import StorylineModels

/// A clock that stands still until it is told to move.
final class ManualClock: @unchecked Sendable {
  private let lock = NSLock()
  private var time: Timestamp

  init(_ time: Timestamp) { self.time = time }

  var now: Timestamp { lock.withLock { time } }

  func advance(milliseconds: Int64) {
    lock.withLock { time = time.advanced(byMilliseconds: milliseconds) }
  }
}
