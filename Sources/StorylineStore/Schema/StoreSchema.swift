import StorylineSQLite

/// The store's schema: every step that its files have ever taken.
///
/// The SQL is what SQLite and PostgreSQL 15 both take. On PostgreSQL the database is created with `LOCALE 'C'`, because
/// stamps and ids are ASCII text whose byte order is their order.
enum StoreSchema {
  /// “Stry” in ASCII.
  static let applicationID: Int32 = 0x5374_7279

  static let history = SchemaHistory(
    applicationID: applicationID, migrations: [migration1, migration2, migration3, migration4, migration5, migration6])
}
