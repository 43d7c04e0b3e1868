public import Foundation
import StorylineModels

/// An answer whose body comes bit by bit, until the server or the reader of it ends it.
public struct TransportStream: Sendable {
  public var status: Int
  /// Names in lower case.
  public var headers: [String: String]
  /// Ends when the server closes; throws `TransportError` when the connection breaks.
  public var body: AsyncThrowingStream<Data, any Error>

  public init(status: Int, headers: [String: String] = [:], body: AsyncThrowingStream<Data, any Error>) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// This transport cannot stream; its user polls.
public struct StreamingUnsupported: Error, Hashable, Sendable {
  public init() {}
}

extension HTTPTransport {
  /// Sends a request whose answer has no end, such as a stream of events (WHATWG HTML, 9.2).
  ///
  /// `request.timeout` holds until the answer's head is there. Dropping the body closes the connection, and
  /// one on which nothing comes for a minute is broken: the server sends a sign of life every 25 seconds. A transport
  /// that cannot do this throws `StreamingUnsupported`; its user polls instead.
  public func events(_ request: TransportRequest) async throws -> TransportStream { throw StreamingUnsupported() }
}
