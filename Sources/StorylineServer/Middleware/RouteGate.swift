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
    guard let route = Route.named(request) else {
      throw Problem(.notFound, detail: "The addresses of this service are listed in \(Route.openAPI.path).")
    }
    guard route.methods.contains(request.method) else {
      throw Refusal.methodNotAllowed(route.methods.map(\.rawValue))
    }
    var context = context
    context.route = route
    return try await next(request, context)
  }
}

extension Route {
  private static let byPath = Dictionary(uniqueKeysWithValues: allCases.map { ($0.path, $0) })

  /// The route with exactly this path; no second spelling is known, so no address has two places in a cache.
  static func named(_ request: Request) -> Route? { byPath[request.uri.path] }

  /// What may be asked of it: HEAD wherever GET is.
  var methods: [HTTPRequest.Method] {
    switch method {
    case .get: [.get, .head]
    case .post: [.post]
    }
  }
}
