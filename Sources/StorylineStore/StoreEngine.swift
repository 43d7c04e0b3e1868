import StorylineSQLite

/// Which database engine a store runs on, for an operator's log.
public struct StoreEngine: Hashable, Sendable {
  public let name: String
  public let version: String
  /// Whether the engine has the fault that lets two writing processes lose each other's commits.
  public let isWALResetAffected: Bool
}

extension StoryStore {
  /// The engine that this store runs on.
  public var engine: StoreEngine {
    StoreEngine(
      name: "SQLite", version: database.version.description, isWALResetAffected: !database.version.isWALResetFixed)
  }
}
