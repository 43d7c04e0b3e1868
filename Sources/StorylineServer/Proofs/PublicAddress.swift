import Foundation

/// What clients call the service, which is what their proofs have to name (RFC 9449, section 4.3, 9).
///
/// From the configuration and never from the `Host` field, which a caller chooses. A service that only this machine can
/// reach may be called by any name of this machine.
struct PublicAddress: Sendable {
  /// Scheme, host and port, such as `https://stories.example`.
  let text: String
  private let configured: Origin?

  init(_ configuration: ServerConfiguration) {
    configured = configuration.publicURL.flatMap { Origin($0) }
    text = configuration.publicURL ?? Self.local(configuration)
  }

  private static func local(_ configuration: ServerConfiguration) -> String {
    guard case .network(_, let port) = configuration.listen else { return "https://localhost" }
    return "\(configuration.tls == nil ? "http" : "https")://localhost:\(port)"
  }

  /// Whether `target` is the address of `path` here; its query does not count.
  func isTarget(_ target: String, of path: String) -> Bool {
    guard let parts = URLComponents(string: target), Self.path(in: target).map(String.init) == path,
      let origin = Origin(parts)
    else {
      return false
    }
    return configured.map { $0 == origin } ?? origin.isLocal
  }

  /// The path as it stands, because each of our addresses has one spelling.
  private static func path(in target: String) -> Substring? {
    guard let host = target.range(of: "://")?.upperBound, let start = target[host...].firstIndex(of: "/") else {
      return nil
    }
    return target[start...].prefix { $0 != "?" && $0 != "#" }
  }

  /// `stories.example:8443`, for links of our own scheme.
  var authority: String { text.replacing("https://", with: "").replacing("http://", with: "") }

  struct Origin: Hashable {
    let scheme: String
    let host: String
    let port: Int

    init?(_ text: String) {
      guard let parts = URLComponents(string: text), ["", "/"].contains(parts.path), parts.query == nil,
        parts.fragment == nil
      else { return nil }
      self.init(parts)
    }

    init?(_ parts: URLComponents) {
      guard let scheme = parts.scheme?.lowercased(), ["https", "http"].contains(scheme),
        let host = parts.host?.lowercased(), !host.isEmpty, parts.user == nil, parts.password == nil
      else { return nil }
      self.scheme = scheme
      self.host = host
      port = parts.port ?? (scheme == "https" ? 443 : 80)
    }

    var isLocal: Bool { ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host) }
  }
}
