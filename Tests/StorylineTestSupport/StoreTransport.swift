import Foundation
public import StorylineClient
public import StorylineModels
public import StorylineStore

/// The real store behind the transport's protocol, in one process: the same JSON as over the wire.
///
/// No stand-in for the server: it has no rules of its own. The engine against the real router is tested end to end.
public struct StoreTransport: HTTPTransport {
  private let store: StoryStore
  private let now: @Sendable () -> Timestamp

  public init(store: StoryStore, now: @escaping @Sendable () -> Timestamp) {
    self.store = store
    self.now = now
  }

  public func send(_ request: TransportRequest) async throws -> TransportResponse {
    do {
      let url = try URLComponents(string: request.path).orThrow()
      let route = try Route.at(url.path).routes.first { $0.method == request.method }.orThrow()
      return try await answer(route, url.queryItems ?? [], request)
    } catch let problem as Problem {
      return Self.json(problem, status: problem.status, type: "application/problem+json")
    } catch let error as StoreError {
      let problem = Self.problem(error)
      return Self.json(problem, status: problem.status, type: "application/problem+json")
    }
  }

  private func answer(
    _ route: Route, _ query: [URLQueryItem], _ request: TransportRequest
  ) async throws -> TransportResponse {
    switch route {
    case .contentChanges:
      _ = try await principal(of: request)
      let after = try query.first { $0.name == "after" }?.value.orThrow()
      let page = try await store.contentPage(after: Cursor(rawValue: after ?? ""))
      return TransportResponse(status: 200, headers: ["content-type": "application/json"], body: page.body)
    case .librarySync:
      let principal = try await principal(of: request)
      let body = try StorylineJSON.decode(LibrarySyncRequest.self, from: try request.plainBody ?? Data())
      return Self.json(try await store.sync(body, for: principal.reader))
    case .live:
      return try await live(query, request)
    case .media:
      _ = try await principal(of: request)
      let id = try Route.at(request.path).id.flatMap { MediaID($0) }.orThrow()
      let image = try await store.publishedMedia(id).orThrow()
      var body = Data()
      for try await piece in store.mediaBytes(of: id, range: 0..<image.bytes) { body += piece }
      return TransportResponse(status: 200, headers: ["content-type": image.type], body: body)
    case .token:
      return try await token(request)
    default:
      throw Problem(.notFound)
    }
  }

  /// The poll of a device that may be up to date; nothing waits here.
  private func live(_ query: [URLQueryItem], _ request: TransportRequest) async throws -> TransportResponse {
    let principal = try await principal(of: request)
    let places = Dictionary(query.map { ($0.name, $0.value ?? "") }) { $1 }
    let content = try await store.contentHead().cursor
    var page = try await store.libraryPage(
      after: Cursor(rawValue: places["library"] ?? ""), empty: false, limit: nil, for: principal.reader)
    while page.more {
      page = try await store.libraryPage(after: page.cursor, empty: false, limit: nil, for: principal.reader)
    }
    guard content.rawValue != places["content"] || page.cursor.rawValue != places["library"] else {
      return TransportResponse(status: 204)
    }
    return Self.json(LiveState(content: content, library: page.cursor))
  }

  private func principal(of request: TransportRequest) async throws -> Principal {
    let header = request.headers.first { $0.name == "authorization" }?.value ?? ""
    guard let principal = try await store.authenticate(token: String(header.dropFirst("Bearer ".count))) else {
      throw Problem(.unauthorized)
    }
    return principal
  }

  private func token(_ request: TransportRequest) async throws -> TransportResponse {
    let form = URLComponents(string: "?" + String(decoding: request.body ?? Data(), as: UTF8.self))
    let fields = Dictionary(uniqueKeysWithValues: (form?.queryItems ?? []).map { ($0.name, $0.value ?? "") })
    guard fields["grant_type"] == InviteGrant.type else {
      return Self.json(OAuthError(.unsupportedGrantType, description: "no such grant"), status: 400)
    }
    do {
      let enrolment = try await store.redeem(
        InviteRedemption(
          invite: fields["invite"] ?? "", requestID: fields["request_id"] ?? "", deviceName: fields["device_name"]))
      return Self.json(
        TokenReply(
          accessToken: enrolment.accessToken, expiresIn: 3600, scope: "story:read library:rw",
          accountID: enrolment.reader.description, deviceID: enrolment.device.description, serverTime: now()))
    } catch StoreError.invalidGrant {
      return Self.json(OAuthError(.invalidGrant, description: "the invite is not valid"), status: 400)
    }
  }

  private static func problem(_ error: StoreError) -> Problem {
    switch error {
    case .cursorInvalid(let why): Problem(.cursorInvalid, detail: why)
    case .cursorExpired(let id):
      Problem(.cursorExpired, snapshot: id.map { Route.snapshotManifest.path(id: $0) })
    case .epochChanged(let stream, let epoch, let reasons, let purgedBefore):
      Problem(.epochChanged, stream: stream, epoch: epoch, reasons: reasons, purgedBefore: purgedBefore)
    case .accountDeleted(let time): Problem(.accountDeleted, erasedAt: time)
    case .tooManyMutations(let limit): Problem(.requestTooLarge, limit: limit)
    default: Problem(.internalError, detail: "\(error)")
    }
  }

  private static func json(
    _ value: some Encodable, status: Int = 200, type: String = "application/json"
  ) -> TransportResponse {
    let body = (try? StorylineJSON.encode(value)) ?? Data()
    return TransportResponse(status: status, headers: ["content-type": type], body: body)
  }
}

extension Optional {
  fileprivate func orThrow() throws -> Wrapped {
    guard let self else { throw Problem(.notFound) }
    return self
  }
}
