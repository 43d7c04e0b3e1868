import Foundation
import GRDB
import StorylineModels

/// Offers a snapshot whose parts are stored, and removes what has to go because of it.
struct SaveSnapshot {
  static let partSQL = """
    INSERT INTO snapshot_part (sha256, bytes) VALUES (:sha256, :bytes) ON CONFLICT (sha256) DO NOTHING
    """
  static let insertSQL = """
    INSERT INTO snapshot (id, stream, epoch, seq, created_at, manifest)
    VALUES (:id, :stream, :epoch, :seq, :at, :manifest)
    """
  static let useSQL = "INSERT INTO snapshot_part_use (snapshot, position, sha256) VALUES (:id, :position, :sha256)"
  static let supersedeSQL = """
    UPDATE snapshot SET superseded_at = :at WHERE stream = :stream AND superseded_at IS NULL AND id <> :id
    """

  let built: BuiltSnapshot
  let now: Timestamp

  static func keep(_ file: PartFile, in db: Database) throws {
    try db.cachedStatement(sql: partSQL).execute(arguments: ["sha256": file.sha256, "bytes": file.bytes])
  }

  /// The newest manifest: this one, unless there is one that is as new already.
  func run(in db: Database) throws -> SnapshotManifest {
    let present = try ReadStream.content(in: db)
    // A restore or another snapshot was quicker; the parts that nobody uses go with the sweep.
    guard present.epochBytes == built.stream.epochBytes else { throw StoreError.busy }
    if let newest = try ReadSnapshot.newest(of: present, in: db), newest.seq >= built.seq {
      try SweepSnapshots(now: now).run(in: db)
      guard let manifest = try ReadSnapshot.newestManifest(in: db) else { throw StoreError.busy }
      return manifest
    }
    let manifest = built.manifest(created: now)
    try insert(manifest, in: db)
    let sweep = SweepSnapshots(now: now)
    try sweep.takeDown(before: built, in: db)
    try sweep.run(in: db)
    return manifest
  }

  private func insert(_ manifest: SnapshotManifest, in db: Database) throws {
    try db.cachedStatement(sql: Self.insertSQL).execute(arguments: [
      "id": manifest.id, "stream": built.stream.id, "epoch": built.stream.epochBytes, "seq": built.seq,
      "at": now.milliseconds, "manifest": try StorylineJSON.encode(manifest),
    ])
    for (position, part) in manifest.parts.enumerated() {
      try db.cachedStatement(sql: Self.useSQL).execute(arguments: [
        "id": manifest.id, "position": position, "sha256": Data(hexadecimal: part.sha256),
      ])
    }
    try db.cachedStatement(sql: Self.supersedeSQL).execute(arguments: [
      "at": now.milliseconds, "stream": built.stream.id, "id": manifest.id,
    ])
  }
}
