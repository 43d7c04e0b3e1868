import Foundation
import GRDB
import StorylineModels

/// Gives the server a new incarnation, and so every stream a new epoch, at the cost of one row.
struct MintIncarnation {
  private static let changeSQL = """
    INSERT INTO incarnation_change (old, new, reason, at) VALUES (:old, :new, :reason, :at)
    ON CONFLICT (old) DO UPDATE SET new = excluded.new, reason = excluded.reason, at = excluded.at
    """

  var reason = EpochNews.restored
  /// The incarnation that was served last, if that is known: the database of an older copy has not heard of it.
  var lastServed: Data?
  let options: StoreOptions

  func run(in db: Database) throws {
    let old = try Self.incarnation(in: db)
    let new = options.newID()
    try db.execute(sql: "UPDATE instance SET incarnation = :new WHERE id = 1", arguments: ["new": new])
    for past in Set([old] + [lastServed].compactMap { $0 }) {
      try db.execute(
        sql: Self.changeSQL, arguments: ["old": past, "new": new, "reason": reason, "at": options.now().milliseconds])
    }
  }

  static func incarnation(in db: Database) throws -> Data {
    guard let bytes = try Data.fetchOne(db, sql: "SELECT incarnation FROM instance WHERE id = 1") else {
      throw StoreError.damaged("the instance is missing")
    }
    return bytes
  }
}
