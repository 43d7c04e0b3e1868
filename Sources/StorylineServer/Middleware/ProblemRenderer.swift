import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1
import StorylineModels
import StorylineStore

/// Turns whatever was thrown into the answer that the caller may see, and tells the operator what the caller may not.
struct ProblemRenderer: RouterMiddleware {
  typealias Context = ServiceContext

  let policy: CachePolicy

  func handle(
    _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      return render(error, for: request, context: context)
    }
  }

  private func render(_ error: any Error, for request: Request, context: ServiceContext) -> Response {
    if let error = error as? OAuthError { return OAuthAnswer.response(error) }
    if let error = error as? OAuthRefusal { return OAuthAnswer.response(error) }
    let refusal = refusal(for: error, context: context)
    let isOAuth = Route.at(request.uri.path).routes.first?.isOAuth == true
    if isOAuth, let answer = OAuthAnswer.response(refusal) { return answer }
    return refusal.response(requestID: context.requestID)
  }

  private func refusal(for error: any Error, context: ServiceContext) -> Refusal {
    switch error {
    case let error as Refusal: error
    case let error as Problem: Refusal(problem: error)
    case let error as DecodingError: Refusal(problem: Problem(error))
    case let error as JSONSyntaxError: Refusal(problem: Problem(.badRequest, detail: "The body is not JSON: \(error)."))
    case let error as HTTPParserError: Refusal.malformed(error)
    // By `DeadlineResponder`, or because the service is stopping.
    case is CancellationError: Refusal.unavailable(detail: "This was not done in time.", retryAfter: 5)
    case is RequestReadTimeout: Refusal(problem: Problem(.requestTimeout))
    case let error as StoreError: storeRefusal(error, context: context)
    default: unexpected(error, context: context)
    }
  }

  private func storeRefusal(_ error: StoreError, context: ServiceContext) -> Refusal {
    let refusal = Refusal(error, policy: policy)
    if refusal.problem.status >= 500 { context.logger.error("store", metadata: ["error": "\(error)"]) }
    return refusal
  }

  private func unexpected(_ error: any Error, context: ServiceContext) -> Refusal {
    context.logger.error("unexpected", metadata: ["error": "\(error)"])
    return Refusal(problem: Problem(.internalError, detail: "Tell the operator the value of “instance”."))
  }
}
