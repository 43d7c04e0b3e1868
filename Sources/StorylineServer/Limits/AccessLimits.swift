import Foundation
import Hummingbird
import NIOCore
import StorylineModels
import StorylineStore

/// How often tokens may be asked for, and how often wrongly.
struct AccessLimits: Sendable {
  /// Requests of one network; nil is no limit, here and below.
  private let requests: RateLimiter?
  /// Of all who come through a proxy, who cannot be told apart here.
  private let proxied: RateLimiter?
  /// Wrong codes and tokens of one network, and of everybody.
  private let failures: RateLimiter?
  private let allFailures: RateLimiter?
  /// Wrong user codes of one device.
  private let guesses: RateLimiter?
  /// A whole number of a range, ends included.
  private let random: @Sendable (ClosedRange<Int>) -> Int

  init(
    _ settings: AccessLimitSettings, now: @escaping @Sendable () -> Timestamp,
    random: @escaping @Sendable (ClosedRange<Int>) -> Int
  ) {
    let most = settings.requestsPerMinute
    requests = RateLimiter(perMinute: most, burst: most, now: now)
    proxied = RateLimiter(perMinute: most * 20, burst: most * 20, now: now)
    // As a rate per minute, of which at first so many may come at once.
    failures = RateLimiter(perMinute: settings.failuresPerMinute, burst: settings.failuresPerMinute * 5, now: now)
    allFailures = RateLimiter(
      perMinute: settings.allFailuresPerMinute, burst: settings.allFailuresPerMinute, now: now)
    guesses = RateLimiter(perMinute: settings.failuresPerMinute, burst: settings.failuresPerMinute * 5, now: now)
    self.random = random
  }

  /// To be called before a request is worked on.
  ///
  /// - Throws: a refusal with 429.
  func check(_ context: ServiceContext) throws {
    guard let network = Network(context.channel?.remoteAddress) else {
      try check(proxied?.take(1, for: "proxy"))
      return try check(allFailures?.take(0, for: "all"))
    }
    try check(requests?.take(1, for: network))
    try check(failures?.take(0, for: network))
    try check(allFailures?.take(0, for: "all"))
  }

  /// To be called when a code or token was wrong.
  func noteFailure(_ context: ServiceContext) {
    if let network = Network(context.channel?.remoteAddress) { _ = failures?.take(1, for: network) }
    _ = allFailures?.take(1, for: "all")
  }

  func checkGuess(of device: DeviceID) throws { try check(guesses?.take(0, for: device)) }

  func noteGuess(of device: DeviceID) { _ = guesses?.take(1, for: device) }

  private func check(_ verdict: RateLimiter.Verdict?) throws {
    guard case .refused(let wait)? = verdict else { return }
    throw Refusal.rateLimited(detail: "This is asked too often.", retryAfter: wait + random(0...(1 + wait / 4)))
  }
}

/// Where a caller comes from, as coarsely as people move within: the first 24 bits of an IPv4 address, 48 of an IPv6.
struct Network: Hashable, Sendable {
  private let bytes: [UInt8]

  /// nil within this machine: there a proxy stands for everybody.
  init?(_ address: SocketAddress?) {
    switch address {
    case .v4(let address)?:
      let bytes = withUnsafeBytes(of: address.address.sin_addr) { Array($0) }
      guard bytes[0] != 127 else { return nil }
      self.bytes = Array(bytes.prefix(3))
    case .v6(let address)?:
      let bytes = withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
      if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
        guard bytes[12] != 127 else { return nil }
        self.bytes = Array(bytes[12..<15])
      } else {
        guard bytes.dropLast() != ArraySlice(repeating: 0, count: 15) || bytes[15] != 1 else { return nil }
        self.bytes = Array(bytes.prefix(6))
      }
    default: return nil
    }
  }
}
