import GRDB
import StorylineModels

/// How far a replica has followed one stream.
struct StreamRow: Equatable {
  let kind: StreamKind
  /// nil is the beginning.
  var cursor: StorylineModels.Cursor?
  var epoch: Epoch?
  /// Counts the epochs seen: revs of different lineages cannot be compared.
  var lineage: Int64
  /// Counts the walks from the beginning; rows carry the number of the last walk that saw them.
  var walk: Int64
  /// Whether a walk over data that we already hold is under way.
  var walking: Bool
  /// Whether the end was reached at least once.
  var complete: Bool
  /// Why the present walk of a library was begun.
  var reasons: Set<String>
  /// Where the log stood at each page of a walk that has not reached its end.
  var heads: [StorylineModels.Cursor]

  static func fetch(_ kind: StreamKind, in db: Database) throws -> StreamRow {
    guard let row = try db.row("SELECT * FROM stream WHERE kind = ?", [kind.rawValue]) else {
      throw ReplicaError.storage("the replica has no stream “\(kind.rawValue)”")
    }
    let (reasons, heads): (String, String) = (row["reasons"], row["heads"])
    return StreamRow(
      kind: kind, cursor: (row["cursor"] as String?).map(StorylineModels.Cursor.init(rawValue:)),
      epoch: (row["epoch"] as String?).map(Epoch.init(rawValue:)), lineage: row["lineage"], walk: row["walk"],
      walking: row["walking"], complete: row["complete"],
      reasons: Set(reasons.split(separator: " ").map(String.init)),
      heads: heads.split(separator: " ").map { StorylineModels.Cursor(rawValue: String($0)) })
  }

  func save(in db: Database) throws {
    try db.run(
      """
      UPDATE stream SET cursor = ?, epoch = ?, lineage = ?, walk = ?, walking = ?, complete = ?, reasons = ?,
        heads = ?
      WHERE kind = ?
      """,
      [
        cursor?.rawValue, epoch?.rawValue, lineage, walk, walking, complete, reasons.sorted().joined(separator: " "),
        heads.map(\.rawValue).joined(separator: " "),
        kind.rawValue,
      ])
  }
}
