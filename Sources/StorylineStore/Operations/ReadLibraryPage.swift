import GRDB
import StorylineModels

import struct StorylineModels.Cursor

/// Reads one page of a reader's library: whole commits, oldest first.
struct ReadLibraryPage {
  static let sql = """
    SELECT \(LibraryRow.columns) FROM library_record WHERE stream = :stream AND seq > :after
    ORDER BY seq, kind, id
    """

  /// nil starts from the beginning.
  let after: Cursor?
  /// Of a walk from the beginning: the replica holds nothing, so it need not hear of deletions before now.
  let empty: Bool
  let limit: Int?
  /// A seq whose rows may be left out, because who asks wrote them in this very request.
  var written: Int64?
  let reader: ReaderID
  let limits: ServiceLimits
  let now: Timestamp
  /// The node of who asks; a broken rule leaves out its rows.
  var hiddenNode: UInt64?
  var mutants: Set<StoreMutant> = []

  func run(in db: Database) throws -> LibraryPage {
    let stream = try ReadStream.library(of: reader, in: db)
    let place = try after.map { try CheckCursor(cursor: $0, stream: stream, mutants: mutants).run(in: db) }
    let bootstrapHead = place == nil ? (empty ? stream.head : nil) : place?.bootstrapHead
    let (rows, end) = try collect(after: place?.seq ?? 0, bootstrapHead: bootstrapHead ?? 0, in: stream, db)
    let cursor: Cursor
    if let end, !mutants.contains(.jumpsToHead) {
      let tag = try CheckCursor.tag(at: end, of: stream, in: db) ?? 0
      let isBootstrap = bootstrapHead.map { $0 > end } ?? false
      cursor = stream.cursor(
        seq: end, tag: tag, bootstrapHead: isBootstrap ? bootstrapHead : nil,
        seen: mutants.contains(.forgetsWalks) ? nil : Place.Mark(seq: stream.head, tag: stream.tag))
    } else {
      cursor = stream.headCursor
    }
    return LibraryPage(now: now, epoch: stream.epoch, changes: rows, cursor: cursor, more: end != nil)
  }

  /// The rows of the page, and the seq of its last commit; nil if it reaches the head.
  private func collect(
    after start: Int64, bootstrapHead: Int64, in stream: StreamRow, _ db: Database
  ) throws -> (rows: [LibraryRecord], end: Int64?) {
    let rowLimit = min(max(limit ?? limits.pageRows, 1), limits.pageRows)
    var rows: [LibraryRecord] = []
    var bytes: Int64 = 0
    var last = start
    let cursor = try Row.fetchCursor(
      db.cachedStatement(sql: Self.sql), arguments: ["stream": stream.id, "after": start])
    while let row = try cursor.next() {
      let seq: Int64 = row["seq"]
      let isOld: Bool = row["deleted"] && seq <= bootstrapHead
      if isOld || seq == written { continue }
      // Only between two commits, and never at the head: rows of one commit come together.
      if seq != last || mutants.contains(.cutsCommits), rows.count >= rowLimit || bytes >= limits.requestBytes {
        return (rows, last)
      }
      let stored = try LibraryRow(row: row)
      if let hiddenNode, stored.record.stamp.node == hiddenNode { continue }
      rows.append(stored.record)
      bytes += stored.bytes
      last = seq
    }
    return (rows, nil)
  }
}
