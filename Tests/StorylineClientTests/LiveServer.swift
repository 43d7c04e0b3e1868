import Foundation
import StorylineClient
import StorylineModels

/// A real store's answers, with a stream of events that a test writes.
final class LiveServer: HTTPTransport, @unchecked Sendable {
  private let inner: any HTTPTransport
  private let lock = NSLock()
  private var sent: [TransportRequest] = []
  private var streams: [AsyncThrowingStream<Data, any Error>.Continuation] = []
  private var answer: @Sendable (TransportRequest) -> TransportResponse? = { _ in nil }
  private var opening: @Sendable (TransportRequest) throws -> TransportStream? = { _ in nil }

  init(_ inner: any HTTPTransport) { self.inner = inner }

  /// Everything that was sent, as method and path without query, streams as “STREAM”.
  var requests: [String] {
    lock.withLock {
      sent.map { request in
        let path = request.path.split(separator: "?")[0]
        let isStream = request.headers.contains { $0.value.hasPrefix("text/event-stream") }
        let wait = request.path.contains("wait=") ? " wait=\(request.path.split(separator: "wait=")[1])" : ""
        return "\(isStream ? "STREAM" : request.method.rawValue) \(path.split(separator: "/").last ?? "")\(wait)"
      }
    }
  }

  func forgetRequests() { lock.withLock { sent = [] } }

  /// Answers in the store's place where `answer` is not nil.
  func onSend(_ answer: @escaping @Sendable (TransportRequest) -> TransportResponse?) {
    lock.withLock { self.answer = answer }
  }

  /// Opens another stream than one that a test writes, or none.
  func onOpen(_ opening: @escaping @Sendable (TransportRequest) throws -> TransportStream?) {
    lock.withLock { self.opening = opening }
  }

  /// How many streams were opened.
  var opened: Int { lock.withLock { streams.count } }

  /// Writes to the newest stream.
  func say(_ text: String) { _ = lock.withLock { streams.last }?.yield(Data(text.utf8)) }

  func state(_ content: Cursor, _ library: Cursor, spread: Int = 0) throws {
    let data = try StorylineJSON.encode(LiveState(content: content, library: library, spread: spread))
    say("event: state\ndata: \(String(decoding: data, as: UTF8.self))\n\n")
  }

  func close() { lock.withLock { streams.last }?.finish() }

  func send(_ request: TransportRequest) async throws -> TransportResponse {
    let answer = lock.withLock {
      sent.append(request)
      return self.answer
    }
    if let answer = answer(request) { return answer }
    return try await inner.send(request)
  }

  func events(_ request: TransportRequest) async throws -> TransportStream {
    let opening = lock.withLock {
      sent.append(request)
      return self.opening
    }
    if let stream = try opening(request) { return stream }
    let (body, continuation) = AsyncThrowingStream.makeStream(of: Data.self)
    lock.withLock { streams.append(continuation) }
    return TransportStream(status: 200, headers: ["content-type": "text/event-stream"], body: body)
  }
}
