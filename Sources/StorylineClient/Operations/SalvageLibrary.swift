import Foundation
import GRDB
import StorylineModels

/// What could be read of a damaged replica: whose it is, and her marks. The content comes from the server again.
struct SalvagedReplica {
  var account: String?
  var device: String?
  var last = HybridClock.Reading.zero
  var serverMax = HybridClock.Reading.zero
  var rows: [LibraryKey: LibraryRow] = [:]

  /// Reads as far as the file can be read, from both ends.
  init(path: String) {
    var configuration = Configuration()
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cell_size_check = ON") }
    // A file of which nothing can be read is salvaged with nothing; there is no better answer to any error here.
    guard let database = try? DatabaseQueue(path: path, configuration: configuration) else { return }
    try? database.read { db in
      readReplica(in: db)
      for order in ["kind, id", "kind DESC, id DESC"] { readRows(order, in: db) }
    }
    try? database.close()
  }

  private mutating func readReplica(in db: Database) {
    guard let replica = try? ReplicaRow.fetch(db) else { return }
    (account, device) = (replica.account, replica.device)
    (last, serverMax) = (replica.clock.last, replica.clock.serverMax)
  }

  private mutating func readRows(_ order: String, in db: Database) {
    guard let cursor = try? Row.fetchCursor(db, sql: "SELECT * FROM library ORDER BY \(order)") else { return }
    while let row = try? cursor.next() {
      guard let read = try? LibraryRow(row: row), read.record.key.isWellFormed else { continue }
      rows[read.record.key] = read
      last = max(last, HybridClock.Reading(read.record.stamp))
    }
  }

  /// Puts it into a new replica. What the server has of it a walk from the beginning finds out; the rest is pushed.
  func restore(in db: Database) throws {
    try db.run("UPDATE replica SET account = ?, device = ?", [account, device])
    var clock = try ReplicaRow.fetch(db).clock
    (clock.last, clock.serverMax) = (last, serverMax)
    try ReplicaRow.save(clock, in: db)
    for row in rows.values {
      var row = row
      row.walk = 0
      try row.save(in: db)
    }
    guard !rows.isEmpty else { return }
    var stream = try StreamRow.fetch(.library, in: db)
    stream.walk = 1
    stream.walking = true
    stream.reasons = ["restored"]
    try stream.save(in: db)
  }
}
