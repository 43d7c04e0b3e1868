import AsyncHTTPClient
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import ServiceLifecycle
import StorylineAdmin
import StorylineClient
import StorylineModels
import StorylineServer
import StorylineStore

/// A folder for one measurement, gone at its end, with a certificate for localhost.
struct Workplace: Sendable {
  let path: String
  var certificate: String { path + "/tls/server.pem" }
  var key: String { path + "/tls/server.key" }
  var authority: String { path + "/tls/ca.pem" }

  static func with(_ body: (Workplace) async throws -> Void) async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("storyline-bench-\(UUID())").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let workplace = Workplace(path: path)
    do {
      _ = try DevelopmentCertificates(directory: path + "/tls", now: .wallClock()).write()
      try await body(workplace)
    } catch {
      try FileManager.default.removeItem(atPath: path)
      throw error
    }
    try FileManager.default.removeItem(atPath: path)
  }
}

/// Runs an application until `body` is done, and tells it the port.
func serving(
  _ makeApplication: (@escaping @Sendable (any Channel) async -> Void) throws -> some ApplicationProtocol,
  _ body: @escaping @Sendable (Int) async throws -> Void
) async throws {
  let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
  let application = try makeApplication { channel in
    continuation.yield(channel.localAddress?.port ?? 0)
    continuation.finish()
  }
  let group = ServiceGroup(
    configuration: .init(services: [.init(service: application)], logger: quietLogger))
  try await withThrowingTaskGroup(of: Void.self) { tasks in
    tasks.addTask { try await group.run() }
    for await port in ports {
      try await body(port)
      break
    }
    await group.triggerGracefulShutdown()
    try await tasks.waitForAll()
  }
}

let quietLogger: Logger = {
  var logger = Logger(label: "storyline-bench")
  logger.logLevel = .critical
  return logger
}()

/// Our server over TLS on a free port.
func servingStory(
  _ store: StoryStore, in workplace: Workplace, _ body: @escaping @Sendable (Int) async throws -> Void
) async throws {
  var configuration = ServerConfiguration()
  configuration.limits.requestsPerMinute = 0
  configuration.limits.mutationsPerMinute = 0
  configuration.listen = .network(host: "127.0.0.1", port: 0)
  configuration.tls = TLSFiles(certificate: workplace.certificate, key: workplace.key)
  try await serving(
    { try buildApplication(store: store, configuration: configuration, logger: quietLogger, onListening: $0) }, body)
}

/// The baseline: a route of the same HTTP library over the same TLS that answers with given bytes and does nothing else.
func servingBare(
  answer: Data, in workplace: Workplace, _ body: @escaping @Sendable (Int) async throws -> Void
) async throws {
  let router = Router()
  let buffer = ByteBuffer(bytes: answer)
  let respond: @Sendable (Request, BasicRequestContext) -> Response = { _, _ in
    Response(status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: buffer))
  }
  router.get("/bare", use: respond)
  let tls = TLSConfiguration.makeServerConfiguration(
    certificateChain: try NIOSSLCertificate.fromPEMFile(workplace.certificate).map { .certificate($0) },
    privateKey: .privateKey(try NIOSSLPrivateKey(file: workplace.key, format: .pem)))
  let builder = try HTTPServerBuilder.http2Upgrade(tlsConfiguration: tls)
  try await serving(
    { onListening in
      Application(
        router: router, server: builder, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: onListening, logger: quietLogger)
    }, body)
}

/// The load generator's HTTP client; the same for us and for the baseline.
func withHTTPClient(
  trusting workplace: Workplace, _ body: (HTTPClient) async throws -> Void
) async throws {
  var tls = TLSConfiguration.makeClientConfiguration()
  tls.trustRoots = .file(workplace.authority)
  var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
  configuration.httpVersion = .http1Only
  configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 128
  let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  do {
    try await body(client)
  } catch {
    try await client.shutdown()
    throw error
  }
  try await client.shutdown()
}

/// One request whose answer is read whole.
func fetch(
  _ url: String, token: String? = nil, body: Data? = nil, client: HTTPClient
) async throws -> Data {
  var request = HTTPClientRequest(url: url)
  if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
  if let body {
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/json")
    request.body = .bytes(ByteBuffer(bytes: body))
  }
  let response = try await client.execute(request, timeout: .seconds(30))
  let collected = try await response.body.collect(upTo: 16 * 1024 * 1024)
  guard response.status == .ok else { throw BenchError("\(url): \(response.status)") }
  return Data(collected.readableBytesView)
}

/// What the bench could not do.
struct BenchError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// An account with one device, enrolled as a reader's would be.
func enrol(in store: StoryStore) async throws -> Enrolment {
  let invite = try await store.createInvite(scope: Scope.reader, validFor: 3_600)
  return try await store.redeem(InviteRedemption(invite: invite.text, requestID: UUID().uuidString))
}
