import Foundation
import StorylineModels
import StorylineStore
import Testing

@testable import StorylineServer

@Suite struct TokenTests {
  private static let type = InviteGrant.type

  @Test(arguments: [
    ("", OAuthError.Code.invalidRequest, "grant_type"),
    ("grant_type=password", .unsupportedGrantType, InviteGrant.type),
    ("grant_type=\(type)", .invalidRequest, "invite"),
    ("grant_type=\(type)&invite=sli-x", .invalidRequest, "request_id"),
    ("grant_type=\(type)&invite=sli-x&request_id=7", .invalidRequest, "UUID"),
    ("grant_type=\(type)&invite=a&invite=b", .invalidRequest, "twice"),
    ("grant_type=\(type)&invite=%zz", .invalidRequest, "percent"),
    ("grant_type=\(type)&invite=%00", .invalidRequest, "NUL"),
    ("grant_type=\(type)&invite=sli-x&request_id=0b9f2c4e-1a77-4b0c-93d2-7f3a91c2aa01", .invalidGrant, "invite"),
    (
      "grant_type=\(type)&invite=sli-x&request_id=0b9f2c4e-1a77-4b0c-93d2-7f3a91c2aa01&device_name=a%0Ab",
      .invalidRequest, "device_name"
    ),
  ])
  func `a grant that is not given says why`(form: String, code: OAuthError.Code, hint: String) async throws {
    try await TestService.run(on: .inProcess) { service in
      let answer = try await service.send(Ask(.token).sending(form, as: MediaTypes.form))
      #expect(answer.status == 400)
      #expect(answer.headers["content-type"] == MediaTypes.json)
      #expect(answer.headers["cache-control"] == "no-store")
      let error = try answer.decoded(as: OAuthError.self)
      #expect(error.error == code)
      #expect(error.description.contains(hint), "\(error.description)")
      #expect(error.description.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
    }
  }

  @Test func `an unknown invite, a used one and an expired one cannot be told apart`() async throws {
    let clock = ManualTime()
    try await TestService.run(on: .inProcess, clock: { clock.now }) { service in
      let used = try await service.store.createInvite(scope: Scope.reader, validFor: 60)
      let expired = try await service.store.createInvite(scope: Scope.reader, validFor: 60)
      let grant = ServiceTests.grant(invite: used.text)
      let first = try await service.send(Ask(.token).sending(grant, as: MediaTypes.form))
      #expect(first.status == 200)
      clock.advance(seconds: 61)
      var bodies: Set<String> = []
      for invite in [used.text, expired.text, "sli-0000-0000-0000-0000-0000-0000", "nonsense"] {
        let form = ServiceTests.grant(invite: invite, request: UUID())
        let answer = try await service.send(Ask(.token).sending(form, as: MediaTypes.form))
        #expect(answer.status == 400)
        bodies.insert(answer.text)
      }
      #expect(bodies.count == 1)
    }
  }

  @Test func `no grant that is refused can be told from another one, whatever it came with`() async throws {
    let clock = ManualTime()
    try await TestService.run(on: .inProcess, clock: { clock.now }, lives: TokenLives()) { service in
      func enrol() async throws -> Enrolment {
        let invite = try await service.store.createInvite(scope: Scope.reader, validFor: 600)
        return try await service.store.redeem(
          InviteRedemption(invite: invite.text, requestID: UUID().uuidString.lowercased()))
      }
      let (expired, revoked, bound) = (try await enrol(), try await enrol(), try await enrol())
      _ = try await service.store.revokeDevice(revoked.device, of: revoked.reader)
      let successor = try await service.store.refresh(token: bound.refreshToken)
      _ = try await service.store.authenticate(token: successor.accessToken)
      let code = try await service.store.requestDevice(DeviceRequest(key: Data(count: 32)))
      // The first has ended; the third one's came back long after its successor was in use.
      clock.advance(seconds: 61 * 86_400)
      let unknown = "A2lZtBb0qL9mN4xQ7vR1sW3yE5uI8oP6aD0fG2hJ4kM"
      let refresh = [expired.refreshToken, revoked.refreshToken, bound.refreshToken, "slr_\(unknown)AAAAAA", "x"]
      let codes = [code.deviceCode, "slc_\(unknown)AAAAAA", "x"]
      var answers: Set<[String]> = []
      for (type, name, values) in [
        (RefreshGrant.type, "refresh_token", refresh), (DeviceCodeGrant.type, "device_code", codes),
        (InviteGrant.type, "request_id=\(UUID())&invite", ["x", "sli-0000-0000-0000-0000-0000-0000"]),
      ] {
        for value in values {
          let form = "grant_type=\(type)&\(name)=\(value)"
          let answer = try await service.send(Ask(.token).sending(form, as: MediaTypes.form))
          let fields = answer.headers.filter { $0.key != "x-request-id" }.map { "\($0.key): \($0.value)" }.sorted()
          answers.insert(["\(answer.status)", answer.text] + fields)
        }
      }
      #expect(answers.count == 1, "\(answers)")
    }
  }

  @Test func `an expired token is refused`() async throws {
    let clock = ManualTime()
    try await TestService.run(on: .inProcess, clock: { clock.now }) { service in
      let token = try await service.token()
      #expect(try await service.send(Ask(.contentHead, token: token)).status == 200)
      clock.advance(seconds: 366 * 86_400)
      let answer = try await service.send(Ask(.contentHead, token: token))
      #expect(answer.status == 401)
      #expect(try answer.problem().code == .unauthorized)
    }
  }

  @Test func `a form is read as browsers write it`() throws {
    let form = try FormBody(parsing: "a=one+two&b=%E2%82%AC%2b&c=&d&e=x=y")
    #expect(form["a"] == "one two")
    #expect(form["b"] == "€+")
    #expect(form["c"] == nil)
    #expect(form["d"] == nil)
    #expect(form["e"] == "x=y")
    #expect(form["f"] == nil)
  }

  @Test(arguments: ["a=%", "a=%1", "a=%+1", "a=%C3%28"])
  func `a form that is broken is refused`(text: String) {
    #expect(throws: OAuthError.self) { try FormBody(parsing: text) }
  }
}
