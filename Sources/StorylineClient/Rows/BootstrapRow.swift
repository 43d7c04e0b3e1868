import Foundation
import GRDB
import StorylineModels

/// The snapshot that is being taken, and how far its parts have come.
struct BootstrapRow {
  var manifest: SnapshotManifest

  static func fetch(_ db: Database) throws -> BootstrapRow? {
    try db.row("SELECT manifest FROM bootstrap").map {
      BootstrapRow(manifest: try StorylineJSON.decode(SnapshotManifest.self, from: $0["manifest"]))
    }
  }

  func save(in db: Database) throws {
    try db.run("INSERT OR REPLACE INTO bootstrap (one, manifest) VALUES (1, ?)", [try StorylineJSON.encode(manifest)])
  }

  /// The part of this digest, if it belongs to the snapshot.
  func part(_ sha256: String) -> SnapshotManifest.Part? { manifest.parts.first { $0.sha256 == sha256 } }

  /// How many bytes of a part have arrived, from its beginning on.
  static func received(_ sha256: String, in db: Database) throws -> Int {
    Int(
      try db.number("SELECT coalesce(sum(length(bytes)), 0) FROM part_download WHERE sha256 = ?", [sha256]) ?? 0)
  }

  static func isStaged(_ sha256: String, in db: Database) throws -> Bool {
    try db.row("SELECT 1 FROM part_staged WHERE sha256 = ?", [sha256]) != nil
  }

  /// Forgets the bytes of one part.
  static func dropBytes(of sha256: String, in db: Database) throws {
    try db.run("DELETE FROM part_download WHERE sha256 = ?", [sha256])
  }

  /// Forgets the snapshot and all its parts.
  static func clear(in db: Database) throws {
    for table in ["bootstrap", "part_download", "staged_row", "part_staged"] { try db.run("DELETE FROM \(table)") }
  }
}
