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
    return cached(
      try JSONAnswer.response(head, cacheControl: policy.tail), tag: "\"\(head.cursor)\"", for: request)
  }

  @Sendable func changes(_ request: Request, context: ServiceContext) async throws -> Response {
    let query = try QueryParameters(of: request, allowed: Route.contentChanges.queryParameters)
    guard let after = try query.cursor("after") else {
      throw Problem(.cursorInvalid, detail: "The parameter “after” is missing; begin with after=\(Cursor.start).")
    }
    let page = try await store.contentPage(after: after)
    let answer = JSONAnswer.response(
      encoded: page.body, cacheControl: page.more ? policy.sealedPage : policy.tail)
    return cached(answer, tag: "\"\(page.after).\(page.cursor)\"", for: request)
  }

  /// The answer with its tag, or 304 if the caller has that version.
  private func cached(_ answer: Response, tag: String, for request: Request) -> Response {
    var answer = answer
    answer.headers[.eTag] = tag
    answer.headers[.vary] = "Accept-Encoding"
    guard EntityTags.matches(tag, in: request) else { return answer }
    answer.headers[.contentType] = nil
    answer.headers[.contentLength] = nil
    return Response(status: .notModified, headers: answer.headers).withoutLength
  }
}

extension Response {
  /// A 304 has no body, and a length of 0 would be taken for the length of the version that it stands for.
  fileprivate var withoutLength: Response {
    var response = self
    response.headers[.contentLength] = nil
    return response
  }
}
