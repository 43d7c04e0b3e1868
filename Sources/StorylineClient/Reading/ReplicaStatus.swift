public import StorylineModels

/// How the replica stands: what it holds and what waits to go out.
public struct ReplicaStatus: Codable, Hashable, Sendable {
  /// Whether there is anything to read.
  public var hasContent: Bool
  /// When the content and the library were last both brought up to date; nil if never.
  public var lastSyncedAt: Timestamp?
  /// Local changes that the server has not acknowledged.
  public var pending: Int
  /// Local changes that the server refused for good.
  public var quarantined: Int
  /// Rows of known kinds that this version cannot decode; they are kept.
  public var undecodable: Int
  /// Live records per kind.
  public var counts: [String: Int]
  /// Whose library it holds; nil before the first sync.
  public var account: String?
  /// When the server said that the account was deleted; nil if it did not. Then `Replica.wipe()` is due.
  public var accountDeletedAt: Timestamp?

  public init(
    hasContent: Bool, lastSyncedAt: Timestamp?, pending: Int, quarantined: Int, undecodable: Int,
    counts: [String: Int], account: String?, accountDeletedAt: Timestamp? = nil
  ) {
    self.hasContent = hasContent
    self.lastSyncedAt = lastSyncedAt
    self.pending = pending
    self.quarantined = quarantined
    self.undecodable = undecodable
    self.counts = counts
    self.account = account
    self.accountDeletedAt = accountDeletedAt
  }
}

/// A local change that the server refused for good, with its reason.
public struct QuarantinedRecord: Codable, Hashable, Sendable {
  public var record: LibraryRecord
  public var problem: Problem

  public init(record: LibraryRecord, problem: Problem) {
    self.record = record
    self.problem = problem
  }
}
