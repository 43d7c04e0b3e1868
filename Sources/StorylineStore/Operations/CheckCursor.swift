import Foundation
import GRDB
import StorylineModels

import struct StorylineModels.Cursor

/// Decides whether a cursor is a place in the stream's present history.
struct CheckCursor {
  static let tagSQL = "SELECT tag FROM commit_log WHERE stream = :stream AND seq = :seq"

  let cursor: Cursor
  let stream: StreamRow
  var mutants: Set<StoreMutant> = []

  /// - Throws: `StoreError.cursorInvalid`, `.epochChanged`, `.cursorExpired`.
  func run(in db: Database) throws -> Place {
    let place = try CursorCodec.place(of: cursor)
    guard place.kind == stream.kind, place.streamHash == stream.hash else {
      throw ReportedError(answer: .cursorInvalid("it belongs to another stream"), event: .foreignCursor(stream.kind))
    }
    guard place.epoch == stream.epochBytes else {
      throw changed(try ReadEpochNews(stream: stream, since: place.epoch).run(in: db))
    }
    // Ahead of the head, or beside the history we have: a backup was put back and nobody told us.
    let marks = [Place.Mark(seq: place.seq, tag: place.tag)] + (place.seen.map { [$0] } ?? [])
    let isOurs = try marks.allSatisfy { try isKnown($0, in: db) } || mutants.contains(.noticesNoRestore)
    guard isOurs else {
      // Its epoch is the present one, so it has heard of every purge.
      let news = EpochNews(reasons: [EpochNews.restored])
      throw ReportedError(answer: changed(news), event: .strangeCursor(stream.kind))
    }
    guard place.seq >= stream.floor || mutants.contains(.ignoresFloor) else {
      throw try ReadSnapshot.expired(stream, in: db)
    }
    return place
  }

  private func isKnown(_ place: Place.Mark, in db: Database) throws -> Bool {
    if place.seq > stream.head { return false }
    if place.seq == 0 { return place.tag == 0 }
    if place.seq == stream.head { return place.tag == stream.tag }
    guard let tag = try Self.tag(at: place.seq, of: stream, in: db) else {
      // A library's log keeps the last commits only; an older place is taken at its word.
      return stream.kind == .library
    }
    return place.tag == tag
  }

  /// The tag of a commit; nil if the log does not know it any more.
  static func tag(at seq: Int64, of stream: StreamRow, in db: Database) throws -> UInt32? {
    if seq == stream.head { return stream.tag }
    let statement = try db.cachedStatement(sql: tagSQL)
    return try UInt32.fetchOne(statement, arguments: ["stream": stream.id, "seq": seq])
  }

  private func changed(_ news: EpochNews) -> StoreError {
    .epochChanged(
      stream: stream.kind, epoch: stream.epoch, reasons: news.reasons.sorted(), purgedBefore: news.purgedBefore)
  }
}
