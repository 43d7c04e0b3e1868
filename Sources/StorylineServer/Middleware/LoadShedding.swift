import Hummingbird
import StorylineModels

/// Refuses what comes while too much is being worked on or on its way: quick refusals now instead of slow answers for
/// everybody.
struct LoadShedding: RouterMiddleware {
  typealias Context = ServiceContext

  let count: RequestCount
  let places: AnswerPlaces
  /// A whole number of a range, ends included.
  let random: @Sendable (ClosedRange<Int>) -> Int

  func handle(
    _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    guard Self.counts(context.route) else { return try await next(request, context) }
    // First a place on its own connection: who waits there waits for himself and must not stand in others' way.
    guard let place = try await place(for: context), count.begin() else {
      throw Refusal.unavailable(detail: "The service is busy.", retryAfter: random(2...10))
    }
    defer { count.end() }
    var response = try await next(request, context)
    response.body = response.body.holding(place)
    return response
  }

  /// nil if there is none.
  private func place(for context: ServiceContext) async throws -> AnswerPlaces.Place? {
    do {
      // Only a stream has a parent that others share.
      let isStream = context.channel?.parent?.parent != nil
      return try await places.take(of: isStream ? context.channel?.parent.map { ObjectIdentifier($0) } : nil)
    } catch is AnswerPlaces.Full {
      return nil
    }
  }

  /// A waiting long-poll does no work and has a limit of its own, and who asks for our health needs the truth.
  private static func counts(_ route: Route?) -> Bool {
    switch route {
    case .live, .healthLive, .healthReady: false
    default: true
    }
  }
}
