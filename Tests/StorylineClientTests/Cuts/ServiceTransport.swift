import Foundation
import Logging
import StorylineClient
import StorylineModels
import StorylineServer
import StorylineStore
import StorylineTestSupport

/// The real routes in this process, without a listener between them and the engine.
struct ServiceTransport: HTTPTransport {
  private let service: InProcessService

  init(_ world: World) {
    var configuration = ServerConfiguration()
    // Tests ask faster than a device may.
    configuration.limits.requestsPerMinute = 0
    configuration.limits.mutationsPerMinute = 0
    service = InProcessService(
      store: world.store, configuration: configuration,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, now: world.clock.now)
  }

  func send(_ request: TransportRequest) async throws -> TransportResponse {
    let answer = try await service.respond(
      method: request.method, path: request.path, headers: request.headers.map { ($0.name, $0.value) },
      body: request.body)
    return TransportResponse(status: answer.status, headers: answer.headers, body: answer.body)
  }
}
