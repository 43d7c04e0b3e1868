import GRDB

/// Makes the replica that of one account, at its first sync and for ever.
struct BindAccount {
  let account: String

  /// - Throws: `ReplicaError.otherAccount`: marks of one reader are never sent in another's name.
  func run(in db: Database) throws {
    if let held = try ReplicaRow.fetch(db).account {
      guard held == account else { throw ReplicaError.otherAccount(held: held, given: account) }
    } else {
      try db.run("UPDATE replica SET account = ?", [account])
    }
  }
}
