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
    let replica = try inMemory(now: now, random: random)
    try copy.backup(to: replica.storage.database.writer)
    return replica
  }
}
