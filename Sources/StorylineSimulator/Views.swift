import Crypto
import Foundation
import GRDB
import StorylineClient
import StorylineModels
import StorylineSQLite
import StorylineStore

/// One version of one library record, as either side holds it.
struct VersionView: Hashable {
  var rank: Rank
  var payload: String
  /// On the server: the commit that wrote it.
  var seq: Int64 = 0
}

/// One content record, as either side holds it.
struct ContentView: Hashable {
  var rev: Int64
  var body: String
}

struct ContentName: Hashable, Comparable, CustomStringConvertible {
  var kind: String
  var id: String

  var description: String { "\(kind)/\(id)" }

  static func < (left: Self, right: Self) -> Bool { (left.kind, left.id) < (right.kind, right.id) }
}

/// Reads each row of content once: a history looks at the same rows a thousand times.
final class BodyCache {
  private var bodies: [Data: String] = [:]

  func body(of wire: Data) throws -> String {
    if let body = bodies[wire] { return body }
    let body = try ContentChange(wire: RawJSON(validating: wire)).body?.text ?? ""
    bodies[wire] = body
    return body
  }
}

/// What the server's database holds.
struct ServerView {
  var libraries: [Data: [LibraryKey: VersionView]] = [:]
  /// Live records only.
  var content: [ContentName: ContentView] = [:]
  var contentHead: Int64 = 0
  var contentFloor: Int64 = 0
  var maxPhysical: [Data: Int64] = [:]
  private let bodies: BodyCache
  /// Streams whose commits are not numbered 1…head without a gap.
  var gaps: [String] = []

  init(_ store: StoryStore, _ bodies: BodyCache) throws {
    self.bodies = bodies
    try store.database.readNow { db in
      try readLibraries(db)
      try readContent(db)
      try readStreams(db)
    }
  }

  private mutating func readLibraries(_ db: Database) throws {
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT s.reader, r.kind, r.id, r.stamp, r.deleted, r.hash, r.payload, r.seq
          FROM library_record r JOIN stream s ON s.id = r.stream
          """))
    while let row = try rows.next() {
      guard let stamp = Stamp(row[3] as String) else { continue }
      let key = LibraryKey(kind: LibraryKind(rawValue: row[1]), id: row[2])
      libraries[row[0], default: [:]][key] = VersionView(
        rank: Rank(stamp: stamp, deleted: row[4], payloadHash: row[5]), payload: row[6], seq: row[7])
    }
  }

  private mutating func readContent(_ db: Database) throws {
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT kind, id, seq, wire FROM content_record WHERE deleted = 0"))
    while let row = try rows.next() {
      content[ContentName(kind: row[0], id: row[1])] = ContentView(rev: row[2], body: try bodies.body(of: row[3]))
    }
  }

  private mutating func readStreams(_ db: Database) throws {
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT s.kind, s.reader, s.head, s.floor, s.max_physical,
            (SELECT count(*) FROM commit_log c WHERE c.stream = s.id) AS commits,
            (SELECT min(seq) FROM commit_log c WHERE c.stream = s.id) AS first,
            (SELECT max(seq) FROM commit_log c WHERE c.stream = s.id) AS last
          FROM stream s
          """))
    while let row = try rows.next() {
      let head: Int64 = row["head"]
      let commits: Int64 = row["commits"]
      // An erased library's log begins anew.
      let (first, last): (Int64, Int64) = (row["first"] ?? head + 1, row["last"] ?? head)
      if last != head || commits != head - first + 1 || (row["kind"] == "content" && first > 1) {
        gaps.append("\(row["kind"] as String): \(commits) commits for head \(head)")
      }
      if let reader = row["reader"] as Data? {
        maxPhysical[reader] = row["max_physical"]
      } else {
        contentHead = head
        contentFloor = row["floor"]
      }
    }
  }
}

extension DatabaseWriter {
  /// Moves with everything that is written, so that what did not change need not be read again.
  var changeCount: Int64 { writeWithoutTransaction { Int64($0.totalChangesCount) } }
}

/// What a device's replica holds.
struct DeviceView {
  private(set) var changeCount: Int64
  var library: [LibraryKey: VersionView] = [:]
  var unsent: Set<LibraryKey> = []
  /// Of the unsent ones those that the server never acknowledged.
  var edited: Set<LibraryKey> = []
  var quarantined: Set<LibraryKey> = []
  /// Live records only.
  var content: [ContentName: ContentView] = [:]
  /// Of all content records, deletions included: the history that the revision is of, and the revision.
  var revisions: [ContentName: (lineage: Int64, rev: Int64)] = [:]
  /// The snapshot's parts whose rows are staged.
  var stagedParts: Set<String> = []
  var contentCursor: String?
  var libraryCursor: String?
  var contentWalk: Int64 = 0
  var isWalking = false

  init(_ replica: Replica) throws {
    changeCount = replica.storage.database.writer.changeCount
    try replica.storage.database.readNow { db in
      let rows = try Row.fetchCursor(
        db.cachedStatement(sql: "SELECT kind, id, stamp, deleted, payload, dirty, problem FROM library"))
      while let row = try rows.next() { add(row) }
      let content = try Row.fetchCursor(
        db.cachedStatement(sql: "SELECT kind, id, rev, lineage, body FROM content"))
      while let row = try content.next() {
        let name = ContentName(kind: row[0], id: row[1])
        let rev: Int64 = row[2]
        revisions[name] = (row[3], rev)
        guard let body = row[4] as Data? else { continue }
        self.content[name] = ContentView(rev: rev, body: String(decoding: body, as: UTF8.self))
      }
      stagedParts = try String.fetchSet(db.cachedStatement(sql: "SELECT sha256 FROM part_staged"))
      let streams = try Row.fetchCursor(db.cachedStatement(sql: "SELECT kind, cursor, walk, walking FROM stream"))
      while let row = try streams.next() {
        if row["kind"] == "content" {
          (contentCursor, contentWalk, isWalking) = (row["cursor"], row["walk"], row["walking"])
        } else {
          libraryCursor = row["cursor"]
        }
      }
    }
  }

  private mutating func add(_ row: Row) {
    guard let stamp = Stamp(row[2] as String) else { return }
    let key = LibraryKey(kind: LibraryKind(rawValue: row[0]), id: row[1])
    let payload: Data = row[4]
    library[key] = VersionView(
      rank: Rank(stamp: stamp, deleted: row[3], payloadHash: Data(SHA256.hash(data: payload))),
      payload: String(decoding: payload, as: UTF8.self))
    let dirty: Int = row[5]
    if !row.hasNull(atIndex: 6) { quarantined.insert(key) } else if dirty > 0 { unsent.insert(key) }
    if dirty == 1 { edited.insert(key) }
  }
}
