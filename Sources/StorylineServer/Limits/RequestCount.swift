import Foundation

/// How many requests are being worked on.
final class RequestCount: @unchecked Sendable {
  private let maximum: Int
  private let lock = NSLock()
  // Guarded by `lock`, which is what makes the class safe to share.
  private var count = 0

  init(maximum: Int) { self.maximum = maximum }

  /// Whether one more may begin; then `end` has to follow.
  func begin() -> Bool {
    lock.withLock {
      guard count < maximum else { return false }
      count += 1
      return true
    }
  }

  func end() { lock.withLock { count -= 1 } }
}
