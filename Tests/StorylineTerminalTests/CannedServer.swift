import Foundation
import StorylineClient
import StorylineModels
import Synchronization

/// A server's answers by protocol, out of memory: real pages of the fixture story, an account that accepts invites and
/// marks. What the client makes of them is the client's real code.
final class CannedServer: HTTPTransport {
  private struct State {
    var commits: [[Entity]]
    var isReachable = true
    var isAuthorized = true
    var invite: String? = "sli-GOOD"
    var requests: [String] = []
    var seq: Int64 = 0
  }

  private let state: Mutex<State>
  private let epoch = Epoch(rawValue: "AAAAAAAAAAAAAAAAAAAAAA")

  init(commits: [[Entity]] = [FixtureStory.entities]) { state = Mutex(State(commits: commits)) }

  func publish(_ entities: [Entity]) { state.withLock { $0.commits.append(entities) } }
  func setReachable(_ reachable: Bool) { state.withLock { $0.isReachable = reachable } }
  func setAuthorized(_ authorized: Bool) { state.withLock { $0.isAuthorized = authorized } }
  var requests: [String] { state.withLock { $0.requests } }

  func send(_ request: TransportRequest) async throws -> TransportResponse {
    let (isReachable, isAuthorized) = state.withLock { state in
      state.requests.append(request.path)
      return (state.isReachable, state.isAuthorized)
    }
    guard isReachable else { throw TransportError.unreachable("connection refused") }
    if request.path == Route.token.path { return try redeem(request) }
    guard isAuthorized else { return try problem(Problem(.unauthorized, detail: "the token was revoked")) }
    if request.path.hasPrefix(Route.contentChanges.path) { return try content(request) }
    if request.path == Route.librarySync.path { return try library(request) }
    return try problem(Problem(.notFound))
  }

  private func redeem(_ request: TransportRequest) throws -> TransportResponse {
    let form = String(decoding: request.body ?? Data(), as: UTF8.self)
    guard form.contains("sli-GOOD") else {
      return TransportResponse(
        status: 400, headers: ["content-type": "application/json"],
        body: try StorylineJSON.encode(OAuthError(.invalidGrant, description: "unknown, used or expired")))
    }
    return try reply(
      TokenReply(
        accessToken: "sla_token", expiresIn: 31_536_000, scope: "story:read library:rw",
        accountID: "0123456789abcdef0123456789abcdef", deviceID: "fedcba9876543210fedcba9876543210",
        serverTime: FixtureStory.moment("2024-07-12T10:00:00Z")))
  }

  /// Each commit is a page; a cursor is the number of commits before it.
  private func content(_ request: TransportRequest) throws -> TransportResponse {
    let after = request.path.split(separator: "after=").last.map(String.init) ?? "start"
    let commits = state.withLock { $0.commits }
    let index = after == "start" ? 0 : Int(after.dropFirst()) ?? 0
    let rows = try commits.dropFirst(index).prefix(1).flatMap { try Self.rows($0, rev: Int64(index + 1)) }
    let next = min(index + 1, commits.count)
    let body = try ContentPage.wire(
      epoch: epoch, after: Cursor(rawValue: after), cursor: Cursor(rawValue: "c\(next)"), more: next < commits.count,
      rows: rows)
    return TransportResponse(status: 200, headers: ["content-type": "application/json"], body: body)
  }

  private static func rows(_ entities: [Entity], rev: Int64) throws -> [Data] {
    try entities.enumerated().map { index, entity in
      let isArticle = entity.kind == .article
      let pub = isArticle ? String(format: "01J2%022d", Int(rev) * 1000 + index) : nil
      return try ContentChange(
        kind: entity.kind, id: entity.id, rev: rev, num: index + 1, pub: pub,
        updatedAt: FixtureStory.moment("2024-07-12T10:00:00Z"), body: try entity.body()
      ).wire().data
    }
  }

  private func library(_ request: TransportRequest) throws -> TransportResponse {
    let sync = try StorylineJSON.decode(LibrarySyncRequest.self, from: request.body ?? Data())
    let seq = state.withLock { state in
      state.seq += Int64(sync.mutations.count)
      return state.seq
    }
    return try reply(
      LibrarySyncResponse(
        now: FixtureStory.moment("2024-07-12T10:00:00Z"), epoch: epoch,
        results: sync.mutations.map { MutationResult(m: $0.m, status: .applied) }, changes: [],
        cursor: Cursor(rawValue: "l\(seq)"), more: false))
  }

  private func reply(_ value: some Encodable) throws -> TransportResponse {
    TransportResponse(
      status: 200, headers: ["content-type": "application/json"], body: try StorylineJSON.encode(value))
  }

  private func problem(_ problem: Problem) throws -> TransportResponse {
    TransportResponse(
      status: problem.status, headers: ["content-type": "application/problem+json"],
      body: try StorylineJSON.encode(problem))
  }
}
