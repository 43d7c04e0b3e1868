package import GRDB
package import StorylineModels
import StorylineSQLite

extension Replica {
  /// The whole replica as it stands, as a device's backup or a migration to another device would take it.
  package func copy() throws -> DatabaseQueue {
    let copy = try DatabaseQueue()
    try storage.database.writer.backup(to: copy)
    return copy
  }

  /// A replica in memory with the contents of a copy.
  package static func inMemory(
    restoring copy: DatabaseQueue, now: @escaping @Sendable () -> Timestamp,
    random: @Sendable () -> UInt64 = { .random(in: .min ... .max) }
  ) throws -> Replica {
    Replica(storage: try ReplicaStorage.openInMemory(copyOf: copy, node: random(), now: now()), now: now)
  }

  /// What a replica is made from that nobody has used: the tables, and no row in them.
  package static func empty() throws -> DatabaseQueue {
    let copy = try DatabaseQueue()
    try SQLiteDatabase.open(.memory, schema: ReplicaSchema.history).writer.backup(to: copy)
    return copy
  }
}
