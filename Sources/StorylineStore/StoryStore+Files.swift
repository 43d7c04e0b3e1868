import Foundation
import GRDB
import StorylineModels
import StorylineSQLite

/// What a backup wrote.
public struct BackupReport: Hashable, Sendable {
  public var path: String
  public var bytes: Int
  /// The last commit of the content that is in it; 0 if nothing was published.
  public var contentSeq: Int64
}

/// What a restore did.
public struct RestoreReport: Hashable, Sendable {
  public var path: String
  /// Where the file lies that was in its place; nil if there was none.
  public var kept: String?
  /// The last commit of the content that is there now.
  public var contentSeq: Int64
  /// How many erasures of the ledger the backup did not know of.
  public var erasuresRepeated: Int
}

extension StoryStore {
  /// Writes a copy of the database file at `path`, as it is at one moment, to the new file `target`.
  ///
  /// Safe while `storylined` runs: the copy is made through a connection that only reads, so it neither writes nor
  /// folds the write-ahead log, and what it reads is one snapshot. `target` appears whole or not at all.
  ///
  /// - Throws: `StoreError.malformed` if `target` is there already, `.foreignDatabase`, `.damaged`, `.permissions`.
  public static func backUp(_ path: String, to target: String) throws -> BackupReport {
    do {
      return try BackupDatabase(path: path, target: target).run()
    } catch {
      throw StoreError(error)
    }
  }

  /// Puts `backup` in the place of the database file at `path`, as an operator who knows what happened.
  ///
  /// The backup is checked first, gets a new incarnation and is rid of what was erased since it was made; then it takes
  /// the place of the file in one step. The file that was there is kept beside it.
  ///
  /// - Throws: `StoreError.locked` if `storylined` runs, `.foreignDatabase`, `.newerSchema`, `.damaged`: then nothing
  ///   was changed.
  public static func restore(_ path: String, from backup: String, options: StoreOptions) throws -> RestoreReport {
    do {
      let lock = try FileLock(path: path + ".lock")
      defer { lock.release() }
      return try RestoreDatabase(path: path, backup: backup, options: options).run()
    } catch {
      throw StoreError(error)
    }
  }
}
