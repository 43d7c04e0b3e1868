import GRDB
import StorylineModels

/// The list of what changed, written by the tables' own triggers: whoever writes, and by whatever way, is in it.
enum ChangeLog {
  /// Entries kept; who is further behind reads everything anew.
  static let length: Int64 = 2_000

  /// The number of the last entry.
  static func end(in db: Database) throws -> Int64 {
    try db.number("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'change_log'") ?? 0
  }

  static func changes(after position: Int64, in db: Database) throws -> ReplicaChanges {
    var changes = ReplicaChanges()
    let first = try db.number("SELECT min(seq) FROM change_log WHERE seq > ?", [position])
    guard let first else { return changes }
    guard first == position + 1 else { return ReplicaChanges(isEverything: true) }
    let rows = try db.rows("SELECT DISTINCT stream, kind, id FROM change_log WHERE seq > ?", [position])
    for row in rows {
      if row["stream"] == StreamKind.content.rawValue {
        changes.content[ContentKind(rawValue: row["kind"]), default: []].insert(row["id"])
      } else {
        changes.library.insert(LibraryKey(kind: LibraryKind(rawValue: row["kind"]), id: row["id"]))
      }
    }
    return changes
  }

  static func trim(in db: Database) throws {
    try db.run("DELETE FROM change_log WHERE seq <= (SELECT max(seq) FROM change_log) - ?", [length])
  }

  static let tables = """
    CREATE TABLE change_log (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      stream TEXT NOT NULL,
      kind TEXT NOT NULL,
      id TEXT NOT NULL
    ) STRICT;

    CREATE TRIGGER content_inserted AFTER INSERT ON content BEGIN
      INSERT INTO change_log (stream, kind, id) VALUES ('content', NEW.kind, NEW.id);
    END;
    CREATE TRIGGER content_updated AFTER UPDATE OF rev, lineage, body ON content
    WHEN OLD.body IS NOT NEW.body OR OLD.rev <> NEW.rev OR OLD.lineage <> NEW.lineage BEGIN
      INSERT INTO change_log (stream, kind, id) VALUES ('content', NEW.kind, NEW.id);
    END;
    CREATE TRIGGER content_deleted AFTER DELETE ON content BEGIN
      INSERT INTO change_log (stream, kind, id) VALUES ('content', OLD.kind, OLD.id);
    END;

    -- Before and not after: a row is replaced as a whole, and an acknowledgement changes nothing that is shown.
    CREATE TRIGGER library_written BEFORE INSERT ON library
    WHEN NOT EXISTS (
      SELECT 1 FROM library
      WHERE kind = NEW.kind AND id = NEW.id AND stamp = NEW.stamp AND deleted = NEW.deleted AND payload = NEW.payload
    ) BEGIN
      INSERT INTO change_log (stream, kind, id) VALUES ('library', NEW.kind, NEW.id);
    END;
    CREATE TRIGGER library_deleted AFTER DELETE ON library BEGIN
      INSERT INTO change_log (stream, kind, id) VALUES ('library', OLD.kind, OLD.id);
    END;
    """
}
