import ArgumentParser
import Foundation

/// The address of a server: `https`, a host and perhaps a port, nothing else.
struct ServerAddress: ExpressibleByArgument, Hashable, Sendable {
  /// Such as `https://stories.example:8443`, without a slash at the end.
  let text: String

  init?(argument: String) {
    let whole = argument.contains("://") ? argument : "https://" + argument
    guard let parts = URLComponents(string: whole), parts.scheme?.lowercased() == "https",
      let host = parts.host, !host.isEmpty, ["", "/"].contains(parts.path), parts.query == nil,
      parts.fragment == nil, parts.user == nil, parts.password == nil
    else { return nil }
    text = "https://\(host.lowercased())" + (parts.port.map { ":\($0)" } ?? "")
  }
}
