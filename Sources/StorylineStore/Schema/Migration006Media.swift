import StorylineSQLite

extension StoreSchema {
  /// Images: their bytes in pieces, and which version of which record names them.
  ///
  /// A row of `media_use` belongs to the version of a record that a commit wrote, be it current or past, and with seq 0
  /// to what waits for its time. An image is given out while a record that is published now names it.
  static let migration6 = Migration(
    number: 6, name: "media",
    sql: """
      CREATE TABLE media (
        sha256 BYTEA NOT NULL PRIMARY KEY CHECK (length(sha256) = 32),
        type TEXT NOT NULL,
        name TEXT NOT NULL,
        size BIGINT NOT NULL CHECK (size > 0),
        stored_at BIGINT NOT NULL
      );

      CREATE TABLE media_piece (
        sha256 BYTEA NOT NULL REFERENCES media (sha256),
        position BIGINT NOT NULL CHECK (position >= 0),
        bytes BYTEA NOT NULL,
        PRIMARY KEY (sha256, position)
      );

      CREATE TABLE media_use (
        stream BIGINT NOT NULL REFERENCES stream (id),
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        seq BIGINT NOT NULL CHECK (seq >= 0),
        sha256 BYTEA NOT NULL REFERENCES media (sha256),
        PRIMARY KEY (stream, kind, id, seq, sha256)
      );
      CREATE INDEX media_use_by_media ON media_use (sha256, stream, kind, id, seq);
      """)
}
