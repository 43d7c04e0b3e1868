import Foundation
import GRDB
import StorylineModels

/// Remembers what requests with a key were answered, so that one that is sent again changes nothing again.
enum EditorRequests {
  static let answerSQL = "SELECT commit_digest, result FROM editor_request WHERE key_digest = :key"
  static let keepSQL = """
    INSERT INTO editor_request (key_digest, commit_digest, at, result) VALUES (:key, :commit, :at, :result)
    """
  static let forgetSQL = "DELETE FROM editor_request WHERE at < :before"
  /// Seven days.
  static let memory: Int64 = 7 * 86_400_000

  /// nil if the key is new.
  ///
  /// - Throws: `StoreError.requestKeyReused` if it came with something else.
  static func answer(to request: (key: Data, commit: Data), in db: Database) throws -> PublishResult? {
    guard let row = try Row.fetchOne(db.cachedStatement(sql: answerSQL), arguments: ["key": request.key]) else {
      return nil
    }
    guard row["commit_digest"] == request.commit else { throw StoreError.requestKeyReused }
    return try StorylineJSON.decode(PublishResult.self, from: row["result"])
  }

  static func keep(
    _ result: PublishResult, for request: (key: Data, commit: Data), now: Timestamp, in db: Database
  ) throws {
    try db.cachedStatement(sql: forgetSQL).execute(arguments: ["before": now.milliseconds - memory])
    try db.cachedStatement(sql: keepSQL).execute(arguments: [
      "key": request.key, "commit": request.commit, "at": now.milliseconds,
      "result": try StorylineJSON.encode(result),
    ])
  }
}
