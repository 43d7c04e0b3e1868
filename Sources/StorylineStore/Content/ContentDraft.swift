import Crypto
import Foundation
import StorylineModels

/// A record as an editor handed it in, encoded and digested before any lock is taken.
struct ContentDraft: Sendable {
  let key: ContentKey
  let entity: Entity
  /// SHA-256 of the body. Of an article, of the body without its version: this is what "changed" means.
  let bodyHash: Data
  /// Of an article.
  let version: Int?
  let publishedAt: Timestamp?
  /// The images that its body names.
  let media: Set<MediaID>

  init(_ entity: Entity) throws {
    guard Slug.isValid(entity.id) else {
      throw StoreError.malformed("“\(entity.id)” is not an id: a–z, 0–9 and “-”, at most \(Slug.maximumLength)")
    }
    guard Slug.isValid(entity.kind.rawValue) else {
      throw StoreError.malformed("“\(entity.kind)” is not a kind of content")
    }
    self.entity = entity
    key = ContentKey(kind: entity.kind, id: entity.id)
    if case .article(var article) = entity {
      version = article.version
      publishedAt = article.publishedAt
      article.version = 0
      let body = try Entity.article(article).body()
      bodyHash = Data(SHA256.hash(data: body.data))
      media = MediaID.named(in: body)
    } else {
      version = nil
      publishedAt = nil
      let body = try entity.body()
      bodyHash = Data(SHA256.hash(data: body.data))
      media = MediaID.named(in: body)
    }
  }

  /// The body to store, an article's under the version that the store decided on.
  func body(version: Int?) throws -> RawJSON {
    guard let version, case .article(var article) = entity else { return try entity.body() }
    article.version = version
    return try Entity.article(article).body()
  }
}

/// A whole commit, encoded.
struct PreparedCommit: Sendable {
  let drafts: [ContentDraft]
  let removals: [ContentCommit.Removal]
  let scheduled: [PreparedSchedule]
  let cancellations: [ContentCommit.Cancellation]
  let preconditions: [ContentCommit.Precondition]
  let author: String
  let demandsNotes: Bool
  /// Digests of the request's key and of all that it asks for; nil for a request without a key.
  let request: (key: Data, commit: Data)?

  /// - Throws: `StoreError.malformed` if an id is malformed or a record occurs twice.
  init(_ commit: ContentCommit) throws {
    drafts = try commit.entities.map(ContentDraft.init)
    removals = commit.removals
    scheduled = try commit.scheduled.map(PreparedSchedule.init)
    cancellations = commit.cancellations
    preconditions = commit.preconditions
    author = commit.author
    demandsNotes = commit.demandsNotes
    var seen: Set<ContentKey> = []
    let keys =
      drafts.map(\.key) + removals.map { ContentKey(kind: $0.kind, id: $0.id) } + scheduled.map(\.draft.key)
      + cancellations.map { ContentKey(kind: $0.kind, id: $0.id) }
    for key in keys {
      guard seen.insert(key).inserted else {
        throw StoreError.malformed("the \(key.kind) “\(key.id)” occurs twice in one commit")
      }
    }
    let digest = Self.digest(commit, drafts, scheduled)
    request = commit.requestKey.map { (Data(SHA256.hash(data: Data($0.utf8))), digest) }
  }

  private static func digest(_ commit: ContentCommit, _ drafts: [ContentDraft], _ scheduled: [PreparedSchedule]) -> Data
  {
    var hash = SHA256()
    let add = { (parts: [String]) in hash.update(data: Data((parts.joined(separator: "\u{1F}") + "\u{1E}").utf8)) }
    add(["author", commit.author])
    for draft in drafts {
      add(["record", draft.key.kind.rawValue, draft.key.id, draft.version.map(String.init) ?? ""])
      hash.update(data: draft.bodyHash)
    }
    for removal in commit.removals { add(["removal", removal.kind.rawValue, removal.id, removal.reason ?? ""]) }
    for item in scheduled {
      add(["scheduled", item.draft.key.kind.rawValue, item.draft.key.id, "\(item.at)"])
      hash.update(data: item.draft.bodyHash)
    }
    for item in commit.cancellations { add(["cancellation", item.kind.rawValue, item.id]) }
    for item in commit.preconditions { add(["if", item.kind.rawValue, item.id, item.rev.map(String.init) ?? ""]) }
    return Data(hash.finalize())
  }
}

/// A record that waits for its time, encoded.
struct PreparedSchedule: Sendable {
  let draft: ContentDraft
  /// Milliseconds.
  let at: Int64
  let body: Data

  init(_ scheduled: ContentCommit.Scheduled) throws {
    draft = try ContentDraft(scheduled.entity)
    at = scheduled.at.milliseconds
    body = try scheduled.entity.body().data
  }
}
