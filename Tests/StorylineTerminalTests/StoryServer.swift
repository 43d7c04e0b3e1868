import Crypto
import Foundation
import StorylineClient
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Synchronization

/// The real store with the fixture story, behind a network that can be switched off.
final class StoryServer: HTTPTransport {
  private struct State {
    var isReachable = true
    var requests: [String] = []
  }

  private let store: StoryStore
  private let transport: StoreTransport
  private let clock: ManualClock
  private let state = Mutex(State())

  init() async throws {
    let clock = ManualClock(FixtureStory.moment("2024-07-12T10:00:00Z"))
    self.clock = clock
    var options = StoreOptions(pepper: .random(), now: { clock.now() })
    options.lives = .long
    store = try StoryStore.inMemory(options: options)
    transport = StoreTransport(store: store) { clock.now() }
    try await publish(FixtureStory.entities)
  }

  func publish(_ entities: [Entity]) async throws {
    _ = try await store.publish(ContentCommit(entities: entities, author: "test"))
  }

  /// Keeps an image, for articles that name it.
  func keep(_ image: Data) async throws -> MediaID {
    guard let id = MediaID(digest: Array(SHA256.hash(data: image))) else { throw CocoaError(.featureUnsupported) }
    try await store.keepMedia(image, as: id, name: "pier.png")
    return id
  }

  /// An invite for as many devices of one reader as a test may need.
  func invite() async throws -> String {
    try await store.createInvite(scope: Scope.reader, devices: 10, validFor: 86_400).text
  }

  func setReachable(_ reachable: Bool) { state.withLock { $0.isReachable = reachable } }

  /// Lets so much time pass on the server that no token is good any more.
  func expireTokens() { clock.advance(milliseconds: 366 * 86_400_000) }

  /// The paths asked for, in their order.
  var requests: [String] { state.withLock { $0.requests } }

  func send(_ request: TransportRequest) async throws -> TransportResponse {
    let isReachable = state.withLock { state in
      state.requests.append(request.path)
      return state.isReachable
    }
    guard isReachable else { throw TransportError.unreachable("connection refused") }
    return try await transport.send(request)
  }
}
