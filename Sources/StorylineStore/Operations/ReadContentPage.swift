import Foundation
import GRDB
import StorylineModels

import struct StorylineModels.Cursor

/// Reads one page of the content log.
///
/// Where a page ends is a property of the log and not of the caller: at the largest multiple of a power of two above
/// `after` that keeps it within the limits. So all clients soon walk the same addresses, and caches answer them.
struct ReadContentPage {
  static let sql = """
    SELECT seq, wire FROM content_record WHERE stream = :stream AND seq > :after ORDER BY seq, kind, id
    """

  let after: Cursor
  let limits: ServiceLimits
  var mutants: Set<StoreMutant> = []

  func run(in db: Database) throws -> EncodedContentPage {
    let stream = try ReadStream.content(in: db)
    let start = try place(in: stream, db)
    let (rows, end) = try collect(after: start, in: stream, db)
    let cursor: Cursor
    if let end, !mutants.contains(.jumpsToHead) {
      guard let tag = try CheckCursor.tag(at: end, of: stream, in: db) else {
        throw StoreError.damaged("commit \(end) is missing in the log")
      }
      cursor = stream.cursor(seq: end, tag: tag)
    } else {
      cursor = stream.headCursor
    }
    let body = try ContentPage.wire(
      epoch: stream.epoch, after: after, cursor: cursor, more: end != nil, head: end == nil ? nil : stream.headCursor,
      rows: rows.map(\.wire))
    return EncodedContentPage(after: after, cursor: cursor, more: end != nil, rowCount: rows.count, body: body)
  }

  private func place(in stream: StreamRow, _ db: Database) throws -> Int64 {
    if after == .start {
      guard stream.floor == 0 else { throw try ReadSnapshot.expired(stream, in: db) }
      return 0
    }
    return try CheckCursor(cursor: after, stream: stream, mutants: mutants).run(in: db).seq
  }

  /// The rows of the page, and the boundary it ends at; nil for the tail, which ends at the head.
  private func collect(
    after start: Int64, in stream: StreamRow, _ db: Database
  ) throws -> (rows: [(seq: Int64, wire: Data)], end: Int64?) {
    var rows: [(seq: Int64, wire: Data)] = []
    var bytes = 0
    // Rows are stepped through one by one: reading stops at the first that is too much.
    let cursor = try Row.fetchCursor(
      db.cachedStatement(sql: Self.sql), arguments: ["stream": stream.id, "after": start])
    while let row = try cursor.next() {
      let seq: Int64 = row["seq"]
      let wire: Data = row["wire"]
      if rows.count + 1 > limits.pageRows || bytes + wire.count > limits.pageBytes,
        seq > start + 1 || mutants.contains(.cutsCommits)
      {
        if mutants.contains(.cutsCommits) { return (rows, seq) }
        let end = PageBoundary.last(after: start, below: seq)
        return (rows.filter { $0.seq <= end }, end)
      }
      bytes += wire.count
      rows.append((seq, wire))
    }
    let isOneCommit = rows.count > limits.pageRows || bytes > limits.pageBytes
    // A single commit that is larger than a page: it is sealed although it ends at the head.
    return (rows, isOneCommit ? start + 1 : nil)
  }
}

/// The ends that content pages may have.
enum PageBoundary {
  /// The largest n·2^k below `limit` that is the first multiple of its 2^k above `start`; at least `start + 1`.
  static func last(after start: Int64, below limit: Int64) -> Int64 {
    var boundary = start + 1
    for power in 1..<62 {
      let next = ((start >> Int64(power)) + 1) << Int64(power)
      guard next < limit else { break }
      boundary = next
    }
    return boundary
  }
}
