import HTTPTypes
import Hummingbird
import NIOCore
import StorylineModels
import StorylineStore

/// Keeps each device to its rate on the routes of its library, and everybody from walking around the caches.
struct RateLimiting: RouterMiddleware {
  typealias Context = ServiceContext

  /// nil: no limit.
  let devices: RateLimiter?
  /// How often who may get past the caches with `bust`: a device, or an address; and all that come through a proxy.
  let busts: RateLimiter?
  let proxiedBusts: RateLimiter?
  /// A whole number of a range, ends included.
  let random: @Sendable (ClosedRange<Int>) -> Int

  func handle(
    _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    if let device = context.principal?.device, case .scope? = context.route?.access {
      try check(devices?.take(1, for: device))
    }
    if let route = context.route, route.queryParameters.contains("bust") { try checkBust(request, route, context) }
    return try await next(request, context)
  }

  private func checkBust(_ request: Request, _ route: Route, _ context: ServiceContext) throws {
    let query = try QueryParameters(of: request, allowed: route.queryParameters)
    guard query["bust"] != nil else { return }
    // A request that is refused anyway takes nothing.
    try query.checkBust()
    if let device = context.principal?.device {
      try check(busts?.take(1, for: device))
    } else if let address = context.channel?.remoteAddress?.ipAddress, !Self.isLocal(address) {
      try check(busts?.take(1, for: address))
    } else {
      try check(proxiedBusts?.take(1, for: "proxy"))
    }
  }

  private func check(_ verdict: RateLimiter.Verdict?) throws {
    guard case .refused(let wait)? = verdict else { return }
    throw Refusal.rateLimited(
      detail: "This is asked too often.", retryAfter: wait + random(0...(1 + wait / 4)))
  }

  private static func isLocal(_ address: String) -> Bool { address == "::1" || address.hasPrefix("127.") }
}
