import Hummingbird
import StorylineModels

/// Refuses what comes while too much is being worked on: quick refusals now instead of slow answers for everybody.
struct LoadShedding: RouterMiddleware {
  typealias Context = ServiceContext

  let count: RequestCount
  /// A whole number of a range, ends included.
  let random: @Sendable (ClosedRange<Int>) -> Int

  func handle(
    _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    guard Self.counts(context.route) else { return try await next(request, context) }
    guard count.begin() else {
      throw Refusal.unavailable(detail: "The service is busy.", retryAfter: random(2...10))
    }
    defer { count.end() }
    return try await next(request, context)
  }

  /// A waiting long-poll does no work and has a limit of its own, and who asks for our health needs the truth.
  private static func counts(_ route: Route?) -> Bool {
    switch route {
    case .live, .healthLive, .healthReady: false
    default: true
    }
  }
}
