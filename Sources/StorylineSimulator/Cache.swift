import Foundation
import StorylineClient
import StorylineModels

/// A cache in front of the content routes that keeps answers for as long as their headers let it, and as stale as
/// they let it (RFC 9111; RFC 5861).
struct Cache {
  private struct Entry {
    let response: TransportResponse
    let storedAt: Timestamp
    let freshSeconds: Int64
    let staleSeconds: Int64
  }

  private var entries: [String: Entry] = [:]

  /// What it may answer now without asking the server; with `stale`, also what it may serve while it asks.
  func answer(to request: TransportRequest, at now: Timestamp, stale: Bool) -> TransportResponse? {
    guard Self.isCacheable(request), let entry = entries[request.path] else { return nil }
    let age = (now.milliseconds - entry.storedAt.milliseconds) / 1000
    let limit = entry.freshSeconds + (stale ? entry.staleSeconds : 0)
    return age >= 0 && age < limit ? entry.response : nil
  }

  mutating func keep(_ response: TransportResponse, for request: TransportRequest, at now: Timestamp) {
    guard Self.isCacheable(request), let fresh = Self.seconds("s-maxage", in: response) else { return }
    entries[request.path] = Entry(
      response: response, storedAt: now, freshSeconds: fresh,
      staleSeconds: Self.seconds("stale-while-revalidate", in: response) ?? 0)
  }

  /// Whole answers only: a cache that keeps ranges keeps them by their place (RFC 9111, section 3.3).
  private static func isCacheable(_ request: TransportRequest) -> Bool {
    request.method == .get && !request.headers.contains { $0.name.lowercased() == "range" }
  }

  private static func seconds(_ name: String, in response: TransportResponse) -> Int64? {
    let words = response.headers["cache-control"]?.split(separator: ",") ?? []
    for word in words {
      let parts = word.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2, parts[0] == name { return Int64(parts[1]) }
    }
    return nil
  }
}
