import Crypto
import Foundation
import GRDB
import StorylineModels

import struct StorylineModels.Cursor

/// One row of `stream`, with the incarnation of the server that its epoch depends on.
struct StreamRow: Sendable {
  let id: Int64
  let kind: StreamKind
  let salt: Data
  let head: Int64
  let tag: UInt32
  let floor: Int64
  let lastAt: Int64
  let lastNum: Int64
  let lastPub: String?
  let maxPhysical: Int64
  let liveRecords: Int64
  let liveBytes: Int64
  let incarnation: Data
  /// Counts the histories that the stream had within one incarnation: a purge begins another.
  let generation: Int64
  /// Everything up to this stamp was erased by the reader, and may not come back.
  let purgedBefore: Stamp?

  static let columns = """
    s.id, s.kind, s.salt, s.head, s.tag, s.floor, s.last_at, s.last_num, s.last_pub, s.max_physical, s.live_records,
    s.live_bytes, s.generation, s.purged_before, i.incarnation
    """

  init(row: Row) throws {
    guard let kind = StreamKind(rawValue: row["kind"]) else { throw StoreError.damaged("a stream has no known kind") }
    self.kind = kind
    id = row["id"]
    salt = row["salt"]
    head = row["head"]
    tag = row["tag"]
    floor = row["floor"]
    lastAt = row["last_at"]
    lastNum = row["last_num"]
    lastPub = row["last_pub"]
    maxPhysical = row["max_physical"]
    liveRecords = row["live_records"]
    liveBytes = row["live_bytes"]
    incarnation = row["incarnation"]
    generation = row["generation"]
    purgedBefore = try (row["purged_before"] as String?).map { text in
      guard let stamp = Stamp(text) else { throw StoreError.damaged("a stored stamp is malformed") }
      return stamp
    }
  }

  /// The id of the stream's present history: another incarnation of the server is another history.
  var epochBytes: Data { epochBytes(incarnation: incarnation, generation: generation) }

  /// The id that the stream's history had, or has, in an incarnation and a generation.
  func epochBytes(incarnation: Data, generation: Int64) -> Data {
    var seed = incarnation + salt
    // Generation 0 adds nothing: so was the epoch made before there were generations.
    if generation > 0 { seed.append(bigEndian: generation) }
    return Data(SHA256.hash(data: seed).prefix(16))
  }

  var epoch: Epoch { Epoch(rawValue: epochBytes.base64URL) }

  var hash: UInt64 { Data(SHA256.hash(data: Data("stream".utf8) + salt)).number(at: 0, as: UInt64.self) }

  var headCursor: Cursor { cursor(seq: head, tag: tag) }

  func cursor(seq: Int64, tag: UInt32, bootstrapHead: Int64? = nil, seen: Place.Mark? = nil) -> Cursor {
    CursorCodec.cursor(
      at: Place(
        kind: kind, streamHash: hash, epoch: epochBytes, seq: seq, tag: tag, bootstrapHead: bootstrapHead, seen: seen))
  }
}
