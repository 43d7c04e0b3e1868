import Foundation
import HTTPTypes
import Hummingbird
import Logging
import StorylineModels
import StorylineStore

/// What editors do: publish, and look at what was published and what waits.
struct EditorController: Sendable {
  let store: StoryStore
  let limits: ServiceLimits
  /// Rung when something was scheduled.
  let bell: ScheduleBell

  private static let historyLimit = 100
  private static let authorLimit = 64
  private static let keyLimit = 128
  /// Of what one commit may hold, most is bodies; the rest of its request is envelopes.
  private var bodyLimit: Int { limits.commitBytes + limits.commitRows * ContentCommit.envelopeBytes }

  /// `POST /v1/editor/commits`
  @Sendable func publish(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.editorCommit.queryParameters)
    let key = try idempotencyKey(of: request)
    let raw = try await JSONBody.read(request, limit: bodyLimit, inflatedLimit: bodyLimit)
    let wanted = try EditorCommitRequest(raw)
    var commit = try EditorCommitReader(limits: limits, story: try await store.storyID()).commit(wanted)
    commit.demandsNotes = true
    commit.author = try author(wanted.author, context: context)
    // One caller's key is not another's.
    commit.requestKey = "\(context.principal?.reader.description ?? "local") \(key)"
    let result: PublishResult
    do {
      result = try await store.publish(commit)
    } catch StoreError.takeDownUnfinished(let why) {
      // It is published; what is left is for the maintenance to finish, and to tell the operator of.
      context.logger.error("a take-down left older snapshots behind", metadata: ["error": "\(why)"])
      throw Refusal.unavailable(detail: "It was taken down, but older snapshots still hold it.", retryAfter: 60)
    }
    if result.scheduled > 0 || result.cancelled > 0 { await bell.ring() }
    let reply = EditorCommitReply(
      rev: result.rev, cursor: result.cursor, written: result.written, unchanged: result.unchanged,
      removed: result.removed, scheduled: result.scheduled, cancelled: result.cancelled)
    return try JSONAnswer.response(reply, cacheControl: CachePolicy.privateNoStore)
  }

  /// `GET /v1/editor/commits`
  @Sendable func history(_ request: Request, context: ServiceContext) async throws -> Response {
    let query = try QueryParameters(of: request, allowed: Route.editorHistory.queryParameters)
    let limit = try query.count("limit", in: 1...Self.historyLimit) ?? 20
    let before = try query.count("before").map(Int64.init)
    let commits = try await store.commits(before: before, limit: limit + 1)
    let page = EditorHistory(
      commits: commits.prefix(limit).map(EditorHistory.Commit.init), more: commits.count > limit)
    return try JSONAnswer.response(page, cacheControl: CachePolicy.privateNoStore)
  }

  /// `GET /v1/editor/commits/{id}`
  @Sendable func commit(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.editorCommitDetail.queryParameters)
    guard let id = context.id, let rev = Int64(id), "\(rev)" == id else { throw Problem(.notFound) }
    let detail = try await store.commit(rev)
    return try JSONAnswer.response(EditorCommitDetail(detail), cacheControl: CachePolicy.privateNoStore)
  }

  /// `GET /v1/editor/schedule`
  @Sendable func schedule(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.editorSchedule.queryParameters)
    let records = try await store.scheduledRecords().map { record in
      EditorSchedule.Record(
        kind: record.kind, id: record.id, publishAt: record.at, author: record.author,
        body: try record.body.decoded(as: JSONValue.self))
    }
    return try JSONAnswer.response(EditorSchedule(records: records), cacheControl: CachePolicy.privateNoStore)
  }

  /// `GET /v1/editor/records`
  @Sendable func records(_ request: Request, context: ServiceContext) async throws -> Response {
    let query = try QueryParameters(of: request, allowed: Route.editorRecords.queryParameters)
    var place: RecordPage.Place?
    if let after = query["after"] {
      // A character that no client percent-encodes, because queries are taken as they stand.
      let parts = after.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, parts.allSatisfy(Slug.isValid) else {
        throw Problem(.badRequest, detail: "“after” is the “next” of the page before.")
      }
      place = RecordPage.Place(kind: ContentKind(rawValue: parts[0]), id: parts[1])
    }
    let page = try await store.recordPage(after: place, rows: Self.recordRows, bytes: Self.recordBytes)
    let next = page.next.map { "\"\($0.kind).\($0.id)\"" } ?? "null"
    var body = Data("{\"records\":[".utf8)
    for (index, wire) in page.wires.enumerated() {
      if index > 0 { body.append(UInt8(ascii: ",")) }
      body.append(wire)
    }
    body.append(Data("],\"next\":\(next)}".utf8))
    return JSONAnswer.response(encoded: body, cacheControl: CachePolicy.privateNoStore)
  }

  private static let recordRows = 1_000
  private static let recordBytes = 1 << 20

  private func idempotencyKey(of request: Request) throws -> String {
    let fields = HTTPField.Name.idempotencyKey.map { request.headers[values: $0] } ?? []
    guard fields.count == 1, let key = fields.first, (8...Self.keyLimit).contains(key.utf8.count),
      key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw Problem(
        .badRequest,
        detail: "Send one “Idempotency-Key” of 8 to \(Self.keyLimit) visible ASCII characters, new for each commit.")
    }
    return key
  }

  /// Who came over the network is named by the account too: the name alone is what the caller likes.
  private func author(_ name: String, context: ServiceContext) throws -> String {
    let isPlain = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    guard !name.isEmpty, name.count <= Self.authorLimit, isPlain else {
      throw Problem(.badRequest, detail: "“author” has 1 to \(Self.authorLimit) characters, none of them a control.")
    }
    guard let reader = context.principal?.reader else { return name }
    return "\(name) (account \(reader.description.prefix(8)))"
  }
}

/// Turns a request of an editor into a commit, and refuses what no reader should get.
struct EditorCommitReader {
  let limits: ServiceLimits
  /// nil before the first publication.
  let story: Identifier<Story>?

  private static let reasons: Set<String> = ["legal", "retracted", "error"]

  /// - Throws: a problem that names the first change that cannot be.
  func commit(_ request: EditorCommitRequest) throws -> ContentCommit {
    guard !request.changes.isEmpty else { throw Problem(.badRequest, detail: "There is no change in “changes”.") }
    guard request.changes.count <= limits.commitRows else {
      throw Problem(
        .requestTooLarge, detail: "A commit has at most \(limits.commitRows) changes.", limit: limits.commitRows)
    }
    var commit = ContentCommit(author: request.author)
    for (number, change) in request.changes.enumerated() {
      if let rev = change.ifMatch {
        commit.preconditions.append(.init(kind: change.kind, id: change.id, rev: rev == 0 ? nil : rev))
      }
      switch change.action {
      case .publish(let body): commit.entities.append(try entity(body, of: change, number))
      case .schedule(let body, let at): commit.scheduled.append(.init(try entity(body, of: change, number), at: at))
      case .remove(let reason):
        guard reason.map(Self.reasons.contains) ?? true else {
          throw invalid(number, "“reason” is legal, retracted or error")
        }
        commit.removals.append(.init(kind: change.kind, id: change.id, reason: reason))
      case .unschedule: commit.cancellations.append(.init(kind: change.kind, id: change.id))
      }
    }
    return commit
  }

  private func entity(_ body: RawJSON, of change: EditorCommitRequest.Change, _ number: Int) throws -> Entity {
    // A kind that this server does not know is kept as it came; what every kind has in common holds for it too.
    guard body.data.first == UInt8(ascii: "{") else { throw invalid(number, "its body is not a JSON object") }
    let entity: Entity
    do {
      entity = try Entity(kind: change.kind, id: change.id, body: body)
    } catch let error as DecodingError {
      throw invalid(number, "it is no \(change.kind): \(Problem(error).detail ?? "")")
    }
    guard entity.id == change.id else { throw invalid(number, "its body has another id, “\(entity.id)”") }
    if case .story(let own) = entity, let story, own.id != story {
      throw invalid(number, "this server tells the story “\(story)”, and one server tells one story")
    }
    if let address = entity.images.first(where: { !Self.isImageAddress($0) }) {
      throw invalid(number, "“\(address.prefix(100))” is neither an https address nor an image of this service")
    }
    guard !Self.hasHiddenCharacters(try entity.body().data) else {
      throw invalid(number, "it holds a control character, or one that changes the direction of text unseen")
    }
    return entity
  }

  private static func isImageAddress(_ address: String) -> Bool {
    address.hasPrefix("https://") || MediaID(address: address) != nil
  }

  private func invalid(_ number: Int, _ why: String) -> Problem {
    Problem(.commitInvalid, detail: "changes[\(number)]: \(why).")
  }

  /// Looks for what no text of a story may hold in JSON of our own coder, which escapes C0 controls and nothing else.
  static func hasHiddenCharacters(_ json: Data) -> Bool {
    let bytes = [UInt8](json)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      let third = index + 2 < bytes.count ? bytes[index + 2] : 0
      switch byte {
      case 0x7F: return true
      case UInt8(ascii: "\\"):
        if "urbf".utf8.contains(next) { return true }
        index += 1
      case 0xC2 where (0x80...0x9F).contains(next): return true
      case 0xE2 where next == 0x80 && (0xAA...0xAE).contains(third): return true
      case 0xE2 where next == 0x81 && (0xA6...0xA9).contains(third): return true
      default: break
      }
      index += 1
    }
    return false
  }
}

extension EditorHistory.Commit {
  init(_ summary: CommitSummary) {
    self.init(
      rev: summary.rev, at: summary.at, author: summary.author, new: summary.new, changed: summary.changed,
      removed: summary.removed)
  }
}

extension EditorCommitDetail {
  init(_ detail: CommitDetail) throws {
    self.init(
      commit: EditorHistory.Commit(detail.summary),
      changes: try detail.changes.map { change in
        Change(
          kind: change.kind, id: change.id, before: try change.before?.decoded(as: JSONValue.self),
          after: try change.after?.decoded(as: JSONValue.self), wasPublished: change.wasPublished,
          isPublished: change.isPublished, reason: change.reason, replacedBy: change.replacedBy)
      })
  }
}
