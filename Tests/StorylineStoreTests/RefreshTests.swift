import Foundation
import GRDB
import StorylineModels
import StorylineTestSupport
import Synchronization
import Testing

@testable import StorylineStore

/// Refresh tokens in the store: the rules of `RefreshRules` with a database under them.
@Suite struct RefreshTests {
  private static let minute: Int64 = 60_000
  private static let key = Data(repeating: 7, count: 32)

  private final class Events: Sendable {
    private let list = Mutex<[StoreEvent]>([])
    var all: [StoreEvent] { list.withLock { $0 } }
    @Sendable func note(_ event: StoreEvent) { list.withLock { $0.append(event) } }
  }

  private func enrol(
    _ test: TestStore, scope: Set<Scope> = Scope.reader, key: Data? = nil
  ) async throws -> Enrolment {
    let invite = try await test.store.createInvite(scope: scope, validFor: 60)
    return try await test.store.redeem(
      InviteRedemption(invite: invite.text, requestID: UUID().uuidString, deviceName: "A phone", key: key))
  }

  @Test(arguments: StoreKind.allCases)
  func `a token is exchanged for its successor, and a lost reply is given again`(kind: StoreKind) async throws {
    let test = try TestStore(kind, lives: TokenLives())
    let first = try await enrol(test)
    #expect(first.expiresAt == test.clock.now().advanced(byMilliseconds: 10 * Self.minute))
    test.clock.advance(milliseconds: 20 * Self.minute)
    #expect(try await test.store.authenticate(token: first.accessToken) == nil)
    let second = try await test.store.refresh(token: first.refreshToken)
    #expect(second.refreshToken != first.refreshToken && second.device == first.device)
    test.clock.advance(milliseconds: 30 * 24 * 60 * Self.minute)
    let again = try await test.store.refresh(token: first.refreshToken)
    #expect(again.refreshToken == second.refreshToken && again.accessToken != second.accessToken)
    // Now it is used, and a minute later the old one is spent.
    #expect(try await test.store.authenticate(token: again.accessToken)?.device == first.device)
    test.clock.advance(milliseconds: Self.minute)
    #expect(try await test.store.refresh(token: first.refreshToken).refreshToken == second.refreshToken)
    let third = try await test.store.refresh(token: second.refreshToken)
    #expect(third.refreshToken == second.refreshToken)
    test.clock.advance(milliseconds: 1)
    #expect(try await test.store.refresh(token: second.refreshToken).refreshToken != second.refreshToken)
  }

  @Test func `a spent token that comes back signs the device out, and the other devices see it`() async throws {
    let events = Events()
    let test = try TestStore(lives: TokenLives(), report: events.note)
    let invite = try await test.store.createInvite(scope: Scope.reader, devices: 2, validFor: 60)
    let request = { InviteRedemption(invite: invite.text, requestID: UUID().uuidString) }
    let phone = try await test.store.redeem(request())
    let tablet = try await test.store.redeem(request())
    let successor = try await test.store.refresh(token: phone.refreshToken)
    #expect(try await test.store.authenticate(token: successor.accessToken) != nil)
    test.clock.advance(milliseconds: Self.minute + 1)
    await #expect(throws: StoreError.invalidGrant) { try await test.store.refresh(token: phone.refreshToken) }
    #expect(events.all == [.refreshTokenReused])
    #expect(try await test.store.authenticate(token: successor.accessToken) == nil)
    await #expect(throws: StoreError.invalidGrant) { try await test.store.refresh(token: successor.refreshToken) }
    let seen = try await test.store.devices(of: tablet.reader, asking: tablet.device)
    #expect(seen.first { $0.id == phone.device.description }?.ended == "token-reuse")
    #expect(try await test.store.authenticate(token: tablet.accessToken) != nil)
  }

  @Test func `a token that was spent long ago is known as one of the device`() async throws {
    let test = try TestStore(lives: TokenLives())
    let first = try await enrol(test)
    var token = first.refreshToken
    for _ in 0..<5 {
      test.clock.advance(milliseconds: 10 * Self.minute)
      let next = try await test.store.refresh(token: token)
      _ = try await test.store.authenticate(token: next.accessToken)
      token = next.refreshToken
    }
    await #expect(throws: StoreError.invalidGrant) { try await test.store.refresh(token: first.refreshToken) }
    await #expect(throws: StoreError.invalidGrant) { try await test.store.refresh(token: token) }
  }

  @Test func `a token ends after sixty idle days, and after a year however much it is used`() async throws {
    let test = try TestStore(lives: TokenLives())
    let day = 24 * 60 * Self.minute
    let idle = try await enrol(test)
    var used = try await enrol(test).refreshToken
    test.clock.advance(milliseconds: 60 * day - 1)
    used = try await test.store.refresh(token: used).refreshToken
    test.clock.advance(milliseconds: 1)
    await #expect(throws: StoreError.invalidGrant) { try await test.store.refresh(token: idle.refreshToken) }
    for _ in 0..<30 {
      test.clock.advance(milliseconds: 10 * day)
      used = try await test.store.refresh(token: used).refreshToken
    }
    test.clock.advance(milliseconds: 5 * day)
    await #expect(throws: StoreError.invalidGrant) { try await test.store.refresh(token: used) }
  }

  @Test func `editors and operators have shorter lives`() async throws {
    let test = try TestStore(lives: TokenLives())
    let day = 24 * 60 * Self.minute
    for (scope, access, idle) in [(Scope.editor, 5 * Self.minute, 14 * day), (Scope.everything, 5 * Self.minute, day)] {
      let enrolment = try await enrol(test, scope: scope, key: Self.key)
      #expect(enrolment.expiresAt == test.clock.now().advanced(byMilliseconds: access))
      #expect(enrolment.refreshExpiresAt == test.clock.now().advanced(byMilliseconds: idle))
      await #expect(throws: StoreError.keyNeeded) { try await self.enrol(test, scope: scope) }
    }
  }

  @Test func `a token bound to a key stays the same and needs the key`() async throws {
    let test = try TestStore(lives: TokenLives())
    let first = try await enrol(test, key: Self.key)
    for _ in 0..<3 {
      test.clock.advance(milliseconds: 20 * Self.minute)
      let next = try await test.store.refresh(token: first.refreshToken, key: Self.key)
      #expect(next.refreshToken == first.refreshToken)
      #expect(try await test.store.authenticate(token: next.accessToken)?.key == Self.key)
    }
    for key in [nil, Data(repeating: 8, count: 32)] {
      await #expect(throws: StoreError.invalidGrant) {
        try await test.store.refresh(token: first.refreshToken, key: key)
      }
    }
    _ = try await test.store.refresh(token: first.refreshToken, key: Self.key)
  }

  @Test func `a redemption that repeats itself needs the same key`() async throws {
    let test = try TestStore()
    let invite = try await test.store.createInvite(scope: Scope.reader, validFor: 60)
    var redemption = InviteRedemption(invite: invite.text, requestID: UUID().uuidString, key: Self.key)
    let first = try await test.store.redeem(redemption)
    #expect(try await test.store.redeem(redemption).refreshToken == first.refreshToken)
    for key in [nil, Data(repeating: 8, count: 32)] {
      redemption.key = key
      await #expect(throws: StoreError.invalidGrant) { try await test.store.redeem(redemption) }
    }
  }

  @Test func `less may be asked for than the device may, and never more`() async throws {
    let test = try TestStore()
    let first = try await enrol(test)
    let less = try await test.store.refresh(token: first.refreshToken, scope: [.storyRead])
    #expect(try await test.store.authenticate(token: less.accessToken)?.scope == [.storyRead])
    await #expect(throws: StoreError.invalidScope) {
      try await test.store.refresh(token: less.refreshToken, scope: [.storyRead, .admin])
    }
    #expect(try await test.store.refresh(token: less.refreshToken).scope == Scope.reader)
  }

  @Test func `what is no refresh token is refused without a look into the database`() async throws {
    let test = try TestStore()
    let first = try await enrol(test)
    try test.store.close()
    for token in ["", "slr_", first.accessToken, first.refreshToken + "A", String(first.refreshToken.dropLast())] {
      await #expect(throws: StoreError.invalidGrant) { try await test.store.refresh(token: token) }
    }
  }

  @Test func `a device whose account was erased is told so when it refreshes`() async throws {
    let test = try TestStore()
    let first = try await enrol(test, key: Self.key)
    try await test.store.eraseAccount(of: first.reader)
    await #expect(throws: StoreError.accountDeleted(at: test.clock.now())) {
      try await test.store.refresh(token: first.refreshToken, key: Self.key)
    }
    test.clock.advance(milliseconds: 91 * 24 * 60 * Self.minute)
    await #expect(throws: StoreError.invalidGrant) {
      try await test.store.refresh(token: first.refreshToken, key: Self.key)
    }
  }

  @Test func `four tasks that refresh one token at once get one successor`() async throws {
    let test = try TestStore(.wal, lives: TokenLives())
    let first = try await enrol(test)
    let tokens = try await withThrowingTaskGroup(of: String.self) { tasks in
      for _ in 0..<4 { tasks.addTask { try await test.store.refresh(token: first.refreshToken).refreshToken } }
      return try await tasks.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(tokens.count == 1 && !tokens.contains(first.refreshToken))
    let values = try await test.everyColumn()
    for secret in tokens.union([first.refreshToken]) {
      #expect(!values.contains { $0.range(of: Data(secret.utf8)) != nil })
    }
  }
}
