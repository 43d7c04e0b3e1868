import HTTPTypes
import Hummingbird
import Logging
import StorylineModels

/// One line and one count per request that say how the service does, and nothing about who reads what.
///
/// The route and never the address that was asked for, a class of duration and never the time it took; no network
/// address, no user agent, no token, no query.
struct AccessLog: RouterMiddleware {
  typealias Context = ServiceContext

  let metrics: ServiceMetrics

  func handle(
    _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    let response = try await next(request, context)
    let route = Route.at(request.uri.path).routes.first?.path ?? "unmatched"
    let duration = Self.durationClass(ContinuousClock.now - start)
    metrics.countRequest(route: route, status: response.status.code, duration: duration)
    context.logger.info(
      "request",
      metadata: [
        "route": .string(route), "method": .string(request.method.rawValue),
        "status": .stringConvertible(response.status.code), "duration": .string(duration),
      ])
    return response
  }

  /// Coarse, because a page's length and so its time can tell which page it was.
  static func durationClass(_ duration: Duration) -> String {
    switch duration {
    case ..<(.milliseconds(10)): "<10ms"
    case ..<(.milliseconds(100)): "<100ms"
    case ..<(.seconds(1)): "<1s"
    case ..<(.seconds(10)): "<10s"
    default: ">=10s"
    }
  }
}
