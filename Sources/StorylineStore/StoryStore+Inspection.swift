import Foundation
import GRDB
public import StorylineModels
import StorylineSQLite

/// What a look at every row found.
public struct VerificationReport: Hashable, Sendable, Codable {
  public var path: String
  /// The last commit of the content; 0 if nothing was published.
  public var contentSeq: Int64
  /// Rows that were looked at.
  public var rows: Int
  /// SHA-256 of all that is published, in hexadecimal digits: equal content has equal digests.
  public var contentDigest: String
  /// The same of all libraries; nobody's records can be told from it.
  public var libraryDigest: String
  /// What is wrong, at most a hundred of them; empty if all is well.
  public var findings: [String]
}

/// How much of everything there is. Nothing in it tells what anybody reads.
public struct StoreStatistics: Hashable, Sendable, Codable {
  /// Published records by kind.
  public var records: [String: Int] = [:]
  public var deletedRecords = 0
  public var commits = 0
  public var contentSeq: Int64 = 0
  public var lastCommit: Timestamp?
  public var scheduled = 0
  public var readers = 0
  /// Devices that are signed in.
  public var devices = 0
  public var openInvites = 0
  public var libraryRecords = 0
  public var libraryBytes = 0
  public var snapshots = 0
  public var snapshotBytes = 0
  /// Images.
  public var media = 0
  public var mediaBytes = 0
  /// Of them: what no record names yet.
  public var unusedMedia = 0
  public var schema = 0
  public var fileBytes = 0
  /// Of the file: what is free for new rows.
  public var freeBytes = 0
  /// Of the write-ahead log.
  public var logBytes = 0
}

extension StoryStore {
  /// Looks at every row of the database file at `path`, or of a backup: its form, its numbers, its digests.
  ///
  /// Safe while `storylined` runs: it only reads, and sees one moment.
  ///
  /// - Throws: `StoreError` if there is nothing to look at: no file, another application's, a newer or older schema, or
  ///   one that SQLite itself cannot read.
  public static func verify(_ path: String) throws -> VerificationReport {
    try inspecting(path) { db in try VerifyDatabase(path: path).run(in: db) }
  }

  /// Counts what is in the database file at `path`, while `storylined` runs or not.
  public static func statistics(_ path: String, now: Timestamp) throws -> StoreStatistics {
    try inspecting(path) { db in try CountDatabase(path: path, now: now).run(in: db) }
  }

  /// Whether `backup` could be put in the place of the database at `path`, and what that would do. Changes nothing.
  ///
  /// - Throws: `StoreError` for what would keep it from being restored.
  public static func checkRestore(
    _ path: String, from backup: String, options: StoreOptions
  ) throws -> (report: RestoreReport, verification: VerificationReport) {
    do {
      return try RestoreDatabase(path: path, backup: backup, options: options).check()
    } catch {
      throw StoreError(error)
    }
  }

  private static func inspecting<Value>(_ path: String, _ work: (Database) throws -> Value) throws -> Value {
    do {
      guard FileManager.default.fileExists(atPath: path) else { throw StoreError.permissions("\(path): no such file") }
      let queue = try DatabaseQueue(path: path, configuration: BackupDatabase.reading)
      defer { try? queue.close() }
      return try queue.inDatabase { db in
        try StoreSchema.history.check(db)
        var value: Value?
        try db.inTransaction(.deferred) {
          value = try work(db)
          return .rollback
        }
        guard let value else { throw StoreError.unexpected("a transaction ended without a result") }
        return value
      }
    } catch {
      throw StoreError(error)
    }
  }
}
