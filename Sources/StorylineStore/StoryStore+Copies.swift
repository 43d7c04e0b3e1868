package import GRDB
import StorylineSQLite

extension StoryStore {
  /// The whole database as it stands, as a backup would take it.
  package func copy() throws -> DatabaseQueue {
    let copy = try DatabaseQueue()
    try database.writer.backup(to: copy)
    return copy
  }

  /// A store in memory with the contents of a copy, as after a restart on a file that was put back.
  package static func inMemory(restoring copy: DatabaseQueue, options: StoreOptions) throws -> StoryStore {
    try open(.memory, options: options, contents: copy)
  }
}
