import Foundation
import GRDB
import StorylineModels

/// What every start does before anything is served: makes a new database's identity, finds out whether the file is an
/// older copy of the one that was served last, and repeats erasures that it does not know of.
struct RecogniseDatabase {
  let erasures: ErasureLedger
  let fingerprint: FingerprintFile?
  let options: StoreOptions

  func run(on writer: any DatabaseWriter) throws {
    let known = try erasures.erasures()
    let events = try writer.write { db in
      try EnsureInstance(options: options).run(in: db)
      return try recognise(known, in: db)
    }
    for event in events { options.report(event) }
    // After the commit: a crash in between costs another new epoch, and no more.
    if let fingerprint { try writer.writeWithoutTransaction { try fingerprint.write(in: $0) } }
  }

  private func recognise(_ known: [Erasure], in db: Database) throws -> [StoreEvent] {
    var events: [StoreEvent] = []
    let last = fingerprint?.read()
    let mismatch = try last.flatMap { last in
      try fingerprint.flatMap { FileIdentity(path: $0.database) }.flatMap { try last.mismatch(file: $0, in: db) }
    }
    if try mismatch != nil || LedgerCount.read(in: db) != known.count {
      let secrets = Secrets(pepper: options.pepper)
      let count = try RepeatErasures(erasures: known, secrets: secrets, now: options.now()).run(in: db)
      if count > 0 { events.append(.erasuresRepeated(count)) }
    }
    if let mismatch {
      try MintIncarnation(lastServed: last.flatMap { Data(base64URL: $0.incarnation) }, options: options).run(in: db)
      events.append(.restoreFound(mismatch))
    }
    try EraseAccount.forget(now: options.now(), in: db)
    return events
  }
}
