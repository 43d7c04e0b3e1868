import Crypto
import Foundation
import HTTPTypes
import StorylineModels
import StorylineStore

@testable import StorylineServer

/// A device's key in tests of the server: makes proofs, right ones and wrong ones.
struct TestKey {
  let key = P256.Signing.PrivateKey()

  var jwk: [String: String] {
    let point = key.publicKey.rawRepresentation
    return [
      "kty": "EC", "crv": "P-256", "x": Data(point.prefix(32)).base64URL, "y": Data(point.suffix(32)).base64URL,
    ]
  }

  var thumbprint: Data {
    let text = #"{"crv":"P-256","kty":"EC","x":"\#(jwk["x"] ?? "")","y":"\#(jwk["y"] ?? "")"}"#
    return Data(SHA256.hash(data: Data(text.utf8)))
  }

  /// A proof out of any header and claims.
  func sign(header: [String: Any], claims: [String: Any]) throws -> String {
    let parts = try [header, claims].map {
      try JSONSerialization.data(withJSONObject: $0, options: [.sortedKeys, .withoutEscapingSlashes]).base64URL
    }
    return try sign(parts.joined(separator: "."))
  }

  func sign(_ text: String) throws -> String {
    text + "." + (try key.signature(for: Data(text.utf8)).rawRepresentation.base64URL)
  }

  var header: [String: Any] { ["typ": "dpop+jwt", "alg": "ES256", "jwk": jwk] }

  func claims(_ ask: Ask, nonce: String?, token: String? = nil) -> [String: Any] {
    let path = String(ask.path.prefix { $0 != "?" })
    var claims: [String: Any] = [
      "jti": UUID().uuidString, "htm": ask.method.rawValue, "htu": "https://localhost:8443" + path, "iat": 1,
    ]
    if let nonce { claims["nonce"] = nonce }
    if let token { claims["ath"] = Data(SHA256.hash(data: Data(token.utf8))).base64URL }
    return claims
  }

  /// The request with a right proof.
  func prove(_ ask: Ask, nonce: String?, token: String? = nil) throws -> Ask {
    var ask = ask
    if let token { ask.headers[.authorization] = "DPoP \(token)" }
    if let name = HTTPField.Name.proof {
      ask.headers[name] = try sign(header: header, claims: claims(ask, nonce: nonce, token: token))
    }
    return ask
  }
}

extension TestService {
  /// Sends the request with a proof, with the nonce that the first answer asks for.
  func send(_ ask: Ask, provenBy key: TestKey, token: String? = nil) async throws -> Answer {
    let first = try await send(try key.prove(ask, nonce: nil, token: token))
    guard let nonce = first.headers["dpop-nonce"], first.status == 400 || first.status == 401 else { return first }
    return try await send(try key.prove(ask, nonce: nonce, token: token))
  }

  /// Enrols a device with a key.
  func enrol(_ scope: Set<Scope>, key: TestKey) async throws -> TokenReply {
    let invite = try await store.createInvite(scope: scope, validFor: 3600)
    let grant = Ask(.token).sending(ServiceTests.grant(invite: invite.text, request: UUID()), as: MediaTypes.form)
    return try await send(grant, provenBy: key).decoded()
  }
}

/// An editor's device, whose requests carry a proof each.
struct TestEditor {
  let key: TestKey
  let token: String
  let nonce: String

  /// The request in this editor's name; no two of them are the same.
  func prove(_ ask: Ask) throws -> Ask { try key.prove(ask, nonce: nonce, token: token) }
}

extension TestService {
  /// A device with a key that may what `scope` says.
  func editor(_ scope: Set<Scope> = Scope.editor) async throws -> TestEditor {
    let key = TestKey()
    let invite = try await store.createInvite(scope: scope, validFor: 3600)
    let token = try await store.redeem(
      InviteRedemption(invite: invite.text, requestID: UUID().uuidString, key: key.thumbprint)
    ).accessToken
    let first = try await send(try key.prove(Ask(.token).sending("", as: MediaTypes.form), nonce: nil))
    return TestEditor(key: key, token: token, nonce: first.headers["dpop-nonce"] ?? "")
  }
}
