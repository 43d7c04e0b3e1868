import HTTPTypes
import Hummingbird
import StorylineModels
import StorylineStore

/// `GET /v1/content/head` and `GET /v1/content/changes`
struct ContentController: Sendable {
  let store: StoryStore
  let policy: CachePolicy

  @Sendable func head(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.contentHead.queryParameters)
    let head = try await store.contentHead()
    // A new snapshot changes the answer as a new commit does.
    let snapshot = head.snapshot?.split(separator: "/").last.map { "." + $0 } ?? ""
    return try JSONAnswer.response(head, cacheControl: policy.tail)
      .cacheable(as: "\"\(head.cursor)\(snapshot)\"", for: request)
  }

  @Sendable func changes(_ request: Request, context: ServiceContext) async throws -> Response {
    let query = try QueryParameters(of: request, allowed: Route.contentChanges.queryParameters)
    guard let after = try query.cursor("after") else {
      throw Problem(.cursorInvalid, detail: "The parameter “after” is missing; begin with after=\(Cursor.start).")
    }
    try query.checkBust()
    let page = try await store.contentPage(after: after)
    let answer = JSONAnswer.response(
      encoded: page.body, cacheControl: page.more ? policy.sealedPage : policy.tail)
    return answer.cacheable(as: "\"\(page.after).\(page.cursor)\"", for: request)
  }
}
