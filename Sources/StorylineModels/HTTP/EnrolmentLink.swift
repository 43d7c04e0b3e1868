public import Foundation

/// What a QR code of an invite says: where, with which invite, and whom to trust there.
///
/// `storyline://stories.example:8443/enrol?invite=sli-…&pin=…`
public struct EnrolmentLink: Hashable, Sendable, CustomStringConvertible {
  public static let scheme = "storyline"

  /// `https://stories.example:8443`
  public var server: String
  public var invite: String
  /// SHA-256 of the public key (SubjectPublicKeyInfo) of the only authority to trust; nil for those of the system.
  public var pin: Data?

  public init(server: String, invite: String, pin: Data? = nil) {
    self.server = server
    self.invite = invite
    self.pin = pin
  }

  /// nil unless it is such a link; one with a pin that is none is no link, because without it another server would be
  /// trusted.
  public init?(_ text: String) {
    guard let parts = URLComponents(string: text), parts.scheme?.lowercased() == Self.scheme,
      let host = parts.host, !host.isEmpty, parts.path == "/enrol", parts.user == nil, parts.password == nil,
      parts.fragment == nil
    else { return nil }
    let items = Dictionary((parts.queryItems ?? []).map { ($0.name, $0.value ?? "") }) { first, _ in first }
    guard let invite = items["invite"], !invite.isEmpty else { return nil }
    if let text = items["pin"] {
      guard let pin = Data(base64URL: text), pin.count == 32 else { return nil }
      self.pin = pin
    }
    server = "https://\(host.lowercased())" + (parts.port.map { ":\($0)" } ?? "")
    self.invite = invite
  }

  public var description: String {
    let authority = server.hasPrefix("https://") ? String(server.dropFirst("https://".count)) : server
    return "\(Self.scheme)://\(authority)/enrol?invite=\(invite)" + (pin.map { "&pin=\($0.base64URL)" } ?? "")
  }
}
