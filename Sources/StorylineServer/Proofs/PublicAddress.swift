import Foundation
import NIOConcurrencyHelpers

/// What clients call the service, which is what their proofs have to name (RFC 9449, section 4.3, 9).
///
/// From the configuration and never from the `Host` field, which a caller chooses. A service that only this machine can
/// reach may be called by any name of this machine.
struct PublicAddress: Sendable {
  private let publicURL: String?
  private let configured: Origin?
  private let scheme: String
  /// nil where no port is listened on.
  private let port: NIOLockedValueBox<Int?>

  init(_ configuration: ServerConfiguration) {
    publicURL = configuration.publicURL
    configured = configuration.publicURL.flatMap { Origin($0) }
    guard case .network(_, let port) = configuration.listen else {
      scheme = "https"
      self.port = NIOLockedValueBox(nil)
      return
    }
    scheme = configuration.tls == nil ? "http" : "https"
    self.port = NIOLockedValueBox(port)
  }

  /// Scheme, host and port, such as `https://stories.example`.
  var text: String {
    publicURL ?? "\(scheme)://localhost" + (port.withLockedValue { $0 }.map { ":\($0)" } ?? "")
  }

  /// Which port it is where any free one was asked for. To be called once connections are accepted.
  func learn(port: Int?) {
    guard let port else { return }
    self.port.withLockedValue { $0 = port }
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
