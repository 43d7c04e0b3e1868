import Foundation
import StorylineModels

/// Remembers for a short while who a token speaks for, by its digest and never by its text.
///
/// Bounded in size and age. A revoked token must be forgotten through `forget`, which also stops an answer that is
/// on its way from the database from being kept.
final class TokenCache: @unchecked Sendable {
  static let maximumAge: Int64 = 60_000

  private struct Entry {
    let principal: Principal
    let keptAt: Timestamp
  }

  private let lock = NSLock()
  // `lock` guards these two, which is what makes the class safe to share.
  private var entries: RecentEntries<Data, Entry>
  private var generation: UInt64 = 0

  init(capacity: Int) { entries = RecentEntries(capacity: capacity) }

  /// What is remembered now; or the generation that an answer from the database has to name to be kept.
  func lookUp(_ digest: Data, now: Timestamp) -> (principal: Principal?, generation: UInt64) {
    lock.withLock {
      guard let entry = entries.use(digest) else { return (nil, generation) }
      let age = now.milliseconds - entry.keptAt.milliseconds
      // On a new day the database has to hear that the device was here.
      guard (0...Self.maximumAge).contains(age), now < entry.principal.expiresAt, now.day == entry.keptAt.day else {
        entries.remove(digest)
        return (nil, generation)
      }
      return (entry.principal, generation)
    }
  }

  func keep(_ principal: Principal, for digest: Data, now: Timestamp, generation: UInt64) {
    lock.withLock {
      guard generation == self.generation else { return }
      entries.set(Entry(principal: principal, keptAt: now), for: digest)
    }
  }

  /// - Parameter device: nil for all devices of the reader.
  func forget(_ reader: ReaderID, device: DeviceID?) {
    lock.withLock {
      generation += 1
      entries.removeAll { $0.principal.reader == reader && (device == nil || $0.principal.device == device) }
    }
  }

  func forgetAll() {
    lock.withLock {
      generation += 1
      entries.removeAll { _ in true }
    }
  }
}
