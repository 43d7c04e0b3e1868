import HTTPTypes
import Hummingbird
import StorylineModels

/// Refuses methods that no address of the service could know, before anything counts or logs them (security rule T8).
///
/// A method is any word the caller likes: whoever keeps something per method in front of this keeps what callers invent.
struct MethodAllowList: RouterMiddleware {
  typealias Context = ServiceContext

  static let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete]

  let finisher: ResponseFinisher

  func handle(
    _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    guard Self.methods.contains(request.method) else {
      let known = Route.at(request.uri.path).routes.flatMap(\.methods)
      let allowed = known.isEmpty ? Self.methods : known
      let refusal = Refusal.methodNotAllowed(allowed.map(\.rawValue))
      return finisher.finish(refusal.response(requestID: context.requestID), to: request, context: context)
    }
    return try await next(request, context)
  }
}
