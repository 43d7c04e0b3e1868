import AsyncHTTPClient
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOSSL
import ServiceLifecycle
import StorylineModels
import StorylineStore
import StorylineTestSupport

@testable import StorylineServer

/// Where a test's requests go.
enum Backend: String, CaseIterable, Sendable {
  case inProcess
  case http1OverTLS
  case http2OverTLS
}

/// The real service with a real store in memory, and who may use it.
struct TestService: Sendable {
  let store: StoryStore
  let caller: any Caller
  /// nil in process.
  let port: Int?
  let authority: TestAuthority?
  let log: CapturedLog
  let metrics: ServiceMetrics
  /// Asks the service to stop, as SIGTERM does, and returns at once.
  var stop: @Sendable () async -> Void = {}

  func send(_ ask: Ask) async throws -> Answer { try await caller.send(ask) }

  /// A token with these scopes.
  func token(_ scope: Set<Scope> = Scope.reader) async throws -> String {
    let invite = try await store.createInvite(scope: scope, validFor: 3600)
    return try await store.redeem(InviteRedemption(invite: invite.text, requestID: UUID().uuidString)).accessToken
  }

  /// Runs `body` against a service that has published the sample story, and stops it again.
  ///
  /// - Parameter database: A file for the store; without one it lives in memory.
  static func run<Value: Sendable>(
    on backend: Backend, database: String? = nil, clock: @escaping @Sendable () -> Timestamp = Timestamp.wallClock,
    lives: TokenLives = .long, live: LiveSettings = LiveSettings(), certificateRefresh: Duration = .seconds(60),
    configure: (inout ServerConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (TestService) async throws -> Value
  ) async throws -> Value {
    var configuration = ServerConfiguration()
    // Tests ask faster than a device may; those about this say how fast.
    configuration.limits.requestsPerMinute = 0
    configuration.limits.mutationsPerMinute = 0
    configuration.accessLimits.requestsPerMinute = 0
    configuration.accessLimits.failuresPerMinute = 0
    configuration.accessLimits.allFailuresPerMinute = 0
    configure(&configuration)
    let log = CapturedLog()
    var options = StoreOptions(pepper: .random(), limits: configuration.limits, now: clock)
    options.lives = lives
    let metrics = ServiceMetrics()
    options.report = StoreAlarms(logger: log.logger, metrics: metrics).report
    let store = try database.map { try StoryStore.open(at: $0, options: options) } ?? .inMemory(options: options)
    try await SampleStory.publish(to: store)
    let value: Value
    switch backend {
    case .inProcess:
      value = try await inProcess(store, configuration, clock, live, log, metrics, body)
    case .http1OverTLS, .http2OverTLS:
      value = try await overTLS(
        store, configuration, clock, live, log, metrics, backend == .http2OverTLS, certificateRefresh, body)
    }
    try store.close()
    return value
  }

  private static func inProcess<Value: Sendable>(
    _ store: StoryStore, _ configuration: ServerConfiguration, _ clock: @escaping @Sendable () -> Timestamp,
    _ live: LiveSettings, _ log: CapturedLog, _ metrics: ServiceMetrics,
    _ body: @escaping @Sendable (TestService) async throws -> Value
  ) async throws -> Value {
    let application = try makeApplication(
      store: store, configuration: configuration, logger: log.logger, now: clock,
      shared: SharedParts(configuration, metrics: metrics), live: live)
    return try await application.test(.router) { client in
      try await body(
        TestService(
          store: store, caller: RouterCaller(client: client), port: nil, authority: nil, log: log,
          metrics: metrics))
    }
  }

  private static func overTLS<Value: Sendable>(
    _ store: StoryStore, _ configuration: ServerConfiguration, _ clock: @escaping @Sendable () -> Timestamp,
    _ live: LiveSettings, _ log: CapturedLog, _ metrics: ServiceMetrics, _ isHTTP2: Bool,
    _ certificateRefresh: Duration,
    _ body: @escaping @Sendable (TestService) async throws -> Value
  ) async throws -> Value {
    let authority = try TestAuthority()
    var configuration = configuration
    configuration.tls = try authority.issue()
    configuration.tls?.refreshInterval = certificateRefresh
    configuration.listen = .network(host: "127.0.0.1", port: 0)
    let listening = Listening()
    let application = try makeApplication(
      store: store, configuration: configuration, logger: log.logger, now: clock,
      shared: SharedParts(configuration, metrics: metrics), live: live,
      onListening: { await listening.set($0.localAddress?.port ?? 0) })
    let group = ServiceGroup(
      configuration: .init(services: [.init(service: application)], logger: CapturedLog().logger))
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        do { try await group.run() } catch { await listening.fail(error) }
      }
      let port = try await listening.port()
      let client = SocketCaller(port: port, authority: authority, isHTTP2: isHTTP2)
      let service = TestService(
        store: store, caller: client, port: port, authority: authority, log: log, metrics: metrics,
        stop: { await group.triggerGracefulShutdown() })
      let result: Result<Value, any Error>
      do { result = .success(try await body(service)) } catch { result = .failure(error) }
      try await client.shutdown()
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
      try FileManager.default.removeItem(at: authority.directory)
      return try result.get()
    }
  }
}

/// The port of a service that is about to listen.
private actor Listening {
  private var result: Result<Int, any Error>?
  private var waiting: [CheckedContinuation<Int, any Error>] = []

  func set(_ port: Int) { finish(.success(port)) }
  func fail(_ error: any Error) { finish(.failure(error)) }

  func port() async throws -> Int {
    if let result { return try result.get() }
    return try await withCheckedThrowingContinuation { waiting.append($0) }
  }

  private func finish(_ result: Result<Int, any Error>) {
    if self.result != nil { return }
    self.result = result
    for continuation in waiting { continuation.resume(with: result) }
    waiting = []
  }
}

private struct RouterCaller: Caller {
  let client: any TestClientProtocol

  func send(_ ask: Ask) async throws -> Answer {
    let response = try await client.executeRequest(
      uri: ask.path, method: ask.method, headers: ask.headers, body: ask.body.map { ByteBuffer(bytes: $0) })
    var headers: [String: String] = [:]
    for field in response.headers { headers[field.name.canonicalName] = field.value }
    return Answer(status: response.status.code, headers: headers, body: Data(response.body.readableBytesView))
  }
}

/// The service over the network, with its certificate checked against the test's authority.
struct SocketCaller: Caller {
  private let client: HTTPClient
  private let base: String

  init(port: Int, authority: TestAuthority, isHTTP2: Bool) {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.trustRoots = .certificates([authority.root])
    var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
    // A test wants to see the redirect itself.
    configuration.redirectConfiguration = .disallow
    configuration.httpVersion = isHTTP2 ? .automatic : .http1Only
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    base = "https://localhost:\(port)"
  }

  func send(_ ask: Ask) async throws -> Answer {
    try await send(ask, body: ask.body.map { .bytes(ByteBuffer(bytes: $0)) })
  }

  func send(_ ask: Ask, body: HTTPClientRequest.Body?) async throws -> Answer {
    var request = HTTPClientRequest(url: base + ask.path)
    request.method = HTTPMethod(rawValue: ask.method.rawValue)
    for field in ask.headers { request.headers.add(name: field.name.rawName, value: field.value) }
    request.body = body
    let response = try await client.execute(request, timeout: .seconds(30))
    let body = try await response.body.collect(upTo: 16 * 1024 * 1024)
    var headers: [String: String] = [:]
    for (name, value) in response.headers { headers[name.lowercased()] = value }
    return Answer(status: Int(response.status.code), headers: headers, body: Data(body.readableBytesView))
  }

  /// The events of an answer that does not end by itself.
  func events(_ ask: Ask) async throws -> EventReader {
    var request = HTTPClientRequest(url: base + ask.path)
    for field in ask.headers { request.headers.add(name: field.name.rawName, value: field.value) }
    return EventReader(try await client.execute(request, timeout: .seconds(60)))
  }

  func shutdown() async throws { try await client.shutdown() }
}

/// Everything a service logs, at the most talkative level.
final class CapturedLog: Sendable {
  private let box = NIOLockedValueBox<[String]>([])

  var lines: [String] { box.withLockedValue { $0 } }

  var logger: Logger {
    let box = box
    return Logger(label: "test") { _ in
      JSONLogHandler(level: .trace) { line in
        box.withLockedValue { $0.append(String(decoding: line, as: UTF8.self)) }
      }
    }
  }
}
