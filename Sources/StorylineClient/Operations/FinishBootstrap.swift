import Foundation
import GRDB
import StorylineModels

/// Takes a complete snapshot over in one transaction: its rows, the removal of what it does not have, and its cursor.
struct FinishBootstrap {
  let wall: Timestamp

  func run(in db: Database) throws -> ContentOutcome {
    var outcome = ContentOutcome()
    var stream = try StreamRow.fetch(.content, in: db)
    guard try BootstrapStep.next(in: db) == .finish, let bootstrap = try BootstrapRow.fetch(db) else {
      outcome.dropped = true
      return outcome
    }
    if stream.epoch != bootstrap.manifest.epoch {
      stream.epoch = bootstrap.manifest.epoch
      stream.lineage += 1
    }
    stream.walk += 1
    // While it walks a row's rev says nothing about when it was published.
    stream.walking = true
    let rows = try Row.fetchCursor(db, sql: "SELECT wire FROM staged_row ORDER BY key")
    while let row = try rows.next() {
      let change = try ContentChange(wire: try RawJSON(validating: row["wire"] as Data))
      if try ApplyContentChange(change: change, stream: stream).run(in: db) { outcome.changed += 1 }
    }
    outcome.swept = try SweepContent(walk: stream.walk, wall: wall).run(in: db)
    stream.heads = []
    // Never the head: between the snapshot and the head there are rows that the pages bring.
    stream.cursor = bootstrap.manifest.cursor
    stream.walking = false
    stream.complete = true
    try stream.save(in: db)
    try BootstrapRow.clear(in: db)
    return outcome
  }
}
