import Foundation
import Metrics
import StorylineModels
import StorylineStore

/// What the operator can see of the service from outside: how much, how fast, what went wrong. Nothing of who or what.
struct ServiceMetrics: Sendable {
  private let registry = MetricsRegistry()

  init() {
    gauge("storyline_start_time_seconds").record(Date().timeIntervalSince1970)
    // From zero: what is not there yet cannot be seen to grow.
    for event in Self.events { counter(event.label, event.dimensions).increment(by: 0) }
  }

  /// - Parameters:
  ///   - route: the template of an address, not the address.
  ///   - duration: a class of `AccessLog`.
  func countRequest(route: String, status: Int, duration: String) {
    counter(
      "storyline_requests_total", [("route", route), ("status", String(status)), ("duration", duration)]
    ).increment()
  }

  func count(_ event: StoreEvent) {
    guard let (label, dimensions) = Self.series(of: event) else { return }
    counter(label, dimensions).increment()
  }

  /// - Parameters:
  ///   - requests: how many are being worked on.
  ///   - live: how many live connections there are.
  func text(requests: Int, live: Int) -> String {
    gauge("storyline_requests_in_flight").record(requests)
    gauge("storyline_live_connections").record(live)
    return registry.text
  }

  private func counter(_ label: String, _ dimensions: [(String, String)] = []) -> Counter {
    Counter(label: label, dimensions: dimensions, factory: registry)
  }

  private func gauge(_ label: String) -> Gauge { Gauge(label: label, factory: registry) }

  private static let events: [(label: String, dimensions: [(String, String)])] = [
    StoreEvent.restoreFound(""), .strangeCursor(.content), .strangeCursor(.library), .foreignCursor(.content),
    .foreignCursor(.library), .refreshTokenReused, .fingerprintNotWritten(""),
  ].compactMap(series)

  private static func series(of event: StoreEvent) -> (label: String, dimensions: [(String, String)])? {
    switch event {
    case .restoreFound: ("storyline_restores_found_total", [])
    case .erasuresRepeated: nil
    case .strangeCursor(let stream): ("storyline_strange_cursors_total", [("stream", stream.rawValue)])
    case .foreignCursor(let stream): ("storyline_foreign_cursors_total", [("stream", stream.rawValue)])
    case .refreshTokenReused: ("storyline_refresh_reuse_total", [])
    case .fingerprintNotWritten: ("storyline_fingerprint_failures_total", [])
    }
  }
}
