import Hummingbird
import StorylineModels

/// `GET /.well-known/oauth-authorization-server` (RFC 8414)
struct MetadataController: Sendable {
  let address: PublicAddress

  @Sendable func show(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.authorizationServer.queryParameters)
    return try JSONAnswer.response(
      AuthorizationServerMetadata(issuer: address.text), cacheControl: CachePolicy.description)
  }
}
