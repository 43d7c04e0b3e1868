import Foundation
import StorylineClient
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

struct EnrollerTests {
  @Test func `an invite becomes a token that the store accepts`() async throws {
    let world = try await World()
    let invite = try await world.store.createInvite(scope: Scope.reader, validFor: 60)
    let enroller = Enroller(transport: world.transport, clock: world.clock)
    let reply = try await enroller.redeem(
      invite: invite.text, deviceName: "Kyiv & co = 1+1 %", requestID: UUID().uuidString)
    let principal = try await world.store.authenticate(token: reply.accessToken)
    #expect(principal?.reader.description == reply.accountID)
  }

  @Test func `a reply that was lost comes again with the same token`() async throws {
    let world = try await World()
    let invite = try await world.store.createInvite(scope: Scope.reader, validFor: 60)
    let request = UUID().uuidString
    let faulty = FaultyTransport(world.transport, faults: [.loseReply])
    let first = try await Enroller(transport: faulty, clock: world.clock)
      .redeem(invite: invite.text, deviceName: nil, requestID: request)
    let second = try await Enroller(transport: world.transport, clock: world.clock)
      .redeem(invite: invite.text, deviceName: nil, requestID: request)
    #expect(first.deviceID == second.deviceID)
    #expect(faulty.requests.count == 2)
  }

  @Test func `a used invite is refused in the words of OAuth`() async throws {
    let world = try await World()
    let invite = try await world.store.createInvite(scope: Scope.reader, validFor: 60)
    let enroller = Enroller(transport: world.transport, clock: world.clock)
    _ = try await enroller.redeem(invite: invite.text, deviceName: nil, requestID: UUID().uuidString)
    let error = await #expect(throws: OAuthError.self) {
      try await enroller.redeem(invite: invite.text, deviceName: nil, requestID: UUID().uuidString)
    }
    #expect(error?.error == .invalidGrant)
  }

  @Test func `without a network it says offline`() async throws {
    let world = try await World()
    let faulty = FaultyTransport(world.transport) { _, _ in .loseRequest }
    await #expect(throws: SyncError.offline("the request was lost")) {
      try await Enroller(transport: faulty, clock: world.clock)
        .redeem(invite: "sli-x", deviceName: nil, requestID: UUID().uuidString)
    }
  }
}
