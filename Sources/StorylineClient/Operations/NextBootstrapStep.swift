import GRDB
import StorylineModels

/// What is to be done next to take a snapshot.
///
/// It follows from the replica's file alone, so that it goes on after a restart of the app, and two processes at once
/// help each other.
enum BootstrapStep: Equatable {
  /// The content has a cursor: the snapshot was taken, perhaps by another process.
  case done
  case manifest
  case download(SnapshotManifest.Part, from: Int)
  case stage(SnapshotManifest.Part)
  case finish

  static func next(in db: Database) throws -> BootstrapStep {
    guard try StreamRow.fetch(.content, in: db).cursor == nil else { return .done }
    guard let bootstrap = try BootstrapRow.fetch(db) else { return .manifest }
    for part in bootstrap.manifest.parts where try !BootstrapRow.isStaged(part.sha256, in: db) {
      let received = try BootstrapRow.received(part.sha256, in: db)
      return received < part.bytes ? .download(part, from: received) : .stage(part)
    }
    return .finish
  }
}

/// Begins to take the snapshot of a manifest, or goes over to it from another one.
struct BeginBootstrap {
  let manifest: SnapshotManifest

  func run(in db: Database) throws {
    guard try StreamRow.fetch(.content, in: db).cursor == nil else { return }
    try BootstrapRow(manifest: manifest).save(in: db)
    // A month that did not change has the same digest in every snapshot: its bytes are good for this one too.
    let wanted = Set(manifest.parts.map(\.sha256))
    let known = try db.rows("SELECT sha256 FROM part_staged UNION SELECT sha256 FROM part_download")
    for row in known {
      let sha256: String = row["sha256"]
      if wanted.contains(sha256) { continue }
      try BootstrapRow.dropBytes(of: sha256, in: db)
      try db.run("DELETE FROM staged_row WHERE sha256 = ?", [sha256])
      try db.run("DELETE FROM part_staged WHERE sha256 = ?", [sha256])
    }
  }
}

/// Gives the snapshot up; the content will be walked page by page instead.
struct AbandonBootstrap {
  func run(in db: Database) throws {
    var stream = try StreamRow.fetch(.content, in: db)
    guard stream.cursor == nil else { return }
    try BootstrapRow.clear(in: db)
    let holdsRows = try db.number("SELECT EXISTS (SELECT 1 FROM content)") == 1
    guard holdsRows, !stream.walking else { return }
    // The front part was taken over already: what the walk does not find of it has to go in the end.
    stream.walk += 1
    stream.walking = true
    try stream.save(in: db)
  }
}
