import Foundation
import GRDB
import StorylineModels

/// A device that waits to be let in.
struct DeviceCodeRow {
  static let byCodeSQL = "SELECT * FROM device_code WHERE digest = :digest"
  static let byUserCodeSQL = "SELECT * FROM device_code WHERE user_digest = :digest"
  static let forgetSQL = "DELETE FROM device_code WHERE expires_at <= :time"
  private static let insertSQL = """
    INSERT INTO device_code (digest, user_digest, name, scope, key_thumbprint, match_number, choices, created_at,
      expires_at, polled_at, interval_seconds, tries_left)
    VALUES (:digest, :user_digest, :name, :scope, :key, :match, :choices, :created, :expires, :polled, :interval, :tries)
    ON CONFLICT (user_digest) DO NOTHING
    """
  private static let updateSQL = """
    UPDATE device_code SET polled_at = :polled, interval_seconds = :interval, tries_left = :tries,
      decision = :decision, reader = :reader, scope = :scope
    WHERE digest = :digest
    """

  enum Decision: String { case approved, denied }

  var digest: Data
  var userDigest: Data
  var name: String?
  var scope: Set<Scope>
  var key: Data?
  var match: Int
  var choices: [Int]
  var createdAt: Timestamp
  var expiresAt: Timestamp
  var polledAt: Timestamp
  var interval: Int
  var triesLeft: Int
  var decision: Decision?
  var reader: ReaderID?

  static func fetch(code digest: Data, in db: Database) throws -> DeviceCodeRow? {
    try Row.fetchOne(db.cachedStatement(sql: byCodeSQL), arguments: ["digest": digest]).map(DeviceCodeRow.init)
  }

  static func fetch(userCode digest: Data, in db: Database) throws -> DeviceCodeRow? {
    try Row.fetchOne(db.cachedStatement(sql: byUserCodeSQL), arguments: ["digest": digest]).map(DeviceCodeRow.init)
  }

  static func forget(before time: Timestamp, in db: Database) throws {
    try db.cachedStatement(sql: forgetSQL).execute(arguments: ["time": time.milliseconds])
  }

  /// - Returns: false if the user code is taken.
  func insert(in db: Database) throws -> Bool {
    try db.execute(
      sql: Self.insertSQL,
      arguments: [
        "digest": digest, "user_digest": userDigest, "name": name, "scope": scope.text, "key": key, "match": match,
        "choices": choices.map(String.init).joined(separator: " "), "created": createdAt.milliseconds,
        "expires": expiresAt.milliseconds, "polled": polledAt.milliseconds, "interval": interval, "tries": triesLeft,
      ])
    return db.changesCount > 0
  }

  func update(in db: Database) throws {
    try db.execute(
      sql: Self.updateSQL,
      arguments: [
        "polled": polledAt.milliseconds, "interval": interval, "tries": triesLeft, "decision": decision?.rawValue,
        "reader": reader?.bytes, "scope": scope.text, "digest": digest,
      ])
  }

  func delete(in db: Database) throws {
    try db.execute(sql: "DELETE FROM device_code WHERE digest = :digest", arguments: ["digest": digest])
  }
}

extension DeviceCodeRow {
  fileprivate init(_ row: Row) {
    digest = row["digest"]
    userDigest = row["user_digest"]
    name = row["name"]
    scope = Set(text: row["scope"])
    key = row["key_thumbprint"]
    match = row["match_number"]
    choices = (row["choices"] as String).split(separator: " ").compactMap { Int($0) }
    createdAt = Timestamp(milliseconds: row["created_at"])
    expiresAt = Timestamp(milliseconds: row["expires_at"])
    polledAt = Timestamp(milliseconds: row["polled_at"])
    interval = row["interval_seconds"]
    triesLeft = row["tries_left"]
    decision = (row["decision"] as String?).flatMap(Decision.init)
    reader = (row["reader"] as Data?).map(ReaderID.init(bytes:))
  }
}
