import HTTPTypes
import Hummingbird
import Logging
import StorylineModels

/// One line per request that says how the service does, and nothing about who reads what.
///
/// The route and never the address that was asked for, a class of duration and never the time it took; no network
/// address, no user agent, no token, no query.
struct AccessLog: RouterMiddleware {
  typealias Context = ServiceContext

  func handle(
    _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    let response = try await next(request, context)
    context.logger.info(
      "request",
      metadata: [
        "route": .string(Route.at(request.uri.path).routes.first?.path ?? "unmatched"),
        "method": .string(request.method.rawValue),
        "status": .stringConvertible(response.status.code),
        "duration": .string(Self.durationClass(ContinuousClock.now - start)),
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
