import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import StorylineTestSupport
import Testing

@testable import StorylineStore

@Suite struct AccessTests {
  @Test(arguments: StoreKind.allCases)
  func `an invite becomes a token that speaks for its reader`(kind: StoreKind) async throws {
    let test = try TestStore(kind)
    let invite = try await test.store.createInvite(scope: Scope.reader, validFor: 3600)
    #expect(invite.text.wholeMatch(of: /sli(-[0-9A-HJKMNP-TV-Z]{4}){6}/) != nil)
    #expect(invite.expiresAt == test.clock.now().advanced(byMilliseconds: 3_600_000))
    let enrolment = try await redeem(test, invite.text)
    #expect(enrolment.accessToken.wholeMatch(of: /sla_[A-Za-z0-9_-]{49}/) != nil)
    #expect(enrolment.refreshToken.wholeMatch(of: /slr_[A-Za-z0-9_-]{49}/) != nil)
    #expect(enrolment.scope == Scope.reader)
    #expect(enrolment.expiresAt == test.clock.now().advanced(byMilliseconds: 365 * 86_400_000))
    #expect("\(enrolment.reader)".wholeMatch(of: /[0-9a-f]{32}/) != nil)
    #expect(ReaderID("\(enrolment.reader)") == enrolment.reader && DeviceID("\(enrolment.device)") == enrolment.device)
    let principal = try await test.store.authenticate(token: enrolment.accessToken)
    #expect(
      principal
        == Principal(
          reader: enrolment.reader, device: enrolment.device, scope: Scope.reader, expiresAt: enrolment.expiresAt))
    #expect(try await test.store.libraryPage(after: nil, empty: true, limit: nil, for: enrolment.reader).changes == [])
  }

  @Test func `the same request gets the same device again, even after the invite's time`() async throws {
    let test = try TestStore()
    let invite = try await test.store.createInvite(scope: Scope.reader, validFor: 60)
    let request = UUID().uuidString
    let first = try await redeem(test, invite.text, request)
    test.clock.advance(milliseconds: 86_400_000)
    let again = try await redeem(test, invite.text, request.lowercased())
    #expect(again.device == first.device && again.reader == first.reader && again.refreshToken == first.refreshToken)
    for token in [first.accessToken, again.accessToken] {
      #expect(try await test.store.authenticate(token: token)?.device == first.device)
    }
    let count = try await test.writer.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM device") }
    #expect(count == 1)
  }

  @Test func `an invite for two devices brings both into one library and then is gone`() async throws {
    let test = try TestStore()
    let invite = try await test.store.createInvite(scope: Scope.reader, devices: 2, validFor: 60)
    let request = UUID().uuidString
    let phone = try await redeem(test, invite.text, request)
    #expect(try await redeem(test, invite.text, request).device == phone.device)
    let tablet = try await redeem(test, invite.text)
    #expect(tablet.reader == phone.reader)
    #expect(tablet.device != phone.device && tablet.accessToken != phone.accessToken)
    await #expect(throws: StoreError.invalidGrant) { try await redeem(test, invite.text) }
    let left = try await test.writer.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM invite") }
    #expect(left == 0)
  }

  @Test func `an invite for a reader adds a device to that reader's library`() async throws {
    let test = try TestStore()
    let first = try await redeem(test, try await test.store.createInvite(scope: Scope.reader, validFor: 60).text)
    let more = try await test.store.createInvite(scope: Scope.reader, for: first.reader, validFor: 60)
    #expect(try await redeem(test, more.text).reader == first.reader)
    await #expect(throws: StoreError.unknownReader) {
      try await test.store.createInvite(scope: Scope.reader, for: .random(), validFor: 60)
    }
    for devices in [0, 11] {
      await #expect(throws: StoreError.self) {
        try await test.store.createInvite(scope: Scope.reader, devices: devices, validFor: 60)
      }
    }
  }

  @Test func `unknown, used and expired invites are refused alike`() async throws {
    let test = try TestStore()
    let used = try await test.store.createInvite(scope: Scope.reader, validFor: 60)
    let expired = try await test.store.createInvite(scope: Scope.reader, validFor: 60)
    _ = try await redeem(test, used.text)
    test.clock.advance(milliseconds: 60_000)
    let texts = [
      used.text, expired.text, Secrets.newInvite(), "", "sli-", "sla_x", String(repeating: "A", count: 5000),
    ]
    for text in texts {
      await #expect(throws: StoreError.invalidGrant) { try await redeem(test, text) }
    }
    let count = try await test.writer.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM reader") }
    #expect(count == 1)
  }

  @Test func `an invite may be typed in any case, with other separators and mistaken letters`() async throws {
    let test = try TestStore()
    let invite = try await test.store.createInvite(scope: Scope.reader, validFor: 60)
    let typed = invite.text.lowercased().replacingOccurrences(of: "-", with: " ").replacingOccurrences(
      of: "0", with: "o")
    let (request, text) = (UUID().uuidString, invite.text)
    let first = try await redeem(test, typed, request)
    #expect(try await redeem(test, text, request).device == first.device)
  }

  @Test func `what is malformed is refused before the invite is touched`() async throws {
    let test = try TestStore()
    let invite = try await test.store.createInvite(scope: Scope.reader, validFor: 60)
    await #expect(throws: StoreError.malformed("request_id is not a UUID")) { try await redeem(test, invite.text, "1") }
    await #expect(throws: StoreError.malformed("device_name has more than 40 characters")) {
      try await test.store.redeem(
        InviteRedemption(
          invite: invite.text, requestID: UUID().uuidString, deviceName: String(repeating: "n", count: 41)))
    }
    _ = try await redeem(test, invite.text)
    await #expect(throws: StoreError.self) {
      try await test.store.createInvite(scope: Scope.reader, validFor: 15 * 86_400)
    }
    await #expect(throws: StoreError.self) { try await test.store.createInvite(scope: [], validFor: 60) }
  }

  @Test func `a token ends with its life, and a changed one speaks for nobody`() async throws {
    let test = try TestStore()
    let invite = try await test.store.createInvite(scope: Scope.reader, validFor: 60)
    let token = try await redeem(test, invite.text).accessToken
    for index in token.indices {
      var other = token
      other.replaceSubrange(index...index, with: token[index] == "x" ? "y" : "x")
      #expect(try await test.store.authenticate(token: other) == nil)
    }
    for other in ["", "sla_", token + "x", String(token.dropLast()), token.uppercased()] {
      #expect(try await test.store.authenticate(token: other) == nil)
    }
    test.clock.advance(milliseconds: 365 * 86_400_000 - 1)
    #expect(try await test.store.authenticate(token: token) != nil)
    test.clock.advance(milliseconds: 1)
    #expect(try await test.store.authenticate(token: token) == nil)
  }

  @Test func `a token with a wrong check sum is refused without a look into the database`() async throws {
    let test = try TestStore()
    let invite = try await test.store.createInvite(scope: Scope.reader, validFor: 60)
    let token = try await redeem(test, invite.text).accessToken
    try test.store.close()
    let wrong = String(token.dropLast()) + (token.hasSuffix("A") ? "B" : "A")
    #expect(try await test.store.authenticate(token: wrong) == nil)
    await #expect(throws: StoreError.closed) { try await test.store.authenticate(token: token) }
  }

  @Test func `the day on which a device was here is noted once a day`() async throws {
    let test = try TestStore()
    let invite = try await test.store.createInvite(scope: Scope.reader, validFor: 60)
    let token = try await redeem(test, invite.text).accessToken
    let changes = { test.writer.writeWithoutTransaction { $0.totalChangesCount } }
    let before = changes()
    _ = try await test.store.authenticate(token: token)
    #expect(changes() == before)
    test.clock.advance(milliseconds: 86_400_000)
    for _ in 0..<3 { _ = try await test.store.authenticate(token: token) }
    #expect(changes() == before + 1)
    let day = try await test.writer.read { try Int64.fetchOne($0, sql: "SELECT last_seen_day FROM device") }
    #expect(day == test.clock.now().milliseconds / 86_400_000)
  }

  @Test func `nothing in the database can be used as a token or an invite`() async throws {
    let test = try TestStore(.wal)
    let invite = try await test.store.createInvite(scope: Scope.reader, validFor: 3600)
    let open = try await test.store.createInvite(scope: Scope.reader, validFor: 3600)
    let enrolment = try await redeem(test, invite.text)
    try await test.publish([Samples.story, Samples.article("first")])
    _ = try await test.store.sync(Samples.push([Samples.mutation(1)]), for: enrolment.reader)
    let values = try await test.everyColumn()
    #expect(values.count > 20)
    for value in values {
      let base = value.base64URL
      let texts = [
        String(decoding: value, as: UTF8.self), base, "sla_" + base, value.map { String($0, radix: 16) }.joined(),
      ]
      for text in texts {
        #expect(try await test.store.authenticate(token: text) == nil)
        await #expect(throws: StoreError.invalidGrant) { try await redeem(test, text) }
        for secret in [enrolment.accessToken, enrolment.refreshToken, invite.text, open.text] {
          #expect(!text.contains(secret))
        }
      }
    }
    // Not in the file either, nor in its log.
    let names = try FileManager.default.contentsOfDirectory(atPath: test.directory.path)
    for name in names {
      let bytes = try Data(contentsOf: URL(filePath: test.directory.file(name)))
      for secret in [enrolment.accessToken, invite.text, open.text] {
        #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(name)")
      }
      #expect(bytes.range(of: test.options.pepper.bytes) == nil, "\(name)")
    }
  }

  @Test func `under another pepper the same database knows no token`() async throws {
    let test = try TestStore(.wal)
    let invite = try await test.store.createInvite(scope: Scope.reader, validFor: 60)
    let token = try await redeem(test, invite.text).accessToken
    try test.store.close()
    let other = StoreOptions(pepper: .random(), now: test.options.now)
    let store = try StoryStore.open(at: test.directory.file("store.sqlite"), options: other)
    #expect(try await store.authenticate(token: token) == nil)
    try store.close()
  }

  @discardableResult
  private func redeem(
    _ test: TestStore, _ invite: String, _ request: String = UUID().uuidString
  ) async throws -> Enrolment {
    try await test.store.redeem(InviteRedemption(invite: invite, requestID: request, deviceName: "A phone"))
  }
}
