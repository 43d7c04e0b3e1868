public import StorylineClient

/// Carries requests over HTTPS on Linux and macOS: HTTP/2 when the server offers it, a private authority if need be.
public struct NIOTransport: HTTPTransport {
  /// - Parameter server: scheme, host and port, such as `https://localhost:8443`.
  /// - Throws: `TransportError` if the address or the authority's certificate is not one.
  public init(server: String, trust: ServerTrust) throws { throw TransportError.unreachable("not built yet") }

  public func send(_ request: TransportRequest) async throws -> TransportResponse {
    throw TransportError.unreachable("not built yet")
  }

  /// Closes the connections; nothing can be sent afterwards.
  public func shutdown() async throws {}
}
