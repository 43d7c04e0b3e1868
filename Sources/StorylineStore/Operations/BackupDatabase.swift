import Foundation
import GRDB
import StorylineModels
import StorylineSQLite

/// Copies a database that may be in use.
struct BackupDatabase {
  let path: String
  let target: String

  func run() throws -> BackupReport {
    guard FileManager.default.fileExists(atPath: path) else { throw StoreError.permissions("\(path): no such file") }
    guard !FileManager.default.fileExists(atPath: target) else {
      throw StoreError.malformed("\(target) is there already; a backup never replaces a file")
    }
    let draft = "\(target).\(UInt32.random(in: .min ... .max)).new"
    defer { unlink(draft) }
    // SQLite would make it readable for everybody.
    guard FileManager.default.createFile(atPath: draft, contents: nil, attributes: [.posixPermissions: 0o600]) else {
      throw DurableFile.failure(draft)
    }
    try copy(to: draft)
    let seq = try check(draft)
    try DurableFile.sync(draft)
    // `link` and not `rename`: it never replaces a file that somebody else just made.
    guard link(draft, target) == 0 else { throw DurableFile.failure(target) }
    try DurableFile.syncDirectory(of: target)
    let size = try FileManager.default.attributesOfItem(atPath: target)[.size] as? Int
    return BackupReport(path: target, bytes: size ?? 0, contentSeq: seq)
  }

  private func copy(to draft: String) throws {
    let source = try DatabaseQueue(path: path, configuration: Self.reading)
    defer { try? source.close() }
    try source.inDatabase { db in
      try StoreSchema.history.check(db)
      try db.execute(sql: "VACUUM INTO ?", arguments: [draft])
    }
  }

  private func check(_ draft: String) throws -> Int64 {
    let copy = try DatabaseQueue(path: draft, configuration: Self.reading)
    defer { try? copy.close() }
    return try copy.inDatabase { db in
      try DatabaseIntegrity.check(db)
      let sql = "SELECT head FROM stream WHERE id = :stream"
      return try Int64.fetchOne(db, sql: sql, arguments: ["stream": EnsureInstance.contentStream]) ?? 0
    }
  }

  /// Neither writes nor folds the write-ahead log.
  static var reading: Configuration {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    return configuration
  }
}

/// Looks at every page and every row.
enum DatabaseIntegrity {
  static func check(_ db: Database) throws {
    let finding = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? ""
    guard finding == "ok" else { throw StoreError.damaged(finding) }
    guard try Row.fetchOne(db, sql: "PRAGMA foreign_key_check") == nil else {
      throw StoreError.damaged("a row refers to another that is missing")
    }
  }
}
