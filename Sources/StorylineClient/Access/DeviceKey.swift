import Crypto
import Foundation
import StorylineModels

/// A device's own key (P-256). The refresh token is of use to nobody without it, and it never leaves the device.
public struct DeviceKey: Codable, Hashable, Sendable {
  private let key: P256.Signing.PrivateKey

  /// A new one.
  public init() { key = P256.Signing.PrivateKey() }

  public init(from decoder: any Decoder) throws {
    let bytes = try decoder.singleValueContainer().decode(Data.self)
    key = try P256.Signing.PrivateKey(rawRepresentation: bytes)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(key.rawRepresentation)
  }

  public static func == (left: Self, right: Self) -> Bool {
    left.key.rawRepresentation == right.key.rawRepresentation
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(key.publicKey.rawRepresentation) }

  /// What a proof says (RFC 9449, section 4.2).
  struct Claims {
    var method: String
    /// The whole address, without its query.
    var target: String
    /// Its own name; no two proofs have the same.
    var id: String
    var madeAt: Timestamp
    /// What the server asked to see in it.
    var nonce: String?
    /// The access token that it goes with.
    var accessToken: String?
  }

  /// A proof that whoever sends this request has the key: a compact JWS.
  func proof(_ claims: Claims) throws -> String {
    let point = key.publicKey.rawRepresentation
    let jwk = JWK(x: Data(point.prefix(32)).base64URL, y: Data(point.suffix(32)).base64URL)
    let payload = Payload(
      jti: claims.id, htm: claims.method, htu: claims.target, iat: claims.madeAt.milliseconds / 1000,
      nonce: claims.nonce, ath: claims.accessToken.map { Data(SHA256.hash(data: Data($0.utf8))).base64URL })
    let head = try StorylineJSON.encode(Header(jwk: jwk)).base64URL
    let signed = head + "." + (try StorylineJSON.encode(payload).base64URL)
    return signed + "." + (try key.signature(for: Data(signed.utf8)).rawRepresentation.base64URL)
  }

  private struct JWK: Encodable {
    var kty = "EC"
    var crv = "P-256"
    var x: String
    var y: String
  }

  private struct Header: Encodable {
    var typ = "dpop+jwt"
    var alg = "ES256"
    var jwk: JWK
  }

  private struct Payload: Encodable {
    var jti: String
    var htm: String
    var htu: String
    var iat: Int64
    var nonce: String?
    var ath: String?
  }
}

extension DeviceKey: CustomStringConvertible, CustomDebugStringConvertible {
  /// Never the key, so that a careless print does not leak it.
  public var description: String { "DeviceKey(…)" }
  public var debugDescription: String { description }
}
