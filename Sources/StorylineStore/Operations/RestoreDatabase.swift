import Foundation
import GRDB
import StorylineModels
import StorylineSQLite

/// Puts a backup in the place of a database file that nobody has open.
///
/// A crash at any moment leaves either the old database or the new one: the new one is finished and on the disk before
/// it gets the name, and the old one keeps a second name before it loses its own.
struct RestoreDatabase {
  let path: String
  let backup: String
  let options: StoreOptions

  func run() throws -> RestoreReport {
    guard FileManager.default.fileExists(atPath: backup) else {
      throw StoreError.permissions("\(backup): no such file")
    }
    let draft = "\(path).restore-\(UInt32.random(in: .min ... .max))"
    defer { for suffix in ["", "-wal", "-shm"] { unlink(draft + suffix) } }
    try copy(to: draft)
    let prepared = try prepare(draft)
    try DurableFile.sync(draft)
    foldLog()
    let kept = try keep()
    try DurableFile.move(draft, to: path)
    try FingerprintFile(database: path).replace(prepared.fingerprint)
    return RestoreReport(
      path: path, kept: kept, contentSeq: prepared.fingerprint.seq, erasuresRepeated: prepared.erasures)
  }

  /// Does all of it to a copy, which is thrown away, and looks at every row of that.
  func check() throws -> (report: RestoreReport, verification: VerificationReport) {
    guard FileManager.default.fileExists(atPath: backup) else {
      throw StoreError.permissions("\(backup): no such file")
    }
    let draft = "\(path).restore-\(UInt32.random(in: .min ... .max))"
    defer { for suffix in ["", "-wal", "-shm"] { unlink(draft + suffix) } }
    try copy(to: draft)
    let prepared = try prepare(draft)
    var verification = try StoryStore.verify(draft)
    verification.path = backup
    let report = RestoreReport(
      path: path, kept: nil, contentSeq: prepared.fingerprint.seq, erasuresRepeated: prepared.erasures)
    return (report, verification)
  }

  /// With its write-ahead log, in case that somebody copied a database that was open.
  private func copy(to draft: String) throws {
    for suffix in ["", "-wal"] where suffix.isEmpty || FileManager.default.fileExists(atPath: backup + suffix) {
      do {
        try FileManager.default.copyItem(atPath: backup + suffix, toPath: draft + suffix)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: draft + suffix)
      } catch {
        throw StoreError.permissions("\(backup + suffix) cannot be copied to \(draft + suffix)")
      }
    }
  }

  private func prepare(_ draft: String) throws -> (fingerprint: Fingerprint, erasures: Int) {
    let ledger = try (options.erasures ?? .file(at: path + ".erasures")).erasures()
    let lastServed = FingerprintFile(database: path).read().flatMap { Data(base64URL: $0.incarnation) }
    let repeating = RepeatErasures(erasures: ledger, secrets: Secrets(pepper: options.pepper), now: options.now())
    guard try isOurs(draft) else { throw StoreError.foreignDatabase }
    let database = try SQLiteDatabase.open(.walFile(draft), schema: StoreSchema.history)
    do {
      try database.writer.writeWithoutTransaction { try DatabaseIntegrity.check($0) }
      let erasures = try database.writer.write { db in
        let erasures = try repeating.run(in: db)
        try MintIncarnation(lastServed: lastServed, options: options).run(in: db)
        return erasures
      }
      guard let identity = FileIdentity(path: draft) else { throw DurableFile.failure(draft) }
      let fingerprint = try database.writer.read { try Fingerprint(file: identity, in: $0) }
      try database.close()
      return (fingerprint, erasures)
    } catch {
      try? database.close()
      throw error
    }
  }

  /// An empty file would be taken for a new database.
  private func isOurs(_ draft: String) throws -> Bool {
    let queue = try DatabaseQueue(path: draft)
    defer { try? queue.close() }
    return try queue.inDatabase { db in try Int32.fetchOne(db, sql: "PRAGMA application_id") }
      == StoreSchema.applicationID
  }

  /// Puts what a killed process left in the log into the present file, so that it is whole without it. If the file is
  /// too broken for that, and this is why it is being replaced, it is kept with its log.
  private func foldLog() {
    guard FileManager.default.fileExists(atPath: path + "-wal"), let queue = try? DatabaseQueue(path: path) else {
      return
    }
    _ = try? queue.inDatabase { try $0.checkpoint(.truncate) }
    try? queue.close()
  }

  /// Gives the present file a second name, with its log if it has one; then the log goes, because SQLite would take it
  /// for the new file's.
  private func keep() throws -> String? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let time = options.now().description.filter { $0 != ":" && $0 != "-" }
    let kept = "\(path).before-restore-\(time)"
    for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
      guard link(path + suffix, kept + suffix) == 0 else { throw DurableFile.failure(kept + suffix) }
    }
    try DurableFile.syncDirectory(of: path)
    for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
    return kept
  }
}
