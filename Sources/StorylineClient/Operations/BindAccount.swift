import GRDB

/// Makes the replica that of one account, at its first sync and for ever.
///
/// A device id other than the last one says that the file was copied, or put back from another device's backup (edge
/// cases 9 to 11): it goes on with a node of its own, and keeps data, outbox and cursors.
struct BindAccount {
  let account: String
  let device: String
  /// For a replica that came to another device.
  let node: UInt64

  /// - Throws: `ReplicaError.otherAccount`: marks of one reader are never sent in another's name.
  func run(in db: Database) throws {
    let replica = try ReplicaRow.fetch(db)
    if let held = replica.account, held != account {
      throw ReplicaError.otherAccount(held: held, given: account)
    }
    if let held = replica.device, held != device { try ReplicaRow.renew(node: node, in: db) }
    guard replica.account != account || replica.device != device else { return }
    try db.run("UPDATE replica SET account = ?, device = ?", [account, device])
  }
}
