import StorylineSQLite

extension StoreSchema {
  /// Snapshots of the content: manifests, and parts that manifests share.
  ///
  /// `first_at` is when a record was first published, and never changes: it decides the month whose part holds the
  /// record. Of records that are older than this migration the last change is the best that is known.
  static let migration2 = Migration(
    number: 2, name: "snapshots",
    sql: """
      ALTER TABLE content_record ADD COLUMN first_at BIGINT NOT NULL DEFAULT 0;
      UPDATE content_record SET first_at = updated_at;
      CREATE INDEX content_record_by_month ON content_record (stream, deleted, first_at, num);
      CREATE INDEX content_record_by_pub ON content_record (stream, pub);

      CREATE TABLE snapshot (
        id TEXT NOT NULL PRIMARY KEY,
        stream BIGINT NOT NULL REFERENCES stream (id),
        epoch BYTEA NOT NULL CHECK (length(epoch) = 16),
        seq BIGINT NOT NULL CHECK (seq > 0),
        created_at BIGINT NOT NULL,
        superseded_at BIGINT,
        manifest BYTEA NOT NULL
      );
      CREATE INDEX snapshot_by_seq ON snapshot (stream, epoch, seq);

      CREATE TABLE snapshot_part (
        sha256 BYTEA NOT NULL PRIMARY KEY CHECK (length(sha256) = 32),
        bytes BYTEA NOT NULL
      );

      CREATE TABLE snapshot_part_use (
        snapshot TEXT NOT NULL REFERENCES snapshot (id),
        position BIGINT NOT NULL CHECK (position >= 0),
        sha256 BYTEA NOT NULL REFERENCES snapshot_part (sha256),
        PRIMARY KEY (snapshot, position)
      );
      CREATE INDEX snapshot_part_use_by_part ON snapshot_part_use (sha256);
      """)
}
