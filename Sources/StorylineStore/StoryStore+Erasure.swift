import Foundation
import GRDB
import StorylineModels
import StorylineSQLite

extension StoryStore {
  /// Deletes all records of a reader's library, for good: no device that still has them may bring them back.
  ///
  /// Every device gets `epochChanged` with the reason `purged`. The ledger's note is on the disk before anything is
  /// deleted, so a crash in between only delays the erasure until the next start.
  ///
  /// - Throws: `StoreError.unknownReader`.
  public func eraseLibrary(of reader: ReaderID) async throws {
    let (digest, now) = (secrets.accountDigest(reader), options.now())
    // After a failure too: it is not always known whether the commit came before it.
    defer { noteLibraryChange(of: reader) }
    try await write { [erasures] db in
      let erase = EraseLibrary(of: try ReadStream.library(of: reader, in: db), now: now)
      try erasures.append(
        Erasure(
          account: digest, extent: .library(purgedBefore: erase.purgedBefore, generation: erase.generation)))
      try erase.run(in: db)
      try LedgerCount.increment(in: db)
    }
    await forgetBytes()
  }

  /// Deletes a reader's account with all that belongs to it. Its tokens are answered with `accountDeleted` for 90 days.
  ///
  /// - Throws: `StoreError.unknownReader`.
  public func eraseAccount(of reader: ReaderID) async throws {
    let (digest, now) = (secrets.accountDigest(reader), options.now())
    // After a failure too: what is forgotten is asked for again.
    defer { endAccess(of: reader) }
    try await write { [erasures] db in
      guard try CreateReader.exists(reader, in: db) else { throw StoreError.unknownReader }
      try erasures.append(Erasure(account: digest, extent: .account(erasedAt: now)))
      try EraseAccount(reader: reader, account: digest, erasedAt: now).run(in: db)
      try EraseAccount.forget(now: now, in: db)
      try LedgerCount.increment(in: db)
    }
    await forgetBytes()
  }

  /// What a restore of a backup does to an open store: erasures are repeated, and every stream gets a new epoch with
  /// the reason `restored`.
  public func markRestored() async throws {
    let repeating = try repeating()
    defer { forgetEverything() }
    report(
      try await write { [options] db in
        // Erasures first: then the epochs that devices know from before lead to the same generations.
        let count = try repeating.run(in: db)
        try MintIncarnation(options: options).run(in: db)
        return count
      })
    await writeFingerprint()
  }

  private func report(_ count: Int) {
    guard count > 0 else { return }
    options.report(.erasuresRepeated(count))
  }

  /// Repeats the erasures that the database does not know of, as every start does.
  public func repeatErasures() async throws {
    let repeating = try repeating()
    defer { forgetEverything() }
    report(try await write { db in try repeating.run(in: db) })
  }

  private func repeating() throws -> RepeatErasures {
    do {
      return RepeatErasures(erasures: try erasures.erasures(), secrets: secrets, now: options.now())
    } catch {
      throw StoreError(error)
    }
  }

  /// The write-ahead log still has what was erased until it begins anew.
  private func forgetBytes() async {
    guard case .walFile = database.kind else { return }
    // A reader may be in the way. The next checkpoint does it then, and nothing depends on when.
    _ = try? await database.writer.writeWithoutTransaction { try $0.checkpoint(.truncate) }
  }
}
