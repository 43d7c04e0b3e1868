import GRDB
import StorylineModels

/// Goes back to the beginning of the library, because its history is not the one we followed (protocol, 2.9).
struct RestartLibrary {
  /// The cursor that the server refused; another process may have gone on meanwhile.
  let refused: StorylineModels.Cursor?
  let reasons: Set<String>
  let purgedBefore: Stamp?

  func run(in db: Database) throws {
    var stream = try StreamRow.fetch(.library, in: db)
    guard stream.cursor == refused else { return }
    var reasons = reasons.isEmpty ? ["restored"] : reasons
    if reasons.remove("purged") != nil {
      if let purgedBefore {
        // The reader had it erased, here too and at once, sent or not; what is stamped later survives.
        try db.run("DELETE FROM library WHERE stamp <= ?", [purgedBefore.description])
        // What a slow clock stamps from now on must lie above it too.
        var clock = try ReplicaRow.fetch(db).clock
        clock.merge(purgedBefore)
        try ReplicaRow.save(clock, in: db)
        reasons.insert("restored")
      } else {
        reasons.insert("compacted")
      }
    }
    stream.cursor = nil
    stream.epoch = nil
    stream.walk += 1
    stream.walking = true
    stream.reasons.formUnion(reasons)
    try stream.save(in: db)
  }
}

/// At the end of a walk: what the server does not have is pushed again or was deleted, by the reasons of the walk.
struct FinishLibraryWalk {
  let stream: StreamRow
  var mutants: Set<ClientMutant> = []

  func run(in db: Database) throws {
    // Absent after a compaction means deleted. After a restore, or for a reason we do not know, it means lost: better
    // to bring back too much than to lose a mark.
    if stream.reasons == ["compacted"] {
      try db.run("DELETE FROM library WHERE walk < ? AND dirty = 0 AND acked = 1 AND problem IS NULL", [stream.walk])
    }
    if mutants.contains(.pushesNothingAgain) { return try db.run("UPDATE library SET dirty = 0 WHERE dirty = 2") }
    try db.run(
      """
      UPDATE library SET dirty = CASE WHEN acked = 1 AND dirty <> 1 THEN 2 ELSE 1 END
      WHERE walk < ? AND problem IS NULL
      """,
      [stream.walk])
  }
}
