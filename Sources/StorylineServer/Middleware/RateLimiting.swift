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
    if let bust = request.uri.queryParameters["bust"] { try checkBust(String(bust), context) }
    return try await next(request, context)
  }

  private func checkBust(_ text: String, _ context: ServiceContext) throws {
    guard context.route?.queryParameters.contains("bust") == true else { return }
    guard text.utf8.count == 8, text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
      throw Problem(.badRequest, detail: "The parameter “bust” is 8 hexadecimal digits in lower case.")
    }
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
