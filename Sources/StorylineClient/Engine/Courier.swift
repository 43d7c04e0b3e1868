import Foundation
import StorylineModels

/// An answer that could be read, or the server's refusal.
enum Answer<Value> {
  case success(Value, sentAt: Timestamp, receivedAt: Timestamp)
  /// With the answer's body, for routes that refuse in another form.
  case refused(Problem, body: Data)
}

/// Carries the requests of one sync: adds the token, repeats what may work the second time, keeps within the budget.
struct Courier {
  /// Full jitter between zero and this, doubled with every repetition (AWS Architecture Blog, 2015).
  private static let firstDelay: Double = 1
  private static let longestDelay: Double = 30
  /// Longer waits are the app's to organise.
  private static let longestWait = 60

  let transport: any HTTPTransport
  let clock: any SyncClock
  let random: @Sendable () -> UInt64
  let timeout: Duration
  /// Sent with every request.
  let headers: [TransportRequest.Header]
  private(set) var retriesLeft: Int
  private(set) var requestsLeft: Int
  private(set) var requests = 0

  init(
    transport: any HTTPTransport, clock: any SyncClock, random: @escaping @Sendable () -> UInt64, limits: SyncLimits,
    headers: [TransportRequest.Header]
  ) {
    self.transport = transport
    self.clock = clock
    self.random = random
    self.headers = headers
    timeout = limits.timeout
    retriesLeft = limits.retries
    requestsLeft = limits.requests
  }

  /// - Parameters:
  ///   - id: what stands for `{id}` in the route's address.
  ///   - expected: a status beside those of success that `read` understands.
  ///   - read: reads a successful answer; what it throws makes the answer count as a network error.
  mutating func send<Value>(
    _ route: Route, id: String? = nil, query: [(name: String, value: String)] = [],
    headers extra: [TransportRequest.Header] = [], body: Data? = nil, expecting expected: Int? = nil,
    read: (TransportResponse) throws -> Value
  ) async throws -> Answer<Value> {
    let request = TransportRequest(
      method: route.method, path: (id.map(route.path(id:)) ?? route.path) + Self.text(of: query),
      headers: headers.replacing(extra), body: body, timeout: timeout)
    return try await send(request, expecting: expected, read: read)
  }

  private mutating func send<Value>(
    _ request: TransportRequest, expecting expected: Int?, read: (TransportResponse) throws -> Value
  ) async throws -> Answer<Value> {
    var attempt = 0
    while true {
      try Task.checkCancellation()
      try spendRequest()
      let sentAt = clock.now()
      let (verdict, response) = try await exchange(request)
      var outcome = response.status == expected ? .success : verdict
      if case .success = outcome {
        do {
          return .success(try read(response), sentAt: sentAt, receivedAt: clock.now())
        } catch {
          outcome = Verdict(error)
        }
      }
      switch outcome {
      case .success: break
      case .refused(let problem): return .refused(problem, body: response.body)
      case .final(let error): throw error
      case .later(let error, let seconds):
        try await wait(afterSeconds: seconds, attempt: attempt, orThrow: error)
        attempt += 1
      }
    }
  }

  private func exchange(_ request: TransportRequest) async throws -> (Verdict, TransportResponse) {
    do {
      let response = try await transport.send(request)
      return (Verdict(response), response)
    } catch let error as CancellationError {
      throw error
    } catch {
      return (Verdict(error), TransportResponse(status: 0))
    }
  }

  private mutating func spendRequest() throws {
    // An honest server needs far fewer; this ends a circle that nobody thought of (invariant I20).
    guard requestsLeft > 0 else { throw SyncError.wait(seconds: Self.longestWait) }
    requestsLeft -= 1
    requests += 1
  }

  private mutating func wait(afterSeconds: Int?, attempt: Int, orThrow error: SyncError) async throws {
    guard retriesLeft > 0, afterSeconds ?? 0 <= Self.longestWait else { throw error }
    retriesLeft -= 1
    let ceiling = min(Self.longestDelay, Self.firstDelay * Double(1 << min(attempt, 16)))
    let jitter = ceiling * Double(random() >> 11) / Double(1 << 53)
    try await clock.sleep(for: .seconds(Double(afterSeconds ?? 0) + jitter))
  }

  private static func text(of query: [(name: String, value: String)]) -> String {
    guard !query.isEmpty else { return "" }
    return "?" + query.map { FormText.encoded($0.name) + "=" + FormText.encoded($0.value) }.joined(separator: "&")
  }
}

/// Percent-encoding of names and values, for queries and form bodies alike.
enum FormText {
  /// The unreserved characters of RFC 3986, section 2.3; everything else is encoded.
  static func encoded(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      let isUnreserved =
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-._~".utf8.contains(byte)
      encoded += isUnreserved ? String(UnicodeScalar(byte)) : String(format: "%%%02X", byte)
    }
    return encoded
  }
}

extension [TransportRequest.Header] {
  /// These headers with others added, or put in the place of those of the same name.
  func replacing(_ others: [TransportRequest.Header]) -> [TransportRequest.Header] {
    let names = Set(others.map(\.name))
    return filter { !names.contains($0.name) } + others
  }
}

extension TransportResponse {
  /// The body, if it is JSON by its own account.
  func json() throws -> Data {
    let type = headers["content-type"]?.lowercased() ?? "no content type"
    guard type.hasPrefix("application/json") else { throw DamagedReply(why: "“\(type)” instead of JSON") }
    return body
  }
}
