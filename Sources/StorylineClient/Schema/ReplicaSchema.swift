import StorylineSQLite

/// The replica's tables, one migration after the other; never edited after a release.
enum ReplicaSchema {
  /// Raised when a new version decodes or indexes content differently: the derived tables are then made anew from the
  /// raw bodies, without a download.
  static let decoder: Int64 = 2

  static let migrations = [Migration(number: 1, name: "replica", sql: first), device, walks]

  private static let first = """
    CREATE TABLE replica (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      node INTEGER NOT NULL,
      account TEXT,
      last_physical INTEGER NOT NULL DEFAULT 0,
      last_counter INTEGER NOT NULL DEFAULT 0,
      server_physical INTEGER NOT NULL DEFAULT 0,
      server_counter INTEGER NOT NULL DEFAULT 0,
      clock_offset INTEGER NOT NULL DEFAULT 0,
      synced_at INTEGER,
      decoder INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE stream (
      kind TEXT PRIMARY KEY CHECK (kind IN ('content', 'library')),
      cursor TEXT,
      epoch TEXT,
      lineage INTEGER NOT NULL DEFAULT 0,
      walk INTEGER NOT NULL DEFAULT 0,
      walking INTEGER NOT NULL DEFAULT 0 CHECK (walking IN (0, 1)),
      complete INTEGER NOT NULL DEFAULT 0 CHECK (complete IN (0, 1)),
      reasons TEXT NOT NULL DEFAULT ''
    ) STRICT, WITHOUT ROWID;
    INSERT INTO stream (kind) VALUES ('content'), ('library');

    CREATE TABLE content (
      key INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      rev INTEGER NOT NULL,
      lineage INTEGER NOT NULL,
      walk INTEGER NOT NULL,
      first_rev INTEGER,
      num INTEGER,
      pub TEXT,
      updated_at INTEGER,
      title TEXT,
      body BLOB,
      reason TEXT,
      swept_at INTEGER,
      undecodable INTEGER NOT NULL DEFAULT 0 CHECK (undecodable IN (0, 1)),
      UNIQUE (kind, id)
    ) STRICT;
    CREATE INDEX content_rev ON content (rev);

    CREATE TABLE article (
      key INTEGER PRIMARY KEY REFERENCES content (key) ON DELETE CASCADE,
      id TEXT NOT NULL UNIQUE,
      headline TEXT NOT NULL,
      standfirst TEXT,
      published_at INTEGER,
      pub TEXT,
      version INTEGER NOT NULL,
      reading_minutes INTEGER NOT NULL,
      source TEXT,
      tags TEXT NOT NULL
    ) STRICT;
    CREATE INDEX article_order ON article (published_at, pub, id);

    CREATE TABLE evidence (
      article TEXT NOT NULL,
      key INTEGER NOT NULL REFERENCES content (key) ON DELETE CASCADE,
      PRIMARY KEY (article, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX evidence_key ON evidence (key);

    CREATE TABLE amendment (
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      key INTEGER NOT NULL REFERENCES content (key) ON DELETE CASCADE,
      type TEXT NOT NULL,
      PRIMARY KEY (kind, id, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX amendment_key ON amendment (key);

    CREATE VIRTUAL TABLE search USING fts5(
      title, text, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
    );

    CREATE TABLE library (
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      stamp TEXT NOT NULL,
      deleted INTEGER NOT NULL CHECK (deleted IN (0, 1)),
      enc TEXT NOT NULL,
      payload BLOB NOT NULL,
      seq INTEGER,
      dirty INTEGER NOT NULL DEFAULT 0 CHECK (dirty IN (0, 1, 2)),
      acked INTEGER NOT NULL DEFAULT 0 CHECK (acked IN (0, 1)),
      base TEXT,
      problem BLOB,
      walk INTEGER NOT NULL DEFAULT 0,
      flag INTEGER,
      PRIMARY KEY (kind, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX library_dirty ON library (stamp) WHERE dirty > 0;
    """
}
