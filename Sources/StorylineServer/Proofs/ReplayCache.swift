import Crypto
import Foundation
import StorylineModels

/// Remembers each proof for as long as its nonce lives, so that it is taken once.
final class ReplayCache: @unchecked Sendable {
  enum Verdict { case new, seen, full }

  private let capacity: Int
  private let lock = NSLock()
  // `lock` guards these two, which is what makes the class safe to share.
  private var ends: [Data: Timestamp] = [:]
  private var nextSweep = Timestamp(milliseconds: 0)

  init(capacity: Int = 100_000) { self.capacity = capacity }

  /// - Parameters:
  ///   - id: the proof's own name, unique for its key.
  ///   - end: when it is refused for its nonce anyway.
  func take(id: String, key: Data, end: Timestamp, now: Timestamp) -> Verdict {
    let name = Data(SHA256.hash(data: key + Data(id.utf8)))
    return lock.withLock {
      if ends.count >= capacity || now >= nextSweep { sweep(now) }
      if ends[name] != nil { return .seen }
      // Rather nobody than somebody twice.
      guard ends.count < capacity else { return .full }
      ends[name] = end
      return .new
    }
  }

  private func sweep(_ now: Timestamp) {
    // While it is full, a sweep for each request would be the attack's work done for it.
    guard now >= nextSweep || now.milliseconds < nextSweep.milliseconds - 2 * ProofNonces.life else { return }
    ends = ends.filter { now < $0.value }
    nextSweep = now.advanced(byMilliseconds: 1_000)
  }
}
