import StorylineSQLite

extension ReplicaSchema {
  /// Snapshots that are being taken, older texts, and the list of what changed.
  static let device = Migration(number: 2, name: "device", sql: deviceTables + ChangeLog.tables)

  private static let deviceTables = """
    ALTER TABLE replica ADD COLUMN erased_at INTEGER;
    ALTER TABLE replica ADD COLUMN checked_at INTEGER;
    -- The device that it belongs to, by its credentials.
    ALTER TABLE replica ADD COLUMN device TEXT;

    -- Texts of articles that newer ones took the place of.
    CREATE TABLE article_version (
      key INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL,
      lineage INTEGER NOT NULL,
      rev INTEGER NOT NULL,
      updated_at INTEGER,
      body BLOB NOT NULL
    ) STRICT;
    CREATE INDEX article_version_id ON article_version (id);

    -- The manifest of the snapshot that is being taken; at most one.
    CREATE TABLE bootstrap (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      manifest BLOB NOT NULL
    ) STRICT;

    -- The bytes of parts, as they came. Nothing of them is used before the whole part's digest was found right.
    CREATE TABLE part_download (
      key INTEGER PRIMARY KEY,
      sha256 TEXT NOT NULL,
      start INTEGER NOT NULL,
      bytes BLOB NOT NULL,
      UNIQUE (sha256, start)
    ) STRICT;

    -- Parts whose rows are staged.
    CREATE TABLE part_staged (sha256 TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

    CREATE TABLE staged_row (
      key INTEGER PRIMARY KEY,
      sha256 TEXT NOT NULL REFERENCES part_staged (sha256) ON DELETE CASCADE,
      wire BLOB NOT NULL
    ) STRICT;
    CREATE INDEX staged_row_part ON staged_row (sha256);

    """
}
