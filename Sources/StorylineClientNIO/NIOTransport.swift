import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOSSL
public import StorylineClient
import StorylineModels

/// Carries requests over HTTPS on Linux and macOS: HTTP/2 when the server offers it, a private authority if need be.
///
/// The server's certificate is always verified. Redirects are not followed: ours sends none, a captive portal does.
///
/// A page is far smaller than the 8 MiB that are taken unless more is asked for (protocol, 2.3); whatever is larger is
/// not ours.
public struct NIOTransport: HTTPTransport {
  static let connectTimeout = TimeAmount.seconds(10)
  /// A server sends something every 25 seconds wherever it lets us wait; one silent for longer is gone.
  static let silenceTimeout = TimeAmount.seconds(60)

  private let server: String
  private let connections: Connections
  private let bodyLimit: Int
  private var client: HTTPClient { connections.client }

  /// Speaks plain HTTP to a service on this machine, through its socket in the file system.
  ///
  /// - Parameters:
  ///   - path: the socket's; whoever may open it is who may ask.
  ///   - bodyLimit: bytes of the largest answer that is taken.
  public init(socket path: String, bodyLimit: Int = 8 * 1024 * 1024) {
    let unreserved = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\u{0}"..."\u{7F}"))
      .union(CharacterSet(charactersIn: "-._~"))
    server = "http+unix://" + (path.addingPercentEncoding(withAllowedCharacters: unreserved) ?? path)
    self.bodyLimit = bodyLimit
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow, timeout: .init(connect: Self.connectTimeout, read: Self.silenceTimeout),
      decompression: .enabled(limit: .size(bodyLimit)))
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    connections = Connections(HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration))
  }

  /// - Parameters:
  ///   - server: scheme, host and port, such as `https://localhost:8443`.
  ///   - bodyLimit: bytes of the largest answer that is taken.
  /// - Throws: `TransportError` if the address or the authority's certificate is not one.
  public init(server: String, trust: ServerTrust, bodyLimit: Int = 8 * 1024 * 1024) throws {
    guard let url = URL(string: server), url.scheme == "https", url.host?.isEmpty == false else {
      throw TransportError.unreachable("“\(server)” is not an address such as https://localhost:8443")
    }
    var address = server
    while address.hasSuffix("/") { address.removeLast() }
    self.server = address
    self.bodyLimit = bodyLimit
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: try Self.tls(trust), redirectConfiguration: .disallow,
      timeout: .init(connect: Self.connectTimeout, read: Self.silenceTimeout),
      decompression: .enabled(limit: .size(bodyLimit)))
    configuration.httpVersion = .automatic
    // Who is offline wants to know now; what is worth repeating, the engine repeats.
    configuration.connectionPool.retryConnectionEstablishment = false
    connections = Connections(HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration))
  }

  /// - Throws: `TransportError`; `CancellationError` if the task was cancelled.
  public func send(_ request: TransportRequest) async throws -> TransportResponse {
    var outgoing = HTTPClientRequest(url: server + request.path)
    outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
    for header in request.headers { outgoing.headers.add(name: header.name, value: header.value) }
    outgoing.headers.replaceOrAdd(name: "accept-encoding", value: "gzip")
    if let body = request.body { outgoing.body = .bytes(ByteBuffer(bytes: body)) }
    do {
      let response = try await client.execute(outgoing, timeout: TimeAmount(request.timeout))
      let body = try await response.body.collect(upTo: bodyLimit)
      return TransportResponse(
        status: Int(response.status.code), headers: Self.headers(response.headers), body: Data(body.readableBytesView))
    } catch {
      if Task.isCancelled { throw CancellationError() }
      throw TransportError(network: error)
    }
  }

  /// Opens a stream of events; `request.timeout` holds until its head is there.
  ///
  /// - Throws: `TransportError`; `CancellationError` if the task was cancelled.
  public func events(_ request: TransportRequest) async throws -> TransportStream {
    var outgoing = HTTPClientRequest(url: server + request.path)
    outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
    for header in request.headers { outgoing.headers.add(name: header.name, value: header.value) }
    do {
      let response = try await client.execute(outgoing, timeout: TimeAmount(request.timeout))
      return TransportStream(
        status: Int(response.status.code), headers: Self.headers(response.headers), body: Self.stream(response.body))
    } catch {
      if Task.isCancelled { throw CancellationError() }
      throw TransportError(network: error)
    }
  }

  private static func stream(_ body: HTTPClientResponse.Body) -> AsyncThrowingStream<Data, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task {
        do {
          for try await buffer in body { continuation.yield(Data(buffer.readableBytesView)) }
          continuation.finish()
        } catch {
          continuation.finish(throwing: TransportError(network: error))
        }
      }
      // Whoever stops listening closes the connection: the task's end gives the body up.
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// Closes the connections; nothing can be sent afterwards.
  public func shutdown() async throws { try await client.shutdown() }

  private static func tls(_ trust: ServerTrust) throws -> TLSConfiguration {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    guard case .authority(let pem) = trust else { return tls }
    do {
      let certificates = try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8))
      guard !certificates.isEmpty else { throw TransportError.untrusted("the authority's file holds no certificate") }
      tls.trustRoots = .certificates(certificates)
    } catch is NIOSSLError {
      throw TransportError.untrusted("the authority's file is not a certificate in PEM")
    }
    return tls
  }

  private static func headers(_ headers: HTTPHeaders) -> [String: String] {
    var joined: [String: String] = [:]
    for (name, value) in headers {
      let name = name.lowercased()
      joined[name] = joined[name].map { $0 + ", " + value } ?? value
    }
    return joined
  }
}

/// Closes the connections when the last user of a transport is gone. The library ends the process over a client that
/// nobody closed, and an error on the way to `shutdown()` must not cost a reader the app.
private final class Connections: Sendable {
  let client: HTTPClient

  init(_ client: HTTPClient) { self.client = client }

  deinit {
    // The closure keeps the client until it has closed; once it was closed in time this only says so again.
    client.shutdown { [client] _ in withExtendedLifetime(client) {} }
  }
}
