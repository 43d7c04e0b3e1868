import Crypto
import Foundation
import GRDB
import StorylineModels

/// One library record as the replica holds it: the version, and what is still to be done about it.
struct LibraryRow: Equatable {
  /// Whether the version must go to the server.
  enum Dirt: Int64 {
    case clean = 0
    /// Made here and not acknowledged yet.
    case edited = 1
    /// Acknowledged once, but the server seems to have lost it, or could lose it unnoticed.
    case healing = 2
  }

  var record: LibraryRecord
  var dirt: Dirt = .clean
  /// Whether the server ever held some version of it.
  var acked = false
  /// The acknowledged version that a local edit was made on.
  var base: Stamp?
  /// Why the server refused it for good; such a row is not pushed.
  var problem: Problem?
  var walk: Int64 = 0

  /// Whether this version exists nowhere else.
  var isUnsent: Bool { dirt == .edited || problem != nil }

  init(
    record: LibraryRecord, dirt: Dirt = .clean, acked: Bool = false, base: Stamp? = nil, problem: Problem? = nil,
    walk: Int64 = 0
  ) {
    self.record = record
    self.dirt = dirt
    self.acked = acked
    self.base = base
    self.problem = problem
    self.walk = walk
  }

  init(row: Row) throws {
    guard let stamp = Stamp(row["stamp"] as String), let dirt = Dirt(rawValue: row["dirty"]) else {
      throw ReplicaError.storage("a library record without a stamp")
    }
    let payload: Data = row["payload"]
    record = LibraryRecord(
      kind: LibraryKind(rawValue: row["kind"]), id: row["id"], stamp: stamp, deleted: row["deleted"], enc: row["enc"],
      payload: String(decoding: payload, as: UTF8.self), seq: row["seq"])
    self.dirt = dirt
    acked = row["acked"]
    base = (row["base"] as String?).flatMap(Stamp.init)
    problem = try (row["problem"] as Data?).map { try StorylineJSON.decode(Problem.self, from: $0) }
    walk = row["walk"]
  }

  static func fetch(_ key: LibraryKey, in db: Database) throws -> LibraryRow? {
    try db.row("SELECT * FROM library WHERE kind = ? AND id = ?", [key.kind.rawValue, key.id]).map(LibraryRow.init)
  }

  func save(in db: Database) throws {
    try db.run(
      """
      INSERT OR REPLACE INTO library
        (kind, id, stamp, deleted, enc, payload, seq, dirty, acked, base, problem, walk, flag)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        record.kind.rawValue, record.id, record.stamp.description, record.deleted, record.enc,
        // Bytes and not text: SQLite's text ends at a zero, a payload does not.
        Data(record.payload.utf8), record.seq, dirt.rawValue, acked, base?.description,
        try problem.map(StorylineJSON.encode), walk, record.flag,
      ])
  }

  static func delete(_ key: LibraryKey, in db: Database) throws {
    try db.run("DELETE FROM library WHERE kind = ? AND id = ?", [key.kind.rawValue, key.id])
  }
}

extension LibraryRecord {
  /// Where this version stands among all versions of its record.
  var rank: Rank {
    Rank(stamp: stamp, deleted: deleted, payloadHash: Data(SHA256.hash(data: Data(payload.utf8))))
  }

  /// The payload as a typed value; nil if the record is deleted or this version cannot read it.
  func decoded<Payload: LibraryPayload>(as type: Payload.Type) -> Payload? {
    guard !deleted, enc == "json", kind == Payload.kind else { return nil }
    return try? StorylineJSON.decode(type, from: Data(payload.utf8))
  }

  /// The one yes or no of kinds that consist of it, for queries.
  var flag: Bool? {
    switch kind {
    case .read: decoded(as: ReadMark.self)?.read
    case .saved: decoded(as: SavedMark.self)?.saved
    case .follow: decoded(as: Follow.self)?.on
    default: nil
    }
  }
}
