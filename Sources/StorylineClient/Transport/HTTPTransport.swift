public import Foundation
public import StorylineModels

/// What carries one request to the server and its answer back. It neither retries nor interprets.
public protocol HTTPTransport: Sendable {
  /// - Throws: `TransportError` if there was no complete answer; an answer of any status is no error.
  func send(_ request: TransportRequest) async throws -> TransportResponse

  /// - Throws: `TransportError`; `StreamingUnsupported`, as the default implementation does.
  func events(_ request: TransportRequest) async throws -> TransportStream
}

/// One request, relative to the server's address.
public struct TransportRequest: Hashable, Sendable {
  public struct Header: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public var method: Route.Method
  /// With its query, percent-encoded.
  public var path: String
  public var headers: [Header]
  public var body: Data?
  /// For the whole exchange.
  public var timeout: Duration

  public init(
    method: Route.Method, path: String, headers: [Header] = [], body: Data? = nil, timeout: Duration = .seconds(30)
  ) {
    self.method = method
    self.path = path
    self.headers = headers
    self.body = body
    self.timeout = timeout
  }
}

/// One complete answer.
public struct TransportResponse: Hashable, Sendable {
  public var status: Int
  /// Names in lower case.
  public var headers: [String: String]
  /// Decompressed.
  public var body: Data

  public init(status: Int, headers: [String: String] = [:], body: Data = Data()) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// Why there was no complete answer, in words for a person.
public enum TransportError: Error, Hashable, Sendable {
  /// No connection: no network, no such host, refused.
  case unreachable(String)
  case timedOut
  /// The connection broke, or the answer was no HTTP or too large.
  case cut(String)
  /// The server's certificate is not one we trust; nothing was sent.
  case untrusted(String)
}

/// Which certificates the client accepts.
public enum ServerTrust: Codable, Hashable, Sendable {
  /// Those of the system's authorities.
  case system
  /// Only those of this authority, in PEM.
  case authority(pem: String)
}
