import Foundation
import StorylineModels
import StorylineStore

/// Lets each caller do so much per minute, with some of it at once.
///
/// Callers are known by a keyed hash with a salt that changes every day, in memory only: what is kept says of nobody
/// when he was here yesterday.
final class RateLimiter: @unchecked Sendable {
  enum Verdict: Hashable, Sendable {
    /// - Parameter pause: Seconds until the caller's reserve is full again; 0 if it is.
    case granted(pause: Int)
    /// - Parameter wait: Seconds until it makes sense to ask again.
    case refused(wait: Int)
  }

  private struct Bucket {
    var level: Double
    var at: Timestamp
  }

  private static let maximumCallers = 50_000

  private let perSecond: Double
  private let burst: Double
  private let reserve: Double
  private let now: @Sendable () -> Timestamp
  private let lock = NSLock()
  // `lock` guards these three, which is what makes the class safe to share.
  private var buckets = RecentEntries<Int, Bucket>(capacity: maximumCallers)
  private var salt = UInt64.random(in: .min ... .max)
  private var day: Int64?

  /// - Parameters:
  ///   - perMinute: 0 is no limit, and no limiter.
  ///   - burst: How much may be done at once by who was quiet before.
  ///   - reserve: What a caller should keep back; who has less is asked to pause.
  init?(perMinute: Int, burst: Int, reserve: Int = 0, now: @escaping @Sendable () -> Timestamp) {
    guard perMinute > 0 else { return nil }
    perSecond = Double(perMinute) / 60
    self.burst = Double(max(1, burst))
    self.reserve = Double(reserve)
    self.now = now
  }

  /// Takes `cost` from the caller's bucket if there is anything in it.
  ///
  /// It may take more than there is: a request is done whole or not at all, and the next one waits the longer for it.
  func take(_ cost: Int, for caller: some Hashable) -> Verdict {
    let now = now()
    return lock.withLock {
      let key = key(of: caller, at: now)
      var bucket = buckets.use(key) ?? Bucket(level: burst, at: now)
      let elapsed = Double(max(0, now.milliseconds - bucket.at.milliseconds)) / 1000
      bucket.level = min(burst, bucket.level + elapsed * perSecond)
      bucket.at = now
      defer { buckets.set(bucket, for: key) }
      guard bucket.level >= 1 else { return .refused(wait: seconds(from: bucket.level, to: 1)) }
      bucket.level -= Double(cost)
      return .granted(pause: seconds(from: bucket.level, to: min(reserve, burst)))
    }
  }

  private func seconds(from level: Double, to wanted: Double) -> Int {
    level >= wanted ? 0 : Int(((wanted - level) / perSecond).rounded(.up))
  }

  /// The library's hash is keyed anew by each process; the salt makes it change within one too.
  private func key(of caller: some Hashable, at now: Timestamp) -> Int {
    let today = now.milliseconds / 86_400_000
    if day != today {
      day = today
      salt = .random(in: .min ... .max)
    }
    var hasher = Hasher()
    hasher.combine(salt)
    hasher.combine(caller)
    return hasher.finalize()
  }
}
