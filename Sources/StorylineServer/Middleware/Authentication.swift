import Foundation
import HTTPTypes
import Hummingbird
import Logging
import StorylineModels
import StorylineStore

/// Asks for a token with the right scope wherever the route's `access` does not say that anybody may call it.
struct Authentication: RouterMiddleware {
  typealias Context = ServiceContext

  let store: StoryStore
  let contentAccess: ContentAccess
  let proofs: ProofChecker
  var door = Door.network

  func handle(
    _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    guard let scope = try neededScope(for: context.route) else { return try await next(request, context) }
    var context = context
    if case .local = door {
      // The socket's mode has let the caller in: he is who runs the service. He edits and operates, and is no reader.
      guard Scope.editor.contains(scope) || scope == .admin || context.route?.isForOperatorsToo == true else {
        throw Refusal.forbidden(needed: scope)
      }
      context.isOperator = true
      return try await next(request, context)
    }
    let principal = try await principal(of: request, context: context)
    guard principal.scope.contains(scope) else { throw Refusal.forbidden(needed: scope) }
    context.principal = principal
    context.isOperator = principal.scope.contains(.admin)
    return try await next(request, context)
  }

  /// nil if anybody may call it.
  private func neededScope(for route: Route?) throws -> Scope? {
    guard let route else { throw Problem(.notFound) }
    switch route.access {
    case .open: return nil
    case .content: return contentAccess == .public ? nil : .storyRead
    case .scope(let scope): return scope
    }
  }

  private func principal(of request: Request, context: ServiceContext) async throws -> Principal {
    guard let (scheme, token) = Self.token(in: request.headers) else { throw Refusal.unauthorized(.missing) }
    let principal: Principal?
    do {
      principal = try await store.authenticate(token: token)
    } catch let error as StoreError where error.isAccountDeleted {
      throw error
    } catch {
      // Never 401: it would sign every reader out because of an outage that is ours.
      context.logger.error("tokens cannot be checked", metadata: ["error": "\(error)"])
      throw Refusal.unavailable(detail: "Tokens cannot be checked now.", retryAfter: 5)
    }
    guard let principal else { throw Refusal.unauthorized(.invalid) }
    if principal.scope.needsProof || scheme == .proven { try check(principal, token, scheme, request) }
    return principal
  }

  /// What can change the story must not hang on a text that can be copied: each request proves the device's key.
  private func check(_ principal: Principal, _ token: String, _ scheme: Scheme, _ request: Request) throws {
    guard scheme == .proven else {
      throw Refusal.unprovenToken(
        "Send this token as “Authorization: DPoP …” with a proof of the device's key.", error: "invalid_token")
    }
    let key: Data?
    do { key = try proofs.key(of: request, with: token) } catch { throw error.challenge }
    guard let key, key == principal.key else {
      throw Refusal.unprovenToken("The proof is missing, or by another key.", error: "invalid_token")
    }
  }

  enum Scheme { case bearer, proven }

  /// The token of the one Authorization field (RFC 6750, section 2.1); tokens in addresses or bodies are not taken.
  static func token(in headers: HTTPFields) -> (Scheme, String)? {
    let fields = headers[values: .authorization]
    guard fields.count == 1 else { return nil }
    let parts = fields[0].split(separator: " ")
    guard parts.count == 2, parts[1].utf8.count <= 512 else { return nil }
    switch parts[0].lowercased() {
    case "bearer": return (.bearer, String(parts[1]))
    case "dpop": return (.proven, String(parts[1]))
    default: return nil
    }
  }
}

extension Route {
  /// What a reader may do for himself, and an operator who is no reader for anybody.
  fileprivate var isForOperatorsToo: Bool { self == .deviceLookup || self == .deviceDecision }
}

extension StoreError {
  /// The token was good once, and its caller may know what became of the account.
  fileprivate var isAccountDeleted: Bool {
    if case .accountDeleted = self { true } else { false }
  }
}
