import GRDB
import StorylineModels

/// Forgets old deletions of content, and raises the floor below which no cursor is answered.
struct CollectTombstones {
  static let oldestSQL = """
    SELECT max(seq) FROM content_record
    WHERE stream = :stream AND deleted = 1 AND updated_at <= :before AND seq <= :limit
    """
  static let deleteSQL = """
    DELETE FROM content_record WHERE stream = :stream AND deleted = 1 AND updated_at <= :before AND seq <= :limit
    """
  static let floorSQL = "UPDATE stream SET floor = :floor WHERE id = :stream AND floor < :floor"

  /// Deletions from before this moment.
  let before: Int64
  var mutants: Set<StoreMutant> = []

  /// The seq of the last deletion that is old enough; nil if there is none.
  func candidate(in db: Database, limit: Int64 = .max) throws -> Int64? {
    try Int64.fetchOne(
      db.cachedStatement(sql: Self.oldestSQL),
      arguments: ["stream": EnsureInstance.contentStream, "before": before, "limit": limit])
  }

  /// Never above the newest snapshot: whoever is refused because of the floor must find a place to start again that is
  /// not refused in its turn.
  func run(in db: Database) throws -> TombstoneCollection {
    let stream = try ReadStream.content(in: db)
    let isFree = mutants.contains(.collectsWithoutSnapshot)
    let limit = isFree ? .max : try ReadSnapshot.newest(of: stream, in: db)?.seq ?? 0
    guard let floor = try candidate(in: db, limit: limit) else {
      return TombstoneCollection(collected: 0, floor: stream.floor)
    }
    let arguments: StatementArguments = ["stream": stream.id, "before": before, "limit": limit]
    try db.cachedStatement(sql: Self.deleteSQL).execute(arguments: arguments)
    let collected = db.changesCount
    try db.cachedStatement(sql: Self.floorSQL).execute(arguments: ["floor": floor, "stream": stream.id])
    return TombstoneCollection(collected: collected, floor: max(floor, stream.floor))
  }
}
