import HTTPTypes
import Hummingbird

/// What every answer carries, and what none does.
struct ResponseFinisher: RouterMiddleware {
  typealias Context = ServiceContext

  /// Whether the answer goes out over TLS that this server ends itself.
  let isSecure: Bool

  func handle(
    _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    finish(try await next(request, context), to: request, context: context)
  }

  func finish(_ response: Response, to request: Request, context: ServiceContext) -> Response {
    var response = response
    if let name = HTTPField.Name.requestID { response.headers[name] = context.requestID }
    if isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
    // No browser is meant to look into these answers, and none may guess what they are. Where there is no body there
    // is nothing to guess, and “nothing new” is the answer that is sent most often.
    if response.status != .noContent { response.headers[.xContentTypeOptions] = "nosniff" }
    return request.method == .head ? response.createHeadResponse() : response
  }
}
