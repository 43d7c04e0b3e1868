import GRDB

/// Removes all that a replica holds of its reader and for her.
struct WipeReplica {
  func run(in db: Database) throws {
    try BootstrapRow.clear(in: db)
    for table in ["library", "article_version", "search", "evidence", "amendment", "article", "content"] {
      try db.run("DELETE FROM \(table)")
    }
    try db.run(
      "UPDATE stream SET cursor = NULL, epoch = NULL, lineage = 0, walk = 0, walking = 0, complete = 0, reasons = '', heads = ''"
    )
    try db.run("UPDATE replica SET account = NULL, device = NULL, synced_at = NULL, erased_at = NULL")
  }
}
