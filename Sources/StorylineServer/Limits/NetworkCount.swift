import NIOConcurrencyHelpers

/// How many connections each network has, so that none takes the places of all others. In memory only.
final class NetworkCount: Sendable {
  private let maximum: Int
  private let counts = NIOLockedValueBox<[Network: Int]>([:])

  /// - Parameter maximum: 0 is no limit.
  init(maximum: Int) { self.maximum = maximum }

  /// Whether there is a place for one more, which is then taken.
  func begin(_ network: Network) -> Bool {
    guard maximum > 0 else { return true }
    return counts.withLockedValue { counts in
      guard counts[network, default: 0] < maximum else { return false }
      counts[network, default: 0] += 1
      return true
    }
  }

  func end(_ network: Network) {
    guard maximum > 0 else { return }
    counts.withLockedValue { counts in
      let left = (counts[network] ?? 0) - 1
      counts[network] = left > 0 ? left : nil
    }
  }
}
