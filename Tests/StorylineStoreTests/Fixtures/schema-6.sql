CREATE TABLE commit_log (
  stream BIGINT NOT NULL REFERENCES stream (id),
  seq BIGINT NOT NULL CHECK (seq > 0),
  tag BIGINT NOT NULL CHECK (tag >= 0 AND tag < 4294967296),
  at BIGINT NOT NULL,
  author TEXT NOT NULL,
  row_count BIGINT NOT NULL CHECK (row_count > 0),
  PRIMARY KEY (stream, seq)
);

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

CREATE INDEX content_past_by_replacement ON content_past (stream, replaced_by, kind, id);

CREATE INDEX content_past_by_seq ON content_past (stream, seq, kind, id);

CREATE TABLE content_record (
  stream BIGINT NOT NULL REFERENCES stream (id),
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  num BIGINT NOT NULL CHECK (num > 0 AND num < 2147483648),
  seq BIGINT NOT NULL CHECK (seq > 0),
  pub TEXT CHECK (length(pub) = 26),
  deleted SMALLINT NOT NULL CHECK (deleted IN (0, 1)),
  reason TEXT,
  version BIGINT,
  body_hash BYTEA NOT NULL CHECK (length(body_hash) = 32),
  updated_at BIGINT NOT NULL,
  wire BYTEA NOT NULL, first_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (stream, kind, id),
  UNIQUE (stream, num)
);

CREATE INDEX content_record_by_month ON content_record (stream, deleted, first_at, num);

CREATE INDEX content_record_by_pub ON content_record (stream, pub);

CREATE INDEX content_record_by_seq ON content_record (stream, seq, kind, id);

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

CREATE TABLE device (
  id BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  reader BYTEA NOT NULL REFERENCES reader (id),
  name TEXT,
  created_day BIGINT NOT NULL,
  last_seen_day BIGINT NOT NULL
, key_thumbprint BYTEA CHECK (length(key_thumbprint) = 32), ended_day BIGINT, ended_because TEXT);

CREATE INDEX device_by_reader ON device (reader);

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

CREATE INDEX device_code_by_reader ON device_code (reader);

CREATE INDEX device_code_by_time ON device_code (expires_at);

CREATE TABLE editor_request (
  key_digest BYTEA NOT NULL PRIMARY KEY CHECK (length(key_digest) = 32),
  commit_digest BYTEA NOT NULL CHECK (length(commit_digest) = 32),
  at BIGINT NOT NULL,
  result BYTEA NOT NULL
);

CREATE INDEX editor_request_by_time ON editor_request (at);

CREATE TABLE epoch_change (
  stream BIGINT NOT NULL REFERENCES stream (id),
  old_epoch BYTEA NOT NULL CHECK (length(old_epoch) = 16),
  new_epoch BYTEA NOT NULL CHECK (length(new_epoch) = 16),
  reason TEXT NOT NULL,
  at BIGINT NOT NULL, generation BIGINT NOT NULL DEFAULT 0, purged_before TEXT CHECK (length(purged_before) = 34),
  PRIMARY KEY (stream, old_epoch)
);

CREATE TABLE erased_account (
  digest BYTEA NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
  erased_at BIGINT NOT NULL
);

CREATE INDEX erased_account_by_time ON erased_account (erased_at);

CREATE TABLE erased_token (
  digest BYTEA NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
  erased_at BIGINT NOT NULL
);

CREATE INDEX erased_token_by_time ON erased_token (erased_at);

CREATE TABLE incarnation_change (
  old BYTEA NOT NULL PRIMARY KEY CHECK (length(old) = 16),
  new BYTEA NOT NULL CHECK (length(new) = 16),
  reason TEXT NOT NULL,
  at BIGINT NOT NULL
);

CREATE TABLE instance (
  id SMALLINT NOT NULL PRIMARY KEY CHECK (id = 1),
  incarnation BYTEA NOT NULL CHECK (length(incarnation) = 16),
  last_stream BIGINT NOT NULL
, ledger_lines BIGINT NOT NULL DEFAULT 0);

CREATE TABLE invite (
  digest BYTEA NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
  scope TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  devices_left SMALLINT NOT NULL CHECK (devices_left > 0),
  reader BYTEA REFERENCES reader (id)
);

CREATE TABLE library_export (
  id BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  reader BYTEA NOT NULL REFERENCES reader (id),
  created_at BIGINT NOT NULL
);

CREATE INDEX library_export_by_reader ON library_export (reader, created_at);

CREATE INDEX library_export_by_time ON library_export (created_at);

CREATE TABLE library_record (
  stream BIGINT NOT NULL REFERENCES stream (id),
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  stamp TEXT NOT NULL CHECK (length(stamp) = 34),
  deleted SMALLINT NOT NULL CHECK (deleted IN (0, 1)),
  hash BYTEA NOT NULL CHECK (length(hash) = 32),
  enc TEXT NOT NULL,
  payload TEXT NOT NULL,
  bytes BIGINT NOT NULL CHECK (bytes >= 0),
  seq BIGINT NOT NULL CHECK (seq > 0),
  PRIMARY KEY (stream, kind, id)
);

CREATE INDEX library_record_by_seq ON library_record (stream, seq, kind, id);

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

CREATE TABLE reader (
  id BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  created_day BIGINT NOT NULL
);

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

CREATE TABLE stream (
  id BIGINT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('content', 'library')),
  reader BYTEA UNIQUE REFERENCES reader (id),
  salt BYTEA NOT NULL CHECK (length(salt) = 16),
  head BIGINT NOT NULL DEFAULT 0 CHECK (head >= 0),
  tag BIGINT NOT NULL DEFAULT 0 CHECK (tag >= 0 AND tag < 4294967296),
  floor BIGINT NOT NULL DEFAULT 0 CHECK (floor >= 0),
  last_at BIGINT NOT NULL DEFAULT 0,
  last_num BIGINT NOT NULL DEFAULT 0 CHECK (last_num < 2147483648),
  last_pub TEXT,
  max_physical BIGINT NOT NULL DEFAULT 0,
  live_records BIGINT NOT NULL DEFAULT 0 CHECK (live_records >= 0),
  live_bytes BIGINT NOT NULL DEFAULT 0 CHECK (live_bytes >= 0), generation BIGINT NOT NULL DEFAULT 0 CHECK (generation >= 0), purged_before TEXT CHECK (length(purged_before) = 34),
  CHECK ((kind = 'library') = (reader IS NOT NULL))
);

CREATE TABLE token (
  digest BYTEA NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
  device BYTEA NOT NULL REFERENCES device (id),
  scope TEXT NOT NULL,
  expires_at BIGINT NOT NULL
, refresh_digest BYTEA CHECK (length(refresh_digest) = 32));

CREATE INDEX token_by_device ON token (device);
