import Crypto
import Foundation
import StorylineModels

/// Why a proof is not taken, in words of RFC 6749: ASCII without quotation marks.
struct ProofFault: Error, Hashable {
  let why: String
  init(_ why: String) { self.why = why }
}

/// A DPoP proof (RFC 9449, section 4.2) whose form is right: a compact JWS by ES256 with its public key inside.
///
/// Stricter than the RFCs where two readers could understand a text differently: no other algorithm, no padding, one
/// spelling for each value, no member twice.
struct SignedProof {
  static let maximumBytes = 2048
  private static let maximumIDBytes = 64
  private static let publicMembers: Set<String> = ["kty", "crv", "x", "y", "kid", "alg", "use"]

  let claims: Claims
  /// SHA-256 of the key in its canonical form (RFC 7638).
  let thumbprint: Data
  private let key: P256.Signing.PublicKey
  private let signature: P256.Signing.ECDSASignature
  private let signed: Data

  struct Claims: Decodable, Hashable {
    /// Names this proof, so that it is taken once.
    var id: String
    var method: String
    /// The address that the request goes to, without its query.
    var target: String
    /// When the device made it, by the device's clock: required by the RFC, and not looked at, because wrong clocks are
    /// common and the nonce tells the time better.
    var madeAt: Int64
    var nonce: String?
    /// SHA-256 of the access token that it goes with.
    var tokenHash: String?

    private enum CodingKeys: String, CodingKey {
      case nonce
      case id = "jti"
      case method = "htm"
      case target = "htu"
      case madeAt = "iat"
      case tokenHash = "ath"
    }
  }

  init(parsing text: String) throws(ProofFault) {
    guard text.utf8.count <= Self.maximumBytes else { throw ProofFault("The proof is too long.") }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, let header = Data(base64URL: parts[0]), let payload = Data(base64URL: parts[1]),
      let signature = Data(base64URL: parts[2])
    else { throw ProofFault("The proof is not a compact JWS.") }
    (key, thumbprint) = try Self.key(in: header)
    claims = try Self.claims(in: payload)
    guard signature.count == 64, let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else {
      throw ProofFault("The signature is not one of ES256.")
    }
    self.signature = signature
    signed = Data((parts[0] + "." + parts[1]).utf8)
  }

  /// Whether who made it has the private key. The costly part, to be done last.
  var isSigned: Bool { key.isValidSignature(signature, for: signed) }

  private static func key(in header: Data) throws(ProofFault) -> (P256.Signing.PublicKey, Data) {
    let members = try members(of: header, what: "header")
    guard Set(members.keys) == ["typ", "alg", "jwk"] else {
      throw ProofFault("The header of a proof has typ, alg and jwk, and nothing else.")
    }
    guard text(members["typ"]) == "dpop+jwt" else { throw ProofFault("The typ of a proof is dpop+jwt.") }
    guard text(members["alg"]) == "ES256" else { throw ProofFault("The alg of a proof is ES256.") }
    let jwk = try self.members(of: members["jwk"]?.data ?? Data(), what: "key")
    guard Set(jwk.keys).isSubset(of: publicMembers) else {
      throw ProofFault("The jwk of a proof is a public key, without other members.")
    }
    guard text(jwk["kty"]) == "EC", text(jwk["crv"]) == "P-256", let x = text(jwk["x"]), let y = text(jwk["y"]),
      let left = Data(base64URL: x), let right = Data(base64URL: y), left.count == 32, right.count == 32,
      let key = try? P256.Signing.PublicKey(rawRepresentation: left + right)
    else { throw ProofFault("The jwk of a proof is a point of P-256.") }
    let canonical = #"{"crv":"P-256","kty":"EC","x":"\#(x)","y":"\#(y)"}"#
    return (key, Data(SHA256.hash(data: Data(canonical.utf8))))
  }

  private static func claims(in payload: Data) throws(ProofFault) -> Claims {
    _ = try members(of: payload, what: "payload")
    guard let claims = try? StorylineJSON.decode(Claims.self, from: payload) else {
      throw ProofFault("A proof has jti, htm, htu and iat.")
    }
    guard (1...maximumIDBytes).contains(claims.id.utf8.count) else {
      throw ProofFault("The jti of a proof has 1 to 64 bytes.")
    }
    return claims
  }

  /// The members of an object of which none is there twice.
  private static func members(of data: Data, what: String) throws(ProofFault) -> [String: RawJSON] {
    guard String(validating: data, as: UTF8.self) != nil, data.first == UInt8(ascii: "{"),
      let members = try? RawJSON(validating: data).members()
    else { throw ProofFault("The \(what) of the proof is not a JSON object.") }
    return Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
  }

  private static func text(_ value: RawJSON?) -> String? { try? value?.decoded(as: String.self) }
}
