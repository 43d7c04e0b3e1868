import Foundation
import GRDB
import StorylineModels

/// A device's refresh tokens: one row, whichever of them is presented.
struct RefreshRow {
  static let sql = """
    SELECT r.*, d.reader, d.key_thumbprint FROM refresh_token r JOIN device d ON d.id = r.device WHERE r.family = :family
    """
  static let updateSQL = """
    UPDATE refresh_token SET current_digest = :current, successor_digest = :successor, successor_sealed = :sealed,
      spent_digest = :spent, spent_sealed = :spent_sealed, spent_at = :spent_at, idle_until = :idle, ends_at = :ends
    WHERE family = :family
    """
  private static let insertSQL = """
    INSERT INTO refresh_token (family, device, scope, current_digest, idle_until, ends_at)
    VALUES (:family, :device, :scope, :current, :idle, :ends)
    """

  let family: Data
  let device: DeviceID
  let reader: ReaderID
  let scope: Set<Scope>
  var state: RefreshState

  static func fetch(family: Data, in db: Database) throws -> RefreshRow? {
    try Row.fetchOne(db.cachedStatement(sql: sql), arguments: ["family": family]).map(RefreshRow.init)
  }

  private init(_ row: Row) {
    family = row["family"]
    device = DeviceID(bytes: row["device"])
    reader = ReaderID(bytes: row["reader"])
    scope = Set(text: row["scope"])
    state = RefreshState(
      key: row["key_thumbprint"], current: row["current_digest"], successor: Self.successor(row),
      spent: Self.spent(row), idleUntil: Timestamp(milliseconds: row["idle_until"]),
      endsAt: Timestamp(milliseconds: row["ends_at"]))
  }

  private static func successor(_ row: Row) -> RefreshState.Successor? {
    guard let digest: Data = row["successor_digest"], let sealed: Data = row["successor_sealed"] else { return nil }
    return .init(digest: digest, sealed: sealed)
  }

  private static func spent(_ row: Row) -> RefreshState.Spent? {
    guard let digest: Data = row["spent_digest"], let sealed: Data = row["spent_sealed"],
      let time: Int64 = row["spent_at"]
    else { return nil }
    return .init(digest: digest, sealed: sealed, at: Timestamp(milliseconds: time))
  }

  func update(in db: Database) throws {
    let statement = try db.cachedStatement(sql: Self.updateSQL)
    try statement.execute(arguments: [
      "family": family, "current": state.current, "successor": state.successor?.digest,
      "sealed": state.successor?.sealed, "spent": state.spent?.digest, "spent_sealed": state.spent?.sealed,
      "spent_at": state.spent?.at.milliseconds, "idle": state.idleUntil.milliseconds,
      "ends": state.endsAt.milliseconds,
    ])
  }

  static func insert(
    family: Data, device: DeviceID, scope: Set<Scope>, current: Data, idleUntil: Timestamp, endsAt: Timestamp,
    in db: Database
  ) throws {
    try db.execute(
      sql: insertSQL,
      arguments: [
        "family": family, "device": device.bytes, "scope": scope.text, "current": current,
        "idle": idleUntil.milliseconds, "ends": endsAt.milliseconds,
      ])
  }
}
