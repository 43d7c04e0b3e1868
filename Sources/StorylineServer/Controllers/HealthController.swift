import Hummingbird
import Logging
import StorylineModels
import StorylineStore

/// `GET /health/live` and `GET /health/ready`
struct HealthController: Sendable {
  let store: StoryStore

  private struct Health: Encodable { let status: String }

  /// Says that the process answers; touches nothing else, so that a slow disk does not get the process killed.
  @Sendable func live(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.healthLive.queryParameters)
    return try JSONAnswer.response(Health(status: "live"), cacheControl: CachePolicy.noStore)
  }

  /// Says that requests can be served: the store's writer answers.
  @Sendable func ready(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.healthReady.queryParameters)
    do {
      try await store.probe()
    } catch {
      context.logger.error("not ready", metadata: ["error": "\(error)"])
      throw Refusal.unavailable(detail: "The store does not answer.", retryAfter: 5)
    }
    return try JSONAnswer.response(Health(status: "ready"), cacheControl: CachePolicy.noStore)
  }
}
