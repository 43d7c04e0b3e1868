import Foundation
import HTTPTypes
import StorylineModels
import Testing

@testable import StorylineServer
@testable import StorylineStore

/// `GET /v1/live` over real connections (protocol, 2.10). Time passes only where a test says so.
@Suite(.timeLimit(.minutes(2))) struct LiveTests {
  static let networks: [Backend] = [.http1OverTLS, .http2OverTLS]

  /// Draws the greatest number there is, so that a test knows when something comes.
  static func settings(_ timers: ManualTimers) -> LiveSettings {
    LiveSettings(timers: timers, random: { $0.upperBound })
  }

  /// A service whose live connections are on a clock of the test, a token, and where its streams stand.
  private static func run(
    on backend: Backend, configure: (inout ServerConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (TestService, SocketCaller, ManualTimers, String) async throws -> Void
  ) async throws {
    let timers = ManualTimers()
    try await TestService.run(on: backend, live: settings(timers), configure: configure) { service in
      let caller = try #require(service.caller as? SocketCaller)
      try await body(service, caller, timers, try await service.token())
    }
  }

  private static func heads(_ service: TestService, _ token: String) async throws -> StreamHeads {
    let principal = try #require(try await service.store.authenticate(token: token))
    return try await service.store.streamHeads(for: principal.reader)
  }

  private static func ask(_ heads: StreamHeads, _ token: String, wait: Int? = nil) -> Ask {
    let wait = wait.map { "&wait=\($0)" } ?? ""
    return Ask(.live, query: "content=\(heads.content)&library=\(heads.library)\(wait)", token: token)
  }

  private static func push(_ number: Int, _ service: TestService, _ token: String) async throws -> Cursor {
    var push = SampleStory.push(1)
    push.mutations[0].id = "pushed-\(number)"
    let answer = try await service.send(Ask(.librarySync, token: token).sending(push))
    return try answer.decoded(as: LibrarySyncResponse.self).cursor
  }

  private static func publish(_ number: Int, _ service: TestService) async throws {
    _ = try await service.store.publish(
      ContentCommit(entities: [.article(SampleStory.article(number))], author: "test"))
  }

  @Test(arguments: networks)
  func `whoever connects with old cursors is told at once where the streams stand`(_ backend: Backend) async throws {
    try await Self.run(on: backend) { service, caller, _, token in
      let heads = try await Self.heads(service, token)
      var reader = try await caller.events(Ask(.live, token: token).with(.accept, "text/event-stream"))
      #expect(reader.status == 200)
      #expect(reader.headers["content-type"] == "text/event-stream")
      #expect(reader.headers["cache-control"] == "no-store")
      #expect(reader.headers["x-accel-buffering"] == "no")
      let hello = try #require(try await reader.next())
      #expect(hello.name == "hello")
      let promise = try hello.decoded(as: LiveEvent.Hello.self)
      #expect(promise.ping == 25 && promise.maximum == 1080)
      let state = try #require(try await reader.next())
      #expect(state.name == "state")
      #expect(state.id == "\(heads.content)~\(heads.library)")
      #expect(try state.decoded() == LiveState(content: heads.content, library: heads.library, spread: 0))
    }
  }

  @Test(arguments: networks)
  func `a library moves at once, and what follows within a second is told once`(_ backend: Backend) async throws {
    try await Self.run(on: backend) { service, caller, timers, token in
      let heads = try await Self.heads(service, token)
      var reader = try await caller.events(Self.ask(heads, token))
      #expect(try await reader.next()?.name == "hello")
      let first = try await Self.push(1, service, token)
      let state = try #require(try await reader.next())
      #expect(try state.decoded() == LiveState(content: heads.content, library: first, spread: 0))
      _ = try await Self.push(2, service, token)
      await timers.armed(at: .seconds(1))
      let last = try await Self.push(3, service, token)
      timers.advance(to: .seconds(1))
      let next = try #require(try await reader.next())
      #expect(try next.decoded() == LiveState(content: heads.content, library: last, spread: 0))
    }
  }

  @Test(arguments: networks)
  func `edge case 17: news of the story is spread over some seconds`(_ backend: Backend) async throws {
    try await Self.run(on: backend) { service, caller, timers, token in
      let heads = try await Self.heads(service, token)
      var reader = try await caller.events(Self.ask(heads, token))
      #expect(try await reader.next()?.name == "hello")
      try await Self.publish(10, service)
      await timers.armed(at: .seconds(4))
      try await Self.publish(11, service)
      timers.advance(to: .seconds(4))
      let state: LiveState = try #require(try await reader.next()).decoded()
      #expect(
        state == LiveState(content: try await Self.heads(service, token).content, library: heads.library, spread: 4000))
    }
  }

  @Test(arguments: networks)
  func `a quiet connection pings, and says good-bye at its end`(_ backend: Backend) async throws {
    try await Self.run(on: backend) { service, caller, timers, token in
      var reader = try await caller.events(Self.ask(try await Self.heads(service, token), token))
      #expect(try await reader.next()?.name == "hello")
      for seconds in [25, 50, 75] {
        timers.advance(to: .seconds(seconds))
        #expect(try await reader.next()?.name == "ping")
      }
      timers.advance(to: .seconds(1080))
      let bye = try #require(try await reader.next())
      #expect(bye.name == "bye")
      #expect(try bye.decoded(as: LiveEvent.Bye.self).retry == 10_000)
      #expect(try await reader.next() == nil)
    }
  }

  @Test(arguments: networks)
  func `a service that stops says good-bye and waits for no live connection`(_ backend: Backend) async throws {
    // An hour to drain: only the good-bye ends the connections in this test's time.
    try await Self.run(on: backend, configure: { $0.drainTime = .seconds(3600) }) { service, caller, timers, token in
      let heads = try await Self.heads(service, token)
      var reader = try await caller.events(Self.ask(heads, token))
      #expect(try await reader.next()?.name == "hello")
      async let poll = service.send(Self.ask(heads, token, wait: 20))
      await timers.armed(at: .seconds(20))
      await service.stop()
      #expect(try await reader.next()?.name == "bye")
      #expect(try await reader.next() == nil)
      #expect(try await poll.status == 204)
    }
  }

  @Test(arguments: networks)
  func `edge case 18: a connection that reaches its age says good-bye`(_ backend: Backend) async throws {
    let configure: @Sendable (inout ServerConfiguration) -> Void = {
      $0.drainTime = .seconds(3600)
      // Long enough for a busy machine to open the stream before.
      $0.connections.maximumAge = .seconds(5)
    }
    try await Self.run(on: backend, configure: configure) { service, caller, _, token in
      var reader = try await caller.events(Self.ask(try await Self.heads(service, token), token))
      #expect(try await reader.next()?.name == "hello")
      #expect(try await reader.next()?.name == "bye")
    }
  }

  @Test(arguments: networks) func `a device without access any more is sent off`(_ backend: Backend) async throws {
    try await Self.run(on: backend) { service, caller, _, token in
      let principal = try #require(try await service.store.authenticate(token: token))
      var reader = try await caller.events(Self.ask(try await Self.heads(service, token), token))
      #expect(try await reader.next()?.name == "hello")
      service.store.endAccess(of: principal.reader, device: principal.device)
      #expect(try await reader.next()?.name == "bye")
      #expect(try await reader.next() == nil)
    }
  }

  @Test func `a connection ends with its token`() async throws {
    let (timers, clock) = (ManualTimers(), ManualTime())
    var settings = Self.settings(timers)
    settings.times.life = .seconds(400 * 86_400)
    try await TestService.run(on: .http2OverTLS, clock: { clock.now }, live: settings) { service in
      let caller = try #require(service.caller as? SocketCaller)
      let token = try await service.token()
      clock.advance(seconds: 364 * 86_400)
      var reader = try await caller.events(Self.ask(try await Self.heads(service, token), token))
      let hello = try #require(try await reader.next()).decoded(as: LiveEvent.Hello.self)
      #expect(hello.maximum == 86_400)
      timers.advance(to: .seconds(86_400))
      #expect(try await reader.next()?.name == "bye")
    }
  }

  @Test(arguments: networks) func `a long-poll answers when something moves`(_ backend: Backend) async throws {
    try await Self.run(on: backend) { service, _, timers, token in
      let heads = try await Self.heads(service, token)
      async let answer = service.send(Self.ask(heads, token, wait: 25).with(.accept, "application/json"))
      await timers.armed(at: .seconds(25))
      let cursor = try await Self.push(1, service, token)
      #expect(try await answer.status == 200)
      #expect(try await answer.headers["content-type"] == "application/json")
      #expect(try await answer.headers["cache-control"] == "no-store")
      #expect(try await answer.decoded() == LiveState(content: heads.content, library: cursor))
    }
  }

  @Test(arguments: networks) func `a long-poll without news ends with 204`(_ backend: Backend) async throws {
    try await Self.run(on: backend) { service, _, timers, token in
      let heads = try await Self.heads(service, token)
      async let answer = service.send(Self.ask(heads, token, wait: 7))
      await timers.armed(at: .seconds(7))
      timers.advance(to: .seconds(7))
      #expect(try await answer.status == 204)
      #expect(try await answer.body.isEmpty)
    }
  }

  @Test(arguments: networks)
  func `a device has three live connections, and the fourth is told to wait`(_ backend: Backend) async throws {
    try await Self.run(on: backend) { service, caller, _, token in
      let heads = try await Self.heads(service, token)
      var readers: [EventReader] = []
      for _ in 0..<3 {
        var reader = try await caller.events(Self.ask(heads, token))
        #expect(try await reader.next()?.name == "hello")
        readers.append(reader)
      }
      let refused = try await service.send(Self.ask(heads, token))
      #expect(refused.status == 429)
      #expect(refused.headers["retry-after"] == "30")
      #expect(try refused.problem().code == .rateLimited)
      // Another device is not concerned, and a poll that does not wait holds nothing.
      #expect(try await service.send(Self.ask(heads, token, wait: 0)).status == 204)
      var other = try await caller.events(Ask(.live, token: try await service.token()))
      #expect(try await other.next()?.name == "hello")
      #expect(readers.count == 3)
    }
  }

  @Test func `edge case 18: a full service refuses who comes, and keeps who is there`() async throws {
    try await Self.run(on: .http2OverTLS, configure: { $0.connections.liveMaximum = 1 }) {
      service, caller, timers, token in
      let heads = try await Self.heads(service, token)
      var reader = try await caller.events(Self.ask(heads, token))
      #expect(try await reader.next()?.name == "hello")
      let refused = try await service.send(Ask(.live, token: try await service.token()))
      #expect(refused.status == 503)
      #expect(refused.headers["retry-after"] == "30")
      timers.advance(to: .seconds(25))
      #expect(try await reader.next()?.name == "ping")
    }
  }

  @Test func `a connection that its device has left makes room for another`() async throws {
    try await Self.run(on: .http2OverTLS, configure: { $0.limits.liveConnections = 1 }) { service, caller, _, token in
      let heads = try await Self.heads(service, token)
      do {
        var reader = try await caller.events(Self.ask(heads, token))
        #expect(try await reader.next()?.name == "hello")
      }
      var status = 429
      while status == 429 { status = try await caller.events(Self.ask(heads, token)).status }
      #expect(status == 200)
    }
  }
}
