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

  static let columns = """
    s.id, s.kind, s.salt, s.head, s.tag, s.floor, s.last_at, s.last_num, s.last_pub, s.max_physical, s.live_records,
    s.live_bytes, i.incarnation
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
  }

  /// The id of the stream's present history: another incarnation of the server is another history.
  var epochBytes: Data { Data(SHA256.hash(data: incarnation + salt).prefix(16)) }
  var epoch: Epoch { Epoch(rawValue: epochBytes.base64URL) }

  var hash: UInt64 { Data(SHA256.hash(data: Data("stream".utf8) + salt)).number(at: 0, as: UInt64.self) }

  var headCursor: Cursor { cursor(seq: head, tag: tag) }

  func cursor(seq: Int64, tag: UInt32, bootstrapHead: Int64? = nil, seen: Place.Mark? = nil) -> Cursor {
    CursorCodec.cursor(
      at: Place(
        kind: kind, streamHash: hash, epoch: epochBytes, seq: seq, tag: tag, bootstrapHead: bootstrapHead, seen: seen))
  }
}
