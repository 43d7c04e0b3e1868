import Crypto
import Foundation
import HTTPTypes
import StorylineModels
import StorylineStore
import Testing

@testable import StorylineServer

@Suite struct ProofTests {
  private static let key = TestKey()
  private static let ask = Ask(.token)

  private static func proof(
    header: [String: Any] = [:], claims: [String: Any] = [:], without: Set<String> = []
  ) throws -> String {
    let heads = key.header.merging(header) { $1 }.filter { !without.contains($0.key) }
    let all = key.claims(ask, nonce: "n").merging(claims) { $1 }.filter { !without.contains($0.key) }
    return try key.sign(header: heads, claims: all)
  }

  @Test func `a right proof is read, and its key has the thumbprint of RFC 7638`() throws {
    let proof = try SignedProof(parsing: try Self.proof())
    #expect(proof.isSigned)
    #expect(proof.thumbprint == Self.key.thumbprint)
    #expect(proof.claims.method == "POST" && proof.claims.target == "https://localhost:8443/oauth/token")
  }

  @Test func `a proof by somebody else's key is not signed`() throws {
    let text = try Self.proof()
    let head = text.split(separator: ".").dropLast().joined(separator: ".")
    let other = TestKey()
    #expect(try !SignedProof(parsing: try other.sign(head)).isSigned)
    let changed = try Self.proof(claims: ["jti": "other"]).split(separator: ".")
    let original = text.split(separator: ".")
    let mixed = [original[0], changed[1], original[2]].joined(separator: ".")
    #expect(try !SignedProof(parsing: mixed).isSigned)
  }

  @Test func `what is no proof is refused with a reason`() throws {
    let whole = try Self.proof()
    let parts = whole.split(separator: ".").map(String.init)
    var wrong: [(String, String)] = [
      ("", "compact"), ("a.b", "compact"), ("a.b.c.d", "compact"),
      (parts[0] + "=." + parts[1] + "." + parts[2], "compact"),
      (parts[0] + "." + parts[1] + ".", "signature"), (parts[0] + "." + parts[1] + "." + parts[2] + "AA", "signature"),
      (String(repeating: "A", count: 2049), "long"), ("e30." + parts[1] + "." + parts[2], "header"),
      (whole.replacingOccurrences(of: ".", with: ".."), "compact"),
    ]
    for (header, hint) in [
      (["alg": "none"], "alg"), (["alg": "HS256"], "alg"), (["typ": "JWT"], "typ"), (["crit": ["x"]], "header"),
      (["kid": "x"], "header"), (["jwk": "x"], "key"), (["jwk": Self.key.jwk.merging(["d": "AA"]) { $1 }], "public"),
      (["jwk": Self.key.jwk.merging(["crv": "P-384"]) { $1 }], "P-256"),
      (["jwk": Self.key.jwk.merging(["kty": "RSA"]) { $1 }], "P-256"),
      (["jwk": Self.key.jwk.merging(["x": Data(count: 32).base64URL]) { $1 }], "P-256"),
      (["jwk": Self.key.jwk.merging(["x": Data(count: 33).base64URL]) { $1 }], "P-256"),
    ] as [([String: Any], String)] {
      wrong.append((try Self.proof(header: header), hint))
    }
    for name in ["typ", "alg", "jwk"] { wrong.append((try Self.proof(without: [name]), "header")) }
    for name in ["jti", "htm", "htu", "iat"] { wrong.append((try Self.proof(without: [name]), "jti, htm")) }
    for (claims, hint) in [
      (["jti": ""], "jti"), (["jti": String(repeating: "x", count: 65)], "jti"), (["iat": "now"], "iat"),
      (["htm": 1], "htm"), (["nonce": 1], "htm"),
    ] as [([String: Any], String)] {
      wrong.append((try Self.proof(claims: claims), hint))
    }
    let twice = Data(#"{"htm":"GET","htm":"POST","htu":"x","iat":1,"jti":"a"}"#.utf8).base64URL
    wrong.append((try Self.key.sign(parts[0] + "." + twice), "payload"))
    for (text, hint) in wrong {
      let fault = #expect(throws: ProofFault.self, "\(hint): \(text)") { _ = try SignedProof(parsing: text) }
      #expect(fault?.why.contains(hint) == true, "\(hint): \(fault?.why ?? "")")
    }
  }

  @Test func `a nonce is ours, and for five minutes`() {
    let clock = ManualTime()
    let nonces = ProofNonces(now: { clock.now })
    let nonce = nonces.fresh()
    #expect(nonces.end(of: nonce) != nil)
    #expect(ProofNonces(now: { clock.now }).end(of: nonce) == nil)
    var other = nonce
    other.replaceSubrange(other.startIndex...other.startIndex, with: nonce.first == "A" ? "B" : "A")
    for wrong in [nil, "", other, nonce + "A", String(nonce.dropLast())] { #expect(nonces.end(of: wrong) == nil) }
    clock.advance(seconds: 299)
    #expect(nonces.end(of: nonce) != nil)
    clock.advance(seconds: 1)
    #expect(nonces.end(of: nonce) == nil)
    clock.advance(seconds: -400)
    #expect(nonces.end(of: nonce) == nil)
  }

  @Test func `a proof is taken once for as long as its nonce lives, and none when none can be remembered`() {
    let cache = ReplayCache(capacity: 3)
    let (start, end) = (Timestamp(milliseconds: 0), Timestamp(milliseconds: 300_000))
    #expect(cache.take(id: "a", key: Data([1]), end: end, now: start) == .new)
    #expect(cache.take(id: "a", key: Data([1]), end: end, now: Timestamp(milliseconds: 299_999)) == .seen)
    #expect(cache.take(id: "a", key: Data([2]), end: end, now: start) == .new)
    #expect(cache.take(id: "b", key: Data([1]), end: end, now: start) == .new)
    #expect(cache.take(id: "c", key: Data([1]), end: end, now: start) == .full)
    let later = Timestamp(milliseconds: 600_000)
    #expect(cache.take(id: "c", key: Data([1]), end: Timestamp(milliseconds: 900_000), now: later) == .new)
  }

  @Test func `a proof is for our address, whatever the Host field says`() {
    var configuration = ServerConfiguration()
    configuration.publicURL = "https://stories.example"
    let address = PublicAddress(configuration)
    // An address is compared as it stands.
    #expect(address.isTarget("https://stories.example/v1/content/parts/%C2%B7", of: "/v1/content/parts/%C2%B7"))
    #expect(!address.isTarget("https://stories.example/oauth%2Ftoken", of: "/oauth/token"))
    for target in ["https://stories.example/oauth/token", "https://STORIES.example:443/oauth/token?x=1"] {
      #expect(address.isTarget(target, of: "/oauth/token"), "\(target)")
    }
    for target in [
      "http://stories.example/oauth/token", "https://stories.example:8443/oauth/token", "https://x.example/oauth/token",
      "https://stories.example/oauth/revoke", "/oauth/token", "https://user@stories.example/oauth/token", "",
      "https://stories.example.evil.example/oauth/token", "https://localhost/oauth/token",
    ] {
      #expect(!address.isTarget(target, of: "/oauth/token"), "\(target)")
    }
    let local = PublicAddress(ServerConfiguration())
    #expect(local.isTarget("https://127.0.0.1:9/oauth/token", of: "/oauth/token"))
    #expect(!local.isTarget("https://stories.example/oauth/token", of: "/oauth/token"))
  }

  @Test func `a refresh token of a device with a key is of no use without it, and stays the same`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let key = TestKey()
      let reply = try await service.enrol(Scope.reader, key: key)
      let refresh = try #require(reply.refreshToken)
      #expect(reply.tokenType == "Bearer")
      let ask = Ask(.token).sending("grant_type=refresh_token&refresh_token=\(refresh)", as: MediaTypes.form)
      let again = try await service.send(ask, provenBy: key).decoded(as: TokenReply.self)
      #expect(again.refreshToken == refresh && again.accessToken != reply.accessToken)
      for answer in [try await service.send(ask), try await service.send(ask, provenBy: TestKey())] {
        #expect(answer.status == 400)
        #expect(try answer.decoded(as: OAuthError.self).error == .invalidGrant)
      }
      #expect(try await service.send(ask, provenBy: key).status == 200)
      #expect(try await service.send(Ask(.contentHead, token: again.accessToken)).status == 200)
    }
  }

  @Test func `a proof without our nonce is sent again with it, and none is taken twice`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let key = TestKey()
      let ask = Ask(.deviceAuthorization).sending("device_name=x", as: MediaTypes.form)
      let first = try await service.send(try key.prove(ask, nonce: nil))
      #expect(first.status == 400)
      #expect(try first.decoded(as: OAuthError.self).error == .useNonce)
      let nonce = try #require(first.headers["dpop-nonce"])
      let proven = try key.prove(ask, nonce: nonce)
      #expect(try await service.send(proven).status == 200)
      let replayed = try await service.send(proven)
      #expect(replayed.status == 400)
      #expect(try replayed.decoded(as: OAuthError.self).error == .invalidProof)
      var two = proven
      if let name = HTTPField.Name.proof { two.headers.append(HTTPField(name: name, value: "x")) }
      #expect(try await service.send(two).decoded(as: OAuthError.self).error == .invalidProof)
    }
  }

  @Test func `an editor's token proves its key with each request, and an invite for one asks for a key`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let key = TestKey()
      let reply = try await service.enrol(Scope.reader.union(Scope.editor), key: key)
      #expect(reply.tokenType == "DPoP")
      let ask = Ask(.deviceList)
      #expect(try await service.send(ask, provenBy: key, token: reply.accessToken).status == 200)
      let plain = try await service.send(Ask(.deviceList, token: reply.accessToken))
      #expect(plain.status == 401)
      #expect(plain.headers["www-authenticate"]?.hasPrefix("DPoP ") == true)
      let other = try await service.send(ask, provenBy: TestKey(), token: reply.accessToken)
      #expect(other.status == 401)
      // A proof for another token does not do.
      let nonce = try #require(
        try await service.send(try key.prove(ask, nonce: nil, token: reply.accessToken)).headers["dpop-nonce"])
      var mixed = try key.prove(ask, nonce: nonce, token: "sla_other")
      mixed.headers[.authorization] = "DPoP \(reply.accessToken)"
      #expect(try await service.send(mixed).status == 401)
      let invite = try await service.store.createInvite(scope: Scope.reader.union(Scope.editor), validFor: 3600)
      let keyless = Ask(.token).sending(ServiceTests.grant(invite: invite.text, request: UUID()), as: MediaTypes.form)
      #expect(try await service.send(keyless).decoded(as: OAuthError.self).error == .invalidProof)
      #expect(try await service.send(keyless, provenBy: key).status == 200)
    }
  }
}
