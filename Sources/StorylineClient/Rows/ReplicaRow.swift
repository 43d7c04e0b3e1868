import GRDB
import StorylineModels

/// What a replica knows of itself: its node, its account, its clock.
struct ReplicaRow {
  var account: String?
  /// The device whose credentials it last synced with.
  var device: String?
  var clock: HybridClock
  var syncedAt: Timestamp?
  /// When the server said that the account was deleted.
  var erasedAt: Timestamp?
  /// Which version of the software made the derived tables.
  var decoder: Int64

  static func fetch(_ db: Database) throws -> ReplicaRow {
    guard let row = try db.row("SELECT * FROM replica") else { throw ReplicaError.storage("the replica has no node") }
    let last = HybridClock.Reading(
      physical: UInt64(clamping: row["last_physical"] as Int64), counter: UInt16(clamping: row["last_counter"] as Int64)
    )
    let serverMax = HybridClock.Reading(
      physical: UInt64(clamping: row["server_physical"] as Int64),
      counter: UInt16(clamping: row["server_counter"] as Int64))
    return ReplicaRow(
      account: row["account"], device: row["device"],
      clock: HybridClock(
        node: UInt64(bitPattern: row["node"] as Int64), last: last, serverMax: serverMax, offset: row["clock_offset"]),
      syncedAt: (row["synced_at"] as Int64?).map(Timestamp.init(milliseconds:)),
      erasedAt: (row["erased_at"] as Int64?).map(Timestamp.init(milliseconds:)), decoder: row["decoder"])
  }

  /// Gives a new replica its node; one that has it keeps it.
  static func establish(node: UInt64, in db: Database) throws {
    try db.run(
      "INSERT OR IGNORE INTO replica (one, node, decoder) VALUES (1, ?, ?)",
      [Int64(bitPattern: node), ReplicaSchema.decoder])
  }

  /// Makes it another replica that holds the same: two that stamp with one node would be hard to tell apart.
  static func renew(node: UInt64, in db: Database) throws {
    try db.run("UPDATE replica SET node = ?", [Int64(bitPattern: node)])
  }

  static func noteSync(at moment: Timestamp, in db: Database) throws {
    try db.run("UPDATE replica SET synced_at = ?, erased_at = NULL", [moment.milliseconds])
  }

  static func noteErasure(at moment: Timestamp, in db: Database) throws {
    try db.run("UPDATE replica SET erased_at = ?", [moment.milliseconds])
  }

  static func save(_ clock: HybridClock, in db: Database) throws {
    try db.run(
      """
      UPDATE replica SET last_physical = ?, last_counter = ?, server_physical = ?, server_counter = ?, clock_offset = ?
      """,
      [
        Int64(clock.last.physical), Int64(clock.last.counter), Int64(clock.serverMax.physical),
        Int64(clock.serverMax.counter), clock.offset,
      ])
  }
}
