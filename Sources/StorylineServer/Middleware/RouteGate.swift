import HTTPTypes
import Hummingbird
import StorylineModels

/// Lets through only what is addressed to one of our routes, with its method.
struct RouteGate: RouterMiddleware {
  typealias Context = ServiceContext

  static let maximumAddressBytes = 2048

  func handle(
    _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    guard request.uri.string.utf8.count <= Self.maximumAddressBytes else {
      throw Problem(.uriTooLong, detail: "An address has at most \(Self.maximumAddressBytes) bytes here.")
    }
    let (routes, id) = Route.at(request.uri.path)
    // The form with scheme and host in front is for proxies (RFC 9112, section 3.2.2); here it would be a second
    // spelling, and HTTP/2 does not know it at all (RFC 9113, section 8.3.1).
    guard !routes.isEmpty, request.uri.string.hasPrefix("/") else {
      throw Problem(.notFound, detail: "The addresses of this service are listed in \(Route.openAPI.path).")
    }
    guard let route = routes.first(where: { $0.methods.contains(request.method) }) else {
      throw Refusal.methodNotAllowed(routes.flatMap { $0.methods.map(\.rawValue) })
    }
    var context = context
    context.route = route
    context.id = id
    return try await next(request, context)
  }
}

extension Route {
  /// What may be asked of it: HEAD wherever GET is.
  var methods: [HTTPRequest.Method] {
    switch method {
    case .get: [.get, .head]
    case .post: [.post]
    case .put: [.put]
    case .patch: [.patch]
    case .delete: [.delete]
    }
  }
}
