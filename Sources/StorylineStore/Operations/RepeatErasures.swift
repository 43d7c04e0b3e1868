import Foundation
import GRDB
import StorylineModels

/// Does again what the ledger says was erased and the database does not know of. Doing it twice changes nothing.
struct RepeatErasures {
  let erasures: [Erasure]
  let secrets: Secrets
  let now: Timestamp

  /// How many had to be done again.
  func run(in db: Database) throws -> Int {
    let readers = erasures.isEmpty ? [:] : try readers(in: db)
    var count = 0
    for erasure in erasures {
      // An account that is not there was erased already, or the copy is older than the account.
      guard let reader = readers[erasure.account], try CreateReader.exists(reader, in: db) else { continue }
      if try erase(erasure, of: reader, in: db) { count += 1 }
    }
    try LedgerCount.set(erasures.count, in: db)
    return count
  }

  private func readers(in db: Database) throws -> [Data: ReaderID] {
    let ids = try Data.fetchAll(db, sql: "SELECT id FROM reader").map(ReaderID.init(bytes:))
    return Dictionary(uniqueKeysWithValues: ids.map { (secrets.accountDigest($0), $0) })
  }

  private func erase(_ erasure: Erasure, of reader: ReaderID, in db: Database) throws -> Bool {
    switch erasure.extent {
    case .account(let time):
      try EraseAccount(reader: reader, account: erasure.account, erasedAt: time).run(in: db)
    case .library(let purgedBefore, let generation):
      let stream = try ReadStream.library(of: reader, in: db)
      if let known = stream.purgedBefore, known >= purgedBefore { return false }
      try EraseLibrary(
        stream: stream, purgedBefore: purgedBefore, generation: max(generation, stream.generation + 1), now: now
      ).run(in: db)
    }
    return true
  }
}

/// How many lines of the ledger the database knows of. Another number than the ledger's says that one was put back.
enum LedgerCount {
  static func read(in db: Database) throws -> Int {
    try Int.fetchOne(db, sql: "SELECT ledger_lines FROM instance WHERE id = 1") ?? 0
  }

  static func set(_ count: Int, in db: Database) throws {
    try db.execute(sql: "UPDATE instance SET ledger_lines = :count WHERE id = 1", arguments: ["count": count])
  }

  static func increment(in db: Database) throws {
    try db.execute(sql: "UPDATE instance SET ledger_lines = ledger_lines + 1 WHERE id = 1")
  }
}
