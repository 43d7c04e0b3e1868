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
      bodyHash = Data(SHA256.hash(data: try Entity.article(article).body().data))
    } else {
      version = nil
      publishedAt = nil
      bodyHash = Data(SHA256.hash(data: try entity.body().data))
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
  let author: String

  /// - Throws: `StoreError.malformed` if an id is malformed or a record occurs twice.
  init(_ commit: ContentCommit) throws {
    drafts = try commit.entities.map(ContentDraft.init)
    removals = commit.removals
    author = commit.author
    var seen: Set<ContentKey> = []
    for key in drafts.map(\.key) + removals.map({ ContentKey(kind: $0.kind, id: $0.id) }) {
      guard seen.insert(key).inserted else {
        throw StoreError.malformed("the \(key.kind) “\(key.id)” occurs twice in one commit")
      }
    }
  }
}
