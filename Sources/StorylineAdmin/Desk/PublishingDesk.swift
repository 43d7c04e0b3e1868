import Foundation
import StorylineModels
import StorylineSeeds
import StorylineStore

/// Where a story is published, its history kept and its readers invited: a database that this process opened, or a
/// running service.
///
/// Both hold a commit against the same rules, for both do it through the store's one way of publishing.
protocol PublishingDesk: Sendable {
  /// All that is published now.
  func records() async throws -> [ContentChange]
  /// What waits for its time.
  func schedule() async throws -> [ScheduledRecord]
  /// - Throws: `AdminFailure` in words for the person at the terminal; then nothing of the commit was published.
  func publish(_ commit: ContentCommit) async throws -> PublishResult
  /// The images that are there, whether something shows them or not.
  func media() async throws -> [MediaDescription]
  /// Sends an image, before the commit that names it.
  func send(_ bytes: Data, of image: SeedMedia) async throws
  /// The bytes of an image that is there.
  func image(_ id: MediaID) async throws -> Data
  /// Removes an image for good, unless something shows it.
  func remove(_ id: MediaID) async throws
  /// The commits before `rev`, newest first.
  func commits(before rev: Int64?, limit: Int) async throws -> [CommitSummary]
  func commit(_ rev: Int64) async throws -> CommitDetail
  func invite(_ request: InviteRequest) async throws -> InviteReply
  /// What devices call the service; nil where none runs that could say it.
  func address() async throws -> String?
}

extension PublishingDesk {
  func address() async throws -> String? { nil }
}

/// A database that this process has opened.
struct StoreDesk: PublishingDesk {
  let store: StoryStore

  func records() async throws -> [ContentChange] { try await store.contentRecords() }
  func schedule() async throws -> [ScheduledRecord] { try await store.scheduledRecords() }
  func publish(_ commit: ContentCommit) async throws -> PublishResult {
    var commit = commit
    commit.demandsNotes = true
    return try await store.publish(commit)
  }

  func media() async throws -> [MediaDescription] {
    var all: [MediaDescription] = []
    var after: MediaID?
    repeat {
      let list = try await store.mediaList(after: after, limit: 1_000)
      all += list.media
      after = list.next
    } while after != nil
    return all
  }

  func send(_ bytes: Data, of image: SeedMedia) async throws {
    try await store.keepMedia(bytes, as: image.id, name: image.name)
  }

  func image(_ id: MediaID) async throws -> Data {
    guard let image = try await store.media(id) else { throw StoreError.mediaGone }
    var data = Data()
    for try await piece in store.mediaBytes(of: id, range: 0..<image.bytes) { data += piece }
    return data
  }

  func remove(_ id: MediaID) async throws {
    do {
      try await store.removeMedia(id)
    } catch StoreError.mediaShown(let records) {
      throw AdminFailure("\(StoreError.mediaShown(records)); nothing was removed")
    }
  }

  func commits(before rev: Int64?, limit: Int) async throws -> [CommitSummary] {
    try await store.commits(before: rev, limit: limit)
  }

  func commit(_ rev: Int64) async throws -> CommitDetail { try await store.commit(rev) }

  func invite(_ request: InviteRequest) async throws -> InviteReply {
    let invite = try await store.createInvite(
      scope: request.scopes, devices: request.devices, for: request.accountID.flatMap { ReaderID($0) },
      validFor: request.expiresIn)
    return InviteReply(
      invite: invite.text, scope: invite.scope, devices: invite.devices, expiresAt: invite.expiresAt)
  }
}

/// A database that is not there yet: nothing is published in it.
struct EmptyDesk: PublishingDesk {
  let path: String

  func records() async throws -> [ContentChange] { [] }
  func schedule() async throws -> [ScheduledRecord] { [] }
  func media() async throws -> [MediaDescription] { [] }
  func send(_ bytes: Data, of image: SeedMedia) async throws { throw missing }
  func image(_ id: MediaID) async throws -> Data { throw missing }
  func remove(_ id: MediaID) async throws { throw missing }
  func publish(_ commit: ContentCommit) async throws -> PublishResult { throw missing }
  func commits(before rev: Int64?, limit: Int) async throws -> [CommitSummary] { throw missing }
  func commit(_ rev: Int64) async throws -> CommitDetail { throw missing }
  func invite(_ request: InviteRequest) async throws -> InviteReply { throw missing }

  private var missing: AdminFailure { AdminFailure("there is no database at \(path); nothing was changed") }
}
