import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import StorylineClient
import StorylineModels
import StorylineServer
import StorylineStore
import StorylineTestSupport
import Synchronization
import Testing

/// The client's renewal against the real router, in one process and on one clock.
@Suite struct SignedTransportTests {
  /// A device that is signed in, and its server.
  private struct Home {
    let clock: ManualClock
    let store: StoryStore
    let keeper: TokenKeeper
    let network: Network
    let scratch: Scratch

    var signed: SignedTransport { SignedTransport(base: network, keeper: keeper, clock: WaitingClock(clock: clock)) }
    var head: TransportRequest { TransportRequest(method: .get, path: Route.contentHead.path) }
  }

  /// Waits for other tasks in real time, and shows the test's.
  private struct WaitingClock: SyncClock {
    let clock: ManualClock
    func now() -> Timestamp { clock.now() }
    func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
  }

  /// Loses what it is told to lose.
  private final class Network: HTTPTransport {
    enum Fault { case none, losesReply, isDown, says503 }
    private let base: any HTTPTransport
    private let state = Mutex((fault: Fault.none, tokens: 0))

    init(_ base: any HTTPTransport) { self.base = base }

    func set(_ fault: Fault) { state.withLock { $0.fault = fault } }
    /// How often tokens were asked for.
    var tokenRequests: Int { state.withLock { $0.tokens } }

    func send(_ request: TransportRequest) async throws -> TransportResponse {
      let isToken = request.path == Route.token.path
      let fault = state.withLock { state in
        if isToken { state.tokens += 1 }
        return isToken ? state.fault : .none
      }
      switch fault {
      case .none: return try await base.send(request)
      case .isDown: throw TransportError.unreachable("down")
      case .says503: return TransportResponse(status: 503, headers: ["retry-after": "7"])
      case .losesReply:
        let response = try await base.send(request)
        // The reply with the nonce still comes through.
        if response.status == 200 { throw TransportError.cut("lost") }
        return response
      }
    }
  }

  private func run(
    hasKey: Bool, scope: Set<Scope> = Scope.reader, _ body: @escaping @Sendable (Home) async throws -> Void
  ) async throws {
    let clock = ManualClock()
    let store = try StoryStore.inMemory(options: StoreOptions(pepper: .random(), now: clock.now))
    let application = try buildApplication(
      store: store, configuration: ServerConfiguration(),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      now: clock.now)
    try await application.test(.router) { client in
      let network = Network(RouterTransport(client: client))
      let scratch = try Scratch()
      let keeper = TokenKeeper(path: scratch.file("credentials.json"))
      let key = hasKey ? DeviceKey() : nil
      let server = "https://localhost:8443"
      let transport: any HTTPTransport =
        key.map { ProvingTransport(base: network, key: $0, server: server, now: clock.now) } ?? network
      let invite = try await store.createInvite(scope: scope, validFor: 60).text
      let reply = try await Enroller(transport: transport, clock: clock)
        .redeem(invite: invite, deviceName: nil, requestID: UUID().uuidString)
      try keeper.save(
        Credentials(server: server, trust: .system, reply: reply, key: key, receivedAt: clock.now()))
      try await body(Home(clock: clock, store: store, keeper: keeper, network: network, scratch: scratch))
    }
    try store.close()
  }

  @Test(arguments: [false, true])
  func `an access token is renewed before its end, and not sooner`(hasKey: Bool) async throws {
    try await run(hasKey: hasKey) { home in
      #expect(try await home.signed.send(home.head).status == 200)
      let asked = home.network.tokenRequests
      let first = try #require(try home.keeper.load())
      home.clock.advance(milliseconds: 500_000)
      #expect(try await home.signed.send(home.head).status == 200)
      #expect(home.network.tokenRequests == asked)
      home.clock.advance(milliseconds: 90_000)
      #expect(try await home.signed.send(home.head).status == 200)
      let second = try #require(try home.keeper.load())
      #expect(second.accessToken != first.accessToken)
      #expect((second.refreshToken == first.refreshToken) == hasKey)
    }
  }

  @Test(arguments: [false, true])
  func `a lost reply costs nothing, whatever the device's clock says`(hasKey: Bool) async throws {
    try await run(hasKey: hasKey) { home in
      for _ in 0..<3 {
        home.clock.advance(milliseconds: 700_000)
        home.network.set(.losesReply)
        await #expect(throws: TransportError.self) { try await home.signed.send(home.head) }
        home.network.set(.none)
        #expect(try await home.signed.send(home.head).status == 200)
      }
      // A device whose clock is a year behind takes its token for good, is told 401, and renews.
      var held = try #require(try home.keeper.load())
      held.accessExpiresAt = home.clock.now().advanced(byMilliseconds: 31_536_000_000)
      try home.keeper.save(held)
      home.clock.advance(milliseconds: 700_000)
      #expect(try await home.signed.send(home.head).status == 200)
    }
  }

  @Test(arguments: [false, true])
  func `only invalid_grant removes the credentials`(hasKey: Bool) async throws {
    try await run(hasKey: hasKey) { home in
      home.clock.advance(milliseconds: 700_000)
      let held = try home.keeper.load()
      home.network.set(.isDown)
      await #expect(throws: TransportError.self) { try await home.signed.send(home.head) }
      home.network.set(.says503)
      #expect(try await home.signed.send(home.head).status == 503)
      #expect(try home.keeper.load() == held)
      home.network.set(.none)
      #expect(try await home.signed.send(home.head).status == 200)
      let renewed = try #require(try home.keeper.load())
      let principal = try #require(try await home.store.authenticate(token: renewed.accessToken))
      _ = try await home.store.revokeDevice(principal.device, of: principal.reader)
      #expect(try await home.signed.send(home.head).status == 401)
      #expect(try home.keeper.load() == nil)
    }
  }

  @Test func `many at once renew once`() async throws {
    try await run(hasKey: false) { home in
      home.clock.advance(milliseconds: 700_000)
      let before = home.network.tokenRequests
      try await withThrowingTaskGroup(of: Int.self) { tasks in
        for _ in 0..<8 { tasks.addTask { try await home.signed.send(home.head).status } }
        for try await status in tasks { #expect(status == 200) }
      }
      #expect(home.network.tokenRequests == before + 1)
    }
  }

  @Test func `an editor's requests prove the key, each anew`() async throws {
    try await run(hasKey: true, scope: Scope.reader.union(Scope.editor)) { home in
      for _ in 0..<3 {
        #expect(try await home.signed.send(home.head).status == 200)
        home.clock.advance(milliseconds: 200_000)
      }
      let held = try #require(try home.keeper.load())
      #expect(held.tokenType == "DPoP")
      let request = TransportRequest(
        method: .get, path: Route.deviceList.path, headers: [.init("authorization", "DPoP \(held.accessToken)")])
      #expect(try await home.network.send(request).status == 401)
      let devices = try await ReaderDevices(transport: home.signed, clock: home.clock).list()
      #expect(devices.map(\.hasKey) == [true])
    }
  }

  @Test func `a device of an erased account is told so`() async throws {
    try await run(hasKey: true) { home in
      let held = try #require(try home.keeper.load())
      let reader = try #require(ReaderID(held.accountID))
      try await home.store.eraseAccount(of: reader)
      home.clock.advance(milliseconds: 700_000)
      #expect(try await home.signed.send(home.head).status == 410)
      #expect(try home.keeper.load() == held)
    }
  }

  @Test func `printing credentials or a key shows neither`() async throws {
    try await run(hasKey: true) { home in
      let held = try #require(try home.keeper.load())
      let text = "\(held)\(String(reflecting: held))\(String(reflecting: held.key))"
      #expect(!text.contains(held.accessToken) && !text.contains(held.refreshToken ?? "-"))
      #expect(!text.contains("privateKey"))
    }
  }
}
