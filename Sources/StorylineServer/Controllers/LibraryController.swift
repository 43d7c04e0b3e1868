import Hummingbird
import StorylineModels
import StorylineStore

/// `POST /v1/library/sync` and `GET /v1/library/changes`
struct LibraryController: Sendable {
  let store: StoryStore
  let limits: ServiceLimits
  /// Of mutations, one bucket per library; nil is no limit.
  let mutations: RateLimiter?
  /// A whole number of a range, ends included.
  let random: @Sendable (ClosedRange<Int>) -> Int

  @Sendable func sync(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.librarySync.queryParameters)
    let reader = try context.reader()
    var body = try await JSONBody.decode(
      LibrarySyncRequest.self, from: request, limit: limits.requestBytes,
      inflatedLimit: max(limits.inflatedRequestBytes, limits.requestBytes))
    try check(body)
    body.limit = pageLimit(body.limit)
    let pause = try takeMutations(body.mutations.count, of: reader)
    var answer = try await store.sync(body, for: reader)
    answer.backoff = pause
    return try JSONAnswer.response(answer, cacheControl: CachePolicy.privateNoStore)
  }

  @Sendable func changes(_ request: Request, context: ServiceContext) async throws -> Response {
    let query = try QueryParameters(of: request, allowed: Route.libraryChanges.queryParameters)
    let reader = try context.reader()
    let after = try query.cursor("after")
    let empty = try flag(query["empty"])
    try checkEmpty(empty, after: after)
    let page = try await store.libraryPage(
      after: after, empty: empty, limit: pageLimit(try query.count("limit")), for: reader)
    return try JSONAnswer.response(page, cacheControl: CachePolicy.privateNoStore)
  }

  /// Seconds to ask the device to pause for: what it pushes next should not have to be refused.
  private func takeMutations(_ count: Int, of reader: ReaderID) throws -> Int {
    guard count > 0, let verdict = mutations?.take(count, for: reader) else { return 0 }
    switch verdict {
    case .granted(let pause): return pause
    case .refused(let wait):
      throw Refusal.rateLimited(
        detail: "This library changes too fast.", retryAfter: wait + random(0...(1 + wait / 4)))
    }
  }

  private func check(_ body: LibrarySyncRequest) throws {
    if let after = body.after { _ = try Cursor(checking: after.rawValue) }
    try checkEmpty(body.empty == true, after: body.after)
    if let limit = body.limit, limit < 1 { throw Problem(.badRequest, detail: "The member “limit” is at least 1.") }
    guard body.mutations.count <= limits.mutationsPerRequest else {
      throw Problem(
        .requestTooLarge, detail: "A request has at most \(limits.mutationsPerRequest) mutations.",
        limit: limits.mutationsPerRequest)
    }
  }

  /// Leaving tombstones out is safe for a replica that holds nothing, and for no other (protocol, 2.5).
  private func checkEmpty(_ empty: Bool, after: Cursor?) throws {
    guard !empty || after == nil else {
      throw Problem(.badRequest, detail: "“empty” goes without “after”: a replica with a cursor is not empty.")
    }
  }

  private func pageLimit(_ wanted: Int?) -> Int? { wanted.map { min($0, limits.pageRows) } }

  private func flag(_ text: String?) throws -> Bool {
    switch text {
    case nil, "0": return false
    case "1": return true
    default: throw Problem(.badRequest, detail: "The parameter “empty” is 0 or 1.")
    }
  }
}
