import HTTPTypes
import Hummingbird
import NIOCore
import StorylineModels

/// `GET /openapi.yaml`: the repository's own file, which the build puts into the program.
struct OpenAPIController: Sendable {
  @Sendable func show(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.openAPI.queryParameters)
    return Response(
      status: .ok, headers: [.contentType: MediaTypes.yaml, .cacheControl: CachePolicy.description],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: PackageResources.openapi_yaml)))
  }
}
