import Hummingbird
import NIOCore
import StorylineModels

/// `GET /v1/admin/metrics`
struct MetricsController: Sendable {
  let metrics: ServiceMetrics
  let requests: RequestCount
  let live: LiveSlots

  @Sendable func show(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.adminMetrics.queryParameters)
    let text = metrics.text(requests: requests.count, live: live.count)
    return Response(
      status: .ok, headers: [.contentType: MediaTypes.metrics, .cacheControl: CachePolicy.privateNoStore],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}
