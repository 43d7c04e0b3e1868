import Foundation
import StorylineModels

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Carries requests through the system's URL loading: what an app on iOS and macOS uses.
///
/// It trusts the system's authorities; for a private one use `NIOTransport`, or install the authority on the device.
public struct URLSessionTransport: HTTPTransport {
  /// Pages are far smaller (protocol, 2.3); whatever is larger is not ours.
  static let maximumBody = 8 * 1024 * 1024

  private let server: String
  private let session: URLSession

  /// - Parameter server: scheme, host and port, such as `https://news.example`.
  /// - Throws: `TransportError` if the address is none of HTTPS.
  public init(server: String) throws {
    guard let url = URL(string: server), url.scheme == "https", url.host != nil else {
      throw TransportError.unreachable("“\(server)” is not an address such as https://news.example")
    }
    self.server = server.hasSuffix("/") ? String(server.dropLast()) : server
    let configuration = URLSessionConfiguration.ephemeral
    // Neither cookies nor a cache: pages are kept in the replica, and a stale one must not be asked again.
    configuration.httpCookieStorage = nil
    configuration.urlCache = nil
    session = URLSession(configuration: configuration)
  }

  public func send(_ request: TransportRequest) async throws -> TransportResponse {
    guard let url = URL(string: server + request.path) else {
      throw TransportError.unreachable("“\(request.path)” is not an address")
    }
    var outgoing = URLRequest(url: url)
    outgoing.httpMethod = request.method.rawValue
    outgoing.httpBody = request.body
    outgoing.timeoutInterval = TimeInterval(request.timeout.components.seconds)
    for header in request.headers { outgoing.setValue(header.value, forHTTPHeaderField: header.name) }
    do {
      let (body, response) = try await session.data(for: outgoing)
      return try Self.response(body, response)
    } catch let error as URLError {
      throw try Self.failure(error)
    }
  }

  private static func response(_ body: Data, _ response: URLResponse) throws -> TransportResponse {
    guard let response = response as? HTTPURLResponse else { throw TransportError.cut("the answer is not HTTP") }
    guard body.count <= maximumBody else { throw TransportError.cut("the answer is larger than 8 MiB") }
    var headers: [String: String] = [:]
    for case (let name as String, let value as String) in response.allHeaderFields {
      headers[name.lowercased()] = value
    }
    return TransportResponse(status: response.statusCode, headers: headers, body: body)
  }

  private static func failure(_ error: URLError) throws -> TransportError {
    switch error.code {
    case .cancelled: throw CancellationError()
    case .timedOut: .timedOut
    case .networkConnectionLost, .badServerResponse, .cannotParseResponse: .cut(error.localizedDescription)
    case .serverCertificateUntrusted, .serverCertificateHasBadDate, .serverCertificateHasUnknownRoot,
      .serverCertificateNotYetValid, .secureConnectionFailed:
      .untrusted(error.localizedDescription)
    default: .unreachable(error.localizedDescription)
    }
  }
}
