import Crypto
import Foundation
import GRDB
import StorylineModels
import StorylineSQLite

/// Looks at every row: whether the file is whole, no commit is missing, and every digest is that of its bytes.
struct VerifyDatabase {
  static let mostFindings = 100

  let path: String

  func run(in db: Database) throws -> VerificationReport {
    let schema = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    guard schema == StoreSchema.history.latest else {
      throw StoreError.malformed(
        "\(path) has schema \(schema), and this program writes \(StoreSchema.history.latest); let storylined open it "
          + "once, or check it with “restore --check”")
    }
    var check = Check()
    do { try DatabaseIntegrity.check(db) } catch StoreError.damaged(let what) { check.note("the file: \(what)") }
    let head = try commits(&check, in: db)
    let content = try content(&check, head: head, in: db)
    let libraries = try libraries(&check, in: db)
    try snapshots(&check, in: db)
    try media(&check, in: db)
    return VerificationReport(
      path: path, contentSeq: head, rows: check.rows, contentDigest: content, libraryDigest: libraries,
      findings: check.findings)
  }

  private struct Check {
    var rows = 0
    var findings: [String] = []

    mutating func note(_ what: String) {
      if findings.count < VerifyDatabase.mostFindings { findings.append(what) }
    }
  }

  /// Every seq from the first to the head is there, once. Of a library the oldest may have been forgotten.
  private func commits(_ check: inout Check, in db: Database) throws -> Int64 {
    let sql = """
      SELECT s.id, s.kind, s.head, count(c.seq) AS n, min(c.seq) AS first, max(c.seq) AS last
      FROM stream s LEFT JOIN commit_log c ON c.stream = s.id GROUP BY s.id ORDER BY s.id
      """
    var contentHead: Int64 = 0
    for row in try Row.fetchAll(db, sql: sql) {
      let (head, count): (Int64, Int64) = (row["head"], row["n"])
      let isContent = row["kind"] == "content"
      if isContent { contentHead = head }
      let name = isContent ? "the content" : "library \(row["id"] as Int64)"
      guard count > 0 else {
        if isContent, head > 0 { check.note("\(name): its log is empty, and \(head) commits were made") }
        continue
      }
      let (first, last): (Int64, Int64) = (row["first"], row["last"])
      check.rows += Int(count)
      if last - first + 1 != count { check.note("\(name): \(last - first + 1 - count) commits are missing in its log") }
      if last != head { check.note("\(name): its log ends at \(last), and its head is \(head)") }
      if isContent, first != 1 { check.note("\(name): its log begins at \(first)") }
    }
    return contentHead
  }

  private func content(_ check: inout Check, head: Int64, in db: Database) throws -> String {
    let sql = """
      SELECT r.kind, r.id, r.num, r.seq, r.deleted, r.version, r.body_hash, r.wire, c.seq AS logged
      FROM content_record r LEFT JOIN commit_log c ON c.stream = r.stream AND c.seq = r.seq
      WHERE r.stream = :stream ORDER BY r.kind, r.id
      """
    var digest = SHA256()
    let rows = try Row.fetchCursor(db, sql: sql, arguments: ["stream": EnsureInstance.contentStream])
    while let row = try rows.next() {
      check.rows += 1
      let name = "\(row["kind"] as String) “\(row["id"] as String)”"
      if row["logged"] == nil { check.note("\(name): its commit \(row["seq"] as Int64) is not in the log") }
      do {
        let change = try ContentChange(wire: RawJSON(validating: row["wire"]))
        if let fault = try Self.fault(of: change, row) { check.note("\(name): \(fault)") }
        guard let body = change.body else { continue }
        if try MediaID.named(in: body) != Self.noted(of: change, in: db) {
          check.note("\(name): the images that it names are not those that are kept for it")
        }
        digest.update(data: Data("\(change.kind) \(change.id)\u{0}".utf8))
        digest.update(data: body.data)
      } catch {
        check.note("\(name): its bytes cannot be read: \(error)")
      }
    }
    return Data(digest.finalize()).hexadecimal
  }

  /// What the row says of itself in two places, or of its bytes, and is not so.
  private static func fault(of change: ContentChange, _ row: Row) throws -> String? {
    guard change.kind.rawValue == row["kind"], change.id == row["id"], change.rev == row["seq"],
      change.isDeleted == row["deleted"], change.num.map({ $0 == row["num"] }) ?? true
    else { return "its envelope is that of another row" }
    guard let entity = try change.entity() else { return nil }
    let draft = try ContentDraft(entity)
    if draft.bodyHash != row["body_hash"] { return "its digest is not that of its body" }
    return draft.version == row["version"] ? nil : "its version is not that of its body"
  }

  /// The images that are kept for a version of a record; without those that are not there.
  private static func noted(of change: ContentChange, in db: Database) throws -> Set<MediaID> {
    let sql = """
      SELECT u.sha256 FROM media_use u JOIN media m ON m.sha256 = u.sha256
      WHERE u.stream = :stream AND u.kind = :kind AND u.id = :id AND u.seq = :seq
      """
    let digests = try Data.fetchAll(
      db.cachedStatement(sql: sql),
      arguments: [
        "stream": EnsureInstance.contentStream, "kind": change.kind.rawValue, "id": change.id, "seq": change.rev,
      ])
    return Set(digests.compactMap { MediaID(digest: $0) })
  }

  /// Every image has all its pieces, and their digest is its name.
  private func media(_ check: inout Check, in db: Database) throws {
    for row in try Row.fetchAll(db, sql: "SELECT sha256, size FROM media ORDER BY sha256") {
      check.rows += 1
      let (sha256, size): (Data, Int) = (row["sha256"], row["size"])
      var digest = SHA256()
      var count = 0
      let sql = "SELECT bytes FROM media_piece WHERE sha256 = :sha256 ORDER BY position"
      let pieces = try Data.fetchCursor(db, sql: sql, arguments: ["sha256": sha256])
      while let piece = try pieces.next() {
        digest.update(data: piece)
        count += piece.count
      }
      if count != size || Data(digest.finalize()) != sha256 { check.note("image \(sha256.hexadecimal): other bytes") }
    }
  }

  private func libraries(_ check: inout Check, in db: Database) throws -> String {
    let sql = """
      SELECT r.stream, r.kind, r.id, r.stamp, r.deleted, r.hash, r.payload, r.bytes, r.seq, s.head
      FROM library_record r JOIN stream s ON s.id = r.stream ORDER BY r.stream, r.kind, r.id
      """
    var digest = SHA256()
    let rows = try Row.fetchCursor(db, sql: sql)
    while let row = try rows.next() {
      check.rows += 1
      let (payload, hash): (String, Data) = (row["payload"], row["hash"])
      let stream: Int64 = row["stream"]
      if Data(SHA256.hash(data: Data(payload.utf8))) != hash {
        check.note("library \(stream): the digest of a record is not that of its payload")
      }
      if Int64(payload.utf8.count) != row["bytes"] { check.note("library \(stream): the size of a record is wrong") }
      if row["seq"] > (row["head"] as Int64) { check.note("library \(stream): a record is newer than its head") }
      let words = ["\(stream)", row["kind"] as String, row["id"], row["stamp"], "\(row["deleted"] as Int)"]
      digest.update(data: Data((words.joined(separator: "\u{1F}") + "\u{1E}").utf8))
      digest.update(data: hash)
    }
    let sums = """
      SELECT s.id FROM stream s LEFT JOIN library_record r ON r.stream = s.id AND r.deleted = 0
      WHERE s.kind = 'library' GROUP BY s.id, s.live_records, s.live_bytes
      HAVING s.live_records <> count(r.id) OR s.live_bytes <> coalesce(sum(r.bytes), 0)
      """
    for stream in try Int64.fetchAll(db, sql: sums) {
      check.note("library \(stream): the count of its live records is wrong")
    }
    return Data(digest.finalize()).hexadecimal
  }

  private func snapshots(_ check: inout Check, in db: Database) throws {
    let parts = try Row.fetchCursor(db, sql: "SELECT sha256, bytes FROM snapshot_part")
    var known: Set<String> = []
    while let row = try parts.next() {
      check.rows += 1
      let (sha256, bytes): (Data, Data) = (row["sha256"], row["bytes"])
      known.insert(sha256.hexadecimal)
      if Data(SHA256.hash(data: bytes)) != sha256 { check.note("snapshot part \(sha256.hexadecimal): other bytes") }
    }
    for row in try Row.fetchAll(db, sql: "SELECT id, manifest FROM snapshot") {
      check.rows += 1
      let manifest = try ReadSnapshot.decoded(row["manifest"])
      let missing = manifest.parts.count { !known.contains($0.sha256) }
      if missing > 0 { check.note("snapshot \(row["id"] as String): \(missing) of its parts are missing") }
    }
  }
}
