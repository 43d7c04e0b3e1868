import StorylineSQLite

extension StoreSchema {
  /// Why histories changed, what was erased, and exports.
  ///
  /// An epoch depends on the incarnation and on the stream's generation. `incarnation_change` leads from every past
  /// incarnation to a later one, and `epoch_change` has a row for every generation of a stream.
  static let migration3 = Migration(
    number: 3, name: "epochs",
    sql: """
      ALTER TABLE instance ADD COLUMN ledger_lines BIGINT NOT NULL DEFAULT 0;
      ALTER TABLE stream ADD COLUMN generation BIGINT NOT NULL DEFAULT 0 CHECK (generation >= 0);
      ALTER TABLE stream ADD COLUMN purged_before TEXT CHECK (length(purged_before) = 34);
      ALTER TABLE epoch_change ADD COLUMN generation BIGINT NOT NULL DEFAULT 0;
      ALTER TABLE epoch_change ADD COLUMN purged_before TEXT CHECK (length(purged_before) = 34);

      CREATE TABLE incarnation_change (
        old BYTEA NOT NULL PRIMARY KEY CHECK (length(old) = 16),
        new BYTEA NOT NULL CHECK (length(new) = 16),
        reason TEXT NOT NULL,
        at BIGINT NOT NULL
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

      CREATE TABLE library_export (
        id BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
        reader BYTEA NOT NULL REFERENCES reader (id),
        created_at BIGINT NOT NULL
      );
      CREATE INDEX library_export_by_reader ON library_export (reader, created_at);
      CREATE INDEX library_export_by_time ON library_export (created_at);
      """)
}
