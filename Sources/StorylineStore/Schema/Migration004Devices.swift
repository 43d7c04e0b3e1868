import StorylineSQLite

extension StoreSchema {
  /// Devices with keys, refresh tokens, and devices that wait for somebody to let them in.
  ///
  /// A token of before this migration stays good until its time is over; its device then has to be enrolled again.
  static let migration4 = Migration(
    number: 4, name: "devices",
    sql: """
      ALTER TABLE device ADD COLUMN key_thumbprint BYTEA CHECK (length(key_thumbprint) = 32);
      ALTER TABLE device ADD COLUMN ended_day BIGINT;
      ALTER TABLE device ADD COLUMN ended_because TEXT;
      ALTER TABLE token ADD COLUMN refresh_digest BYTEA CHECK (length(refresh_digest) = 32);

      CREATE TABLE refresh_token (
        family BYTEA NOT NULL PRIMARY KEY CHECK (length(family) = 32),
        device BYTEA NOT NULL UNIQUE REFERENCES device (id),
        scope TEXT NOT NULL,
        current_digest BYTEA NOT NULL CHECK (length(current_digest) = 32),
        successor_digest BYTEA CHECK (length(successor_digest) = 32),
        successor_sealed BYTEA,
        spent_digest BYTEA CHECK (length(spent_digest) = 32),
        spent_sealed BYTEA,
        spent_at BIGINT,
        idle_until BIGINT NOT NULL,
        ends_at BIGINT NOT NULL,
        CHECK ((successor_digest IS NULL) = (successor_sealed IS NULL)),
        CHECK ((spent_digest IS NULL) = (spent_sealed IS NULL) AND (spent_digest IS NULL) = (spent_at IS NULL))
      );

      CREATE TABLE device_code (
        digest BYTEA NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
        user_digest BYTEA NOT NULL UNIQUE CHECK (length(user_digest) = 32),
        name TEXT,
        scope TEXT NOT NULL,
        key_thumbprint BYTEA CHECK (length(key_thumbprint) = 32),
        match_number SMALLINT NOT NULL,
        choices TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        polled_at BIGINT NOT NULL,
        interval_seconds SMALLINT NOT NULL,
        tries_left SMALLINT NOT NULL CHECK (tries_left >= 0),
        decision TEXT CHECK (decision IN ('approved', 'denied')),
        reader BYTEA REFERENCES reader (id)
      );
      CREATE INDEX device_code_by_time ON device_code (expires_at);
      CREATE INDEX device_code_by_reader ON device_code (reader);
      """)
}
