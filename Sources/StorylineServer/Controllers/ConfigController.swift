import Hummingbird
import StorylineModels
import StorylineStore

/// `GET /v1/config`
struct ConfigController: Sendable {
  let store: StoryStore
  let access: ContentAccess
  let limits: ServiceLimits
  let now: @Sendable () -> Timestamp

  @Sendable func show(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.config.queryParameters)
    let configuration = ServiceConfiguration(
      story: try await store.storyID(), contentAccess: access.rawValue, limits: limits, now: now())
    return try JSONAnswer.response(configuration, cacheControl: CachePolicy.description)
  }
}
