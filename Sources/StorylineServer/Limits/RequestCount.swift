import Foundation

/// How many requests are being worked on.
final class RequestCount: @unchecked Sendable {
  private let maximum: Int
  private let lock = NSLock()
  // Guarded by `lock`, which is what makes the class safe to share.
  private var taken = 0

  init(maximum: Int) { self.maximum = maximum }

  /// Whether one more may begin; then `end` has to follow.
  func begin() -> Bool {
    lock.withLock {
      guard taken < maximum else { return false }
      taken += 1
      return true
    }
  }

  func end() { lock.withLock { taken -= 1 } }

  /// How many are being worked on now.
  var count: Int { lock.withLock { taken } }
}
