import Foundation
public import StorylineClient
import StorylineModels

/// What happens to one exchange on its way.
public enum Fault: Hashable, Sendable {
  case none
  /// The server never hears of it.
  case loseRequest
  /// The server did it, and nobody learns.
  case loseReply
  /// The body ends after so many bytes, and the connection looks fine.
  case cut(after: Int)
  /// The server hears it twice; the second answer comes.
  case duplicate
  /// The first answer that the server ever gave to this request's address, as a cache would keep it.
  case stale
  /// A captive portal answers in the server's place.
  case portal
  /// Somebody in between answers in the server's place.
  case status(Int, retryAfter: Int? = nil)
  case untrusted
}

/// A transport that does harm on the way to a real one, exchange by exchange.
public final class FaultyTransport: HTTPTransport, @unchecked Sendable {
  private let inner: any HTTPTransport
  private let lock = NSLock()
  private let choose: (Int, TransportRequest) -> Fault
  private var before: (@Sendable (TransportRequest) -> Void)?
  private var sent: [TransportRequest] = []
  private var cache: [String: TransportResponse] = [:]

  /// - Parameter choose: gets the number of the exchange, from 0, and the request.
  public init(_ inner: any HTTPTransport, choose: @escaping @Sendable (Int, TransportRequest) -> Fault) {
    self.inner = inner
    self.choose = choose
  }

  /// Hurts the first exchanges in this order, and then no more.
  public convenience init(_ inner: any HTTPTransport, faults: [Fault] = []) {
    self.init(inner) { number, _ in number < faults.count ? faults[number] : .none }
  }

  /// Everything that was to be sent.
  public var requests: [TransportRequest] { lock.withLock { sent } }

  /// Runs while a request is under way, before the server hears it.
  public func onSend(_ hook: (@Sendable (TransportRequest) -> Void)?) { lock.withLock { before = hook } }

  public func send(_ request: TransportRequest) async throws -> TransportResponse {
    let (fault, hook) = lock.withLock {
      sent.append(request)
      return (choose(sent.count - 1, request), before)
    }
    hook?(request)
    switch fault {
    case .none: return try await pass(request)
    case .loseRequest: throw TransportError.unreachable("the request was lost")
    case .loseReply:
      _ = try await pass(request)
      throw TransportError.cut("the reply was lost")
    case .cut(let count):
      var response = try await pass(request)
      response.body = Data(response.body.prefix(count))
      return response
    case .duplicate:
      _ = try await pass(request)
      return try await pass(request)
    case .stale:
      let fresh = try await pass(request)
      return lock.withLock { cache[request.path] } ?? fresh
    case .portal:
      return TransportResponse(
        status: 200, headers: ["content-type": "text/html"], body: Data("<html>Welcome to the hotel</html>".utf8))
    case .status(let status, let seconds):
      var headers = ["content-type": "text/html"]
      headers["retry-after"] = seconds.map(String.init)
      return TransportResponse(status: status, headers: headers)
    case .untrusted: throw TransportError.untrusted("made up by a test")
    }
  }

  /// Opens the stream, unless the fault of this exchange forbids it; `cut` ends it after so many bytes.
  public func events(_ request: TransportRequest) async throws -> TransportStream {
    let (fault, hook) = lock.withLock {
      sent.append(request)
      return (choose(sent.count - 1, request), before)
    }
    hook?(request)
    switch fault {
    case .none, .duplicate, .stale: return try await inner.events(request)
    case .loseRequest: throw TransportError.unreachable("the request was lost")
    case .loseReply: throw TransportError.cut("the reply was lost")
    case .untrusted: throw TransportError.untrusted("made up by a test")
    case .portal:
      return TransportStream(status: 200, headers: ["content-type": "text/html"], body: Self.stream(Data()))
    case .status(let status, let seconds):
      var headers = ["content-type": "text/html"]
      headers["retry-after"] = seconds.map(String.init)
      return TransportStream(status: status, headers: headers, body: Self.stream(Data()))
    case .cut(let count):
      var stream = try await inner.events(request)
      stream.body = Self.cut(stream.body, after: count)
      return stream
    }
  }

  private static func stream(_ data: Data) -> AsyncThrowingStream<Data, any Error> {
    AsyncThrowingStream { continuation in
      continuation.yield(data)
      continuation.finish()
    }
  }

  private static func cut(
    _ body: AsyncThrowingStream<Data, any Error>, after count: Int
  ) -> AsyncThrowingStream<Data, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task {
        var left = count
        for try await bytes in body where left > 0 {
          continuation.yield(Data(bytes.prefix(left)))
          left -= bytes.count
          if left <= 0 { break }
        }
        continuation.finish(throwing: TransportError.cut("the stream broke"))
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  private func pass(_ request: TransportRequest) async throws -> TransportResponse {
    let response = try await inner.send(request)
    if response.status == 200, request.method == .get {
      lock.withLock { cache[request.path] = cache[request.path] ?? response }
    }
    return response
  }
}

/// Answers what it was given, one after the other: for answers that a healthy server never gives.
public final class CannedTransport: HTTPTransport, @unchecked Sendable {
  private let lock = NSLock()
  private var answers: [TransportResponse]
  private var sent: [TransportRequest] = []

  public init(_ answers: [TransportResponse]) { self.answers = answers }

  /// Everything that was sent.
  public var requests: [TransportRequest] { lock.withLock { sent } }

  public func send(_ request: TransportRequest) async throws -> TransportResponse {
    try lock.withLock {
      sent.append(request)
      guard !answers.isEmpty else { throw TransportError.unreachable("no answer is left") }
      return answers.removeFirst()
    }
  }
}
