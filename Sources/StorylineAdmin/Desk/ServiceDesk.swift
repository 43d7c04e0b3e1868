import Crypto
import Foundation
import StorylineClient
import StorylineModels
import StorylineSeeds
import StorylineStore

/// A running service, reached over the network in an editor's name or through its socket on this machine.
struct ServiceDesk: PublishingDesk {
  /// Signs what it carries, unless the socket's mode is what lets an editor in.
  let transport: any HTTPTransport
  /// How messages call it.
  let name: String

  /// How often a request is sent again that got no answer, or was asked to come again.
  private static let attempts = 6
  private static let longestWait = 30

  func records() async throws -> [ContentChange] {
    var records: [ContentChange] = []
    var after: String?
    repeat {
      let query = after.map { "?after=\($0)" } ?? ""
      let page = try RawJSON(validating: try await get(Route.editorRecords.path + query))
      after = nil
      for member in try page.members() {
        if member.name == "records" { records += try member.value.elements().map(ContentChange.init(wire:)) }
        if member.name == "next" { after = try member.value.decoded(as: String?.self) }
      }
    } while after != nil
    return records
  }

  func schedule() async throws -> [ScheduledRecord] {
    let data = try await get(Route.editorSchedule.path)
    return try StorylineJSON.decode(EditorSchedule.self, from: data).records.map { record in
      ScheduledRecord(
        kind: record.kind, id: record.id, at: record.publishAt, author: record.author,
        body: try RawJSON(encoding: record.body))
    }
  }

  func publish(_ commit: ContentCommit) async throws -> PublishResult {
    let request = try EditorCommitRequest(commit)
    let key = commit.requestKey ?? UUID().uuidString
    let data = try await send(
      TransportRequest(
        method: .post, path: Route.editorCommit.path,
        headers: [.init("content-type", "application/json"), .init("idempotency-key", key)],
        body: try request.wire().data, timeout: .seconds(120)))
    let reply = try StorylineJSON.decode(EditorCommitReply.self, from: data)
    return PublishResult(
      cursor: reply.cursor, rev: reply.rev, written: reply.written, unchanged: reply.unchanged, removed: reply.removed,
      scheduled: reply.scheduled, cancelled: reply.cancelled)
  }

  func media() async throws -> [MediaDescription] {
    var all: [MediaDescription] = []
    var after: MediaID?
    repeat {
      let query = after.map { "?after=\($0)" } ?? ""
      let list = try StorylineJSON.decode(MediaList.self, from: try await get(Route.editorMediaList.path + query))
      all += list.media
      after = list.next
    } while after != nil
    return all
  }

  func send(_ bytes: Data, of image: SeedMedia) async throws {
    _ = try await send(
      TransportRequest(
        method: .put, path: Route.editorMediaUpload.path(id: "\(image.id)") + "?name=\(image.name)",
        headers: [.init("content-type", image.format.mediaType)], body: bytes, timeout: .seconds(120)))
  }

  func image(_ id: MediaID) async throws -> Data {
    let bytes = try await get(Route.editorMediaFile.path(id: "\(id)"))
    guard MediaID(digest: Array(SHA256.hash(data: bytes))) == id else {
      throw AdminFailure("\(name): the image \(id) came with other bytes; run this command again")
    }
    return bytes
  }

  func remove(_ id: MediaID) async throws {
    _ = try await send(
      TransportRequest(method: .delete, path: Route.editorMediaRemove.path(id: "\(id)"), timeout: .seconds(60)))
  }

  func commits(before rev: Int64?, limit: Int) async throws -> [CommitSummary] {
    var commits: [CommitSummary] = []
    var before = rev
    while commits.count < limit {
      let query = ["limit=\(min(100, limit - commits.count))", before.map { "before=\($0)" }].compactMap(\.self)
      let data = try await get(Route.editorHistory.path + "?" + query.joined(separator: "&"))
      let page = try StorylineJSON.decode(EditorHistory.self, from: data)
      commits += page.commits.map(CommitSummary.init)
      before = page.commits.last?.rev
      if !page.more { break }
    }
    return commits
  }

  func commit(_ rev: Int64) async throws -> CommitDetail {
    let detail = try StorylineJSON.decode(
      EditorCommitDetail.self, from: try await get(Route.editorCommitDetail.path(id: String(rev))))
    return CommitDetail(
      summary: CommitSummary(detail.commit),
      changes: try detail.changes.map { change in
        CommitDetail.Change(
          kind: change.kind, id: change.id, before: try change.before.map { try RawJSON(encoding: $0) },
          after: try change.after.map { try RawJSON(encoding: $0) }, wasPublished: change.wasPublished,
          isPublished: change.isPublished, reason: change.reason, replacedBy: change.replacedBy)
      })
  }

  func invite(_ request: InviteRequest) async throws -> InviteReply {
    let data = try await send(
      TransportRequest(
        method: .post, path: Route.inviteCreate.path, headers: [.init("content-type", "application/json")],
        body: try StorylineJSON.encode(request), timeout: .seconds(60)),
      needing: .admin)
    return try StorylineJSON.decode(InviteReply.self, from: data)
  }

  func address() async throws -> String? {
    let metadata = try StorylineJSON.decode(
      AuthorizationServerMetadata.self, from: try await get(Route.authorizationServer.path))
    return metadata.issuer
  }

  // MARK: Requests

  private func get(_ path: String) async throws -> Data {
    try await send(TransportRequest(method: .get, path: path, timeout: .seconds(60)))
  }

  /// Sends until there is an answer. A commit that was sent before has its key, so that it is published once.
  private func send(_ request: TransportRequest, needing scope: Scope = .storyEdit) async throws -> Data {
    var attempt = 1
    while true {
      do {
        let reply = try await transport.send(request)
        guard let wait = try pause(reply, attempt: attempt, needing: scope) else { return reply.body }
        try await Task.sleep(for: .seconds(wait))
      } catch let error as TransportError {
        guard attempt < Self.attempts, error.mayPass else { throw AdminFailure("\(name): \(error.words)") }
        try await Task.sleep(for: .milliseconds(200 * attempt))
      } catch let error as TokenKeeperError {
        throw AdminFailure("\(error)")
      }
      attempt += 1
    }
  }

  /// nil for an answer that is one; seconds to wait before asking again.
  private func pause(_ reply: TransportResponse, attempt: Int, needing scope: Scope) throws -> Int? {
    switch reply.status {
    case 200, 204: return nil
    case 429 where attempt < Self.attempts, 503 where attempt < Self.attempts:
      return min(Self.longestWait, reply.headers["retry-after"].flatMap(Int.init) ?? 1)
    default: throw failure(reply, needing: scope)
    }
  }

  private func failure(_ reply: TransportResponse, needing scope: Scope) -> AdminFailure {
    let problem = try? StorylineJSON.decode(Problem.self, from: reply.body)
    if let conflicts = problem?.conflicts, !conflicts.isEmpty {
      return .conflict(conflicts.map { ContentCommit.Precondition(kind: $0.kind, id: $0.id, rev: $0.rev) })
    }
    switch problem?.code {
    case .unauthorized?, .deviceRevoked?, .accountDeleted?:
      return AdminFailure("\(name): these credentials are not taken; ask for a new invite")
    case .mediaShown?:
      let why = (problem?.detail ?? "it is shown").trimmingCharacters(in: CharacterSet(charactersIn: "."))
      return AdminFailure(why.prefix(1).lowercased() + why.dropFirst() + "; nothing was removed")
    case .forbidden?:
      return AdminFailure("\(name): these credentials do not do; that needs the scope “\(scope)”")
    default:
      let what = [problem?.title, problem?.detail].compactMap(\.self).joined(separator: ": ")
      return AdminFailure("\(name): \(what.isEmpty ? "status \(reply.status)" : what)")
    }
  }
}

extension AdminFailure {
  /// Somebody else was faster.
  static func conflict(_ found: [ContentCommit.Precondition]) -> AdminFailure {
    let names = found.map { "\($0.kind) \($0.id)" }
    let list = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    return AdminFailure(
      "somebody else has changed \(list) meanwhile; look at it with “plan” and “history”, then run this command again")
  }
}

extension TransportError {
  /// Whether the same request may get through a moment later.
  fileprivate var mayPass: Bool {
    switch self {
    case .timedOut, .cut: true
    case .unreachable, .untrusted: false
    }
  }

  var words: String {
    switch self {
    case .unreachable(let why): "no connection: \(why)"
    case .timedOut: "no answer in time; run this command again: what it did is not done twice"
    case .cut(let why): "the connection broke (\(why)); run this command again: what it did is not done twice"
    case .untrusted(let why): "its certificate is not trusted: \(why); sign in again with “storyline login --ca”"
    }
  }
}

extension CommitSummary {
  fileprivate init(_ commit: EditorHistory.Commit) {
    self.init(
      rev: commit.rev, at: commit.at, author: commit.author, new: commit.new, changed: commit.changed,
      removed: commit.removed)
  }
}

extension EditorCommitRequest {
  /// The commit as it goes over the wire.
  fileprivate init(_ commit: ContentCommit) throws {
    let seen = Dictionary(
      commit.preconditions.map { (EntityName(kind: $0.kind, id: $0.id), $0.rev ?? 0) }, uniquingKeysWith: { $1 })
    let change = { (kind: ContentKind, id: String, action: Action) in
      Change(kind: kind, id: id, ifMatch: seen[EntityName(kind: kind, id: id)], action: action)
    }
    var changes = try commit.entities.map { change($0.kind, $0.id, .publish(try $0.body())) }
    changes += commit.removals.map { change($0.kind, $0.id, .remove(reason: $0.reason)) }
    changes += try commit.scheduled.map { item in
      change(item.entity.kind, item.entity.id, .schedule(try item.entity.body(), at: item.at))
    }
    changes += commit.cancellations.map { change($0.kind, $0.id, .unschedule) }
    self.init(author: commit.author, changes: changes)
  }

  private struct EntityName: Hashable {
    let kind: ContentKind
    let id: String
  }
}
