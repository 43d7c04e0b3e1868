import StorylineSQLite

extension ReplicaSchema {
  /// Where the log stood during the walk that is under way (docs/decisions/0023).
  static let walks = Migration(
    number: 3, name: "walks", sql: "ALTER TABLE stream ADD COLUMN heads TEXT NOT NULL DEFAULT ''")
}
