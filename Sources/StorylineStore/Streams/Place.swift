import Foundation
import StorylineModels

/// What a cursor says: a place in one history of one stream.
struct Place: Hashable, Sendable {
  var kind: StreamKind
  /// The first 8 bytes of the digest of the stream's salt: a cursor of another stream is recognised by it.
  var streamHash: UInt64
  /// 16 bytes.
  var epoch: Data
  var seq: Int64
  /// The tag of the commit at `seq`; 0 at the beginning, and where the log no longer knows it.
  var tag: UInt32
  /// Of a walk that began with an empty replica: tombstones up to this seq are of no use to it.
  var bootstrapHead: Int64?
  /// Of a walk that is not at its end: where the log stood when its last page was made. A record may have moved from
  /// the pages behind to there; in a history that lacks this place it could be where the walk has been already.
  var seen: Mark?

  /// One commit of one history.
  struct Mark: Hashable, Sendable {
    var seq: Int64
    var tag: UInt32
  }
}

/// The text form of a place (protocol, 2.1): base64url of version, kind, stream, epoch, seq, tag, flags, sum.
enum CursorCodec {
  static let version: UInt8 = 1
  private static let bootstrapFlag: UInt8 = 1
  private static let seenFlag: UInt8 = 2
  /// Everything between the version and the flags, these included.
  private static let fixedLength = 1 + 1 + 8 + 16 + 8 + 4 + 1

  static func cursor(at place: Place) -> Cursor {
    var data = Data([version, code(of: place.kind)])
    data.append(bigEndian: place.streamHash)
    data.append(place.epoch)
    data.append(bigEndian: place.seq)
    data.append(bigEndian: place.tag)
    data.append((place.bootstrapHead == nil ? 0 : bootstrapFlag) | (place.seen == nil ? 0 : seenFlag))
    if let head = place.bootstrapHead { data.append(bigEndian: head) }
    if let seen = place.seen {
      data.append(bigEndian: seen.seq)
      data.append(bigEndian: seen.tag)
    }
    data.append(bigEndian: data.crc32)
    return Cursor(rawValue: data.base64URL)
  }

  /// - Throws: `StoreError.cursorInvalid` for any text that is not a cursor of this version.
  static func place(of cursor: Cursor) throws(StoreError) -> Place {
    let text = cursor.rawValue
    guard text.utf8.count <= Cursor.maximumLength else { throw .cursorInvalid("it is too long") }
    guard let data = Data(base64URL: text), data.count > 5 else { throw .cursorInvalid("it is not base64url") }
    // The sum stands at the end in every version, so a broken cursor is never taken for a newer one.
    guard data.dropLast(4).crc32 == data.number(at: data.count - 4, as: UInt32.self) else {
      throw .cursorInvalid("its check sum is wrong")
    }
    guard data[data.startIndex] == version else { throw .cursorInvalid("it was made by another version") }
    return try place(in: data.dropLast(4))
  }

  private static func place(in data: Data) throws(StoreError) -> Place {
    guard data.count >= fixedLength else { throw .cursorInvalid("it is too short") }
    let kind = StreamKind.allCases.first { code(of: $0) == data[data.startIndex + 1] }
    let flags = data[data.startIndex + fixedLength - 1]
    let (isBootstrap, isMidway) = (flags & bootstrapFlag != 0, flags & seenFlag != 0)
    let seq = data.number(at: 26, as: Int64.self)
    let extras = (isBootstrap ? 8 : 0) + (isMidway ? 12 : 0)
    guard let kind, flags <= bootstrapFlag | seenFlag, data.count == fixedLength + extras, seq >= 0 else {
      throw .cursorInvalid("its fields make no sense")
    }
    let head = isBootstrap ? data.number(at: fixedLength, as: Int64.self) : nil
    let seen = isMidway ? mark(in: data, at: fixedLength + extras - 12) : nil
    guard head ?? 0 >= 0, seen?.seq ?? 0 >= 0 else { throw .cursorInvalid("its fields make no sense") }
    return Place(
      kind: kind, streamHash: data.number(at: 2, as: UInt64.self), epoch: Data(data.dropFirst(10).prefix(16)),
      seq: seq, tag: data.number(at: 34, as: UInt32.self), bootstrapHead: head, seen: seen)
  }

  private static func mark(in data: Data, at offset: Int) -> Place.Mark {
    Place.Mark(
      seq: data.number(at: offset, as: Int64.self), tag: data.number(at: offset + 8, as: UInt32.self))
  }

  private static func code(of kind: StreamKind) -> UInt8 {
    switch kind {
    case .content: 1
    case .library: 2
    }
  }
}
