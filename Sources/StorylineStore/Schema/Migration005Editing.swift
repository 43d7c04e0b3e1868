import StorylineSQLite

extension StoreSchema {
  /// What editors need beside what readers see: earlier versions, changes that wait for their time, and requests that
  /// were answered.
  ///
  /// A row of `content_past` is a record as a later commit found it; `wire` is NULL once its words had to be forgotten.
  /// Of commits that are older than this migration only what was still current then is known.
  static let migration5 = Migration(
    number: 5, name: "editing",
    sql: """
      CREATE TABLE content_past (
        stream BIGINT NOT NULL REFERENCES stream (id),
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        seq BIGINT NOT NULL CHECK (seq > 0),
        replaced_by BIGINT NOT NULL CHECK (replaced_by > seq),
        deleted SMALLINT NOT NULL CHECK (deleted IN (0, 1)),
        reason TEXT,
        wire BYTEA,
        PRIMARY KEY (stream, kind, id, seq)
      );
      CREATE INDEX content_past_by_seq ON content_past (stream, seq, kind, id);
      CREATE INDEX content_past_by_replacement ON content_past (stream, replaced_by, kind, id);

      CREATE TABLE content_scheduled (
        stream BIGINT NOT NULL REFERENCES stream (id),
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        due_at BIGINT NOT NULL,
        author TEXT NOT NULL,
        body BYTEA NOT NULL,
        PRIMARY KEY (stream, kind, id)
      );
      CREATE INDEX content_scheduled_by_time ON content_scheduled (stream, due_at, kind, id);

      CREATE TABLE editor_request (
        key_digest BYTEA NOT NULL PRIMARY KEY CHECK (length(key_digest) = 32),
        commit_digest BYTEA NOT NULL CHECK (length(commit_digest) = 32),
        at BIGINT NOT NULL,
        result BYTEA NOT NULL
      );
      CREATE INDEX editor_request_by_time ON editor_request (at);
      """)
}
