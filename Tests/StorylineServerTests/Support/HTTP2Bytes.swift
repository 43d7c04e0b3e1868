/// The few frames of HTTP/2 (RFC 9113) that a rude peer needs.
enum HTTP2Bytes {
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(type: 0x4)
  /// Says that no byte of an answer may be sent: SETTINGS_INITIAL_WINDOW_SIZE = 0.
  static let prefaceWithoutWindow =
    Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(type: 0x4, payload: [0, 4, 0, 0, 0, 0])
  static let ping = frame(type: 0x6, payload: [1, 2, 3, 4, 5, 6, 7, 8])

  /// GET of a path, with header fields in HPACK's plainest form (RFC 7541, 6.2.2).
  static func get(_ path: String, stream: UInt8 = 1, headers: [(String, String)] = []) -> [UInt8] {
    var fields: [UInt8] = [0x82, 0x87, 0x04] + literal(path) + [0x01] + literal("localhost")
    for (name, value) in headers { fields += [0x00] + literal(name) + literal(value) }
    return frame(type: 0x1, flags: 0x5, stream: stream, payload: fields)
  }

  /// A text without Huffman code, behind its length as an integer of seven bits and more (RFC 7541, 5.1).
  private static func literal(_ text: String) -> [UInt8] {
    var length = text.utf8.count
    guard length >= 127 else { return [UInt8(length)] + Array(text.utf8) }
    var bytes: [UInt8] = [127]
    length -= 127
    while length >= 128 {
      bytes.append(UInt8(length % 128 + 128))
      length /= 128
    }
    return bytes + [UInt8(length)] + Array(text.utf8)
  }

  private static func frame(type: UInt8, flags: UInt8 = 0, stream: UInt8 = 0, payload: [UInt8] = []) -> [UInt8] {
    [0, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF), type, flags, 0, 0, 0, stream] + payload
  }
}

/// One frame that a server sent (RFC 9113, section 4.1).
struct HTTP2Frame {
  static let data: UInt8 = 0x0
  static let headers: UInt8 = 0x1

  let type: UInt8
  let endsStream: Bool
  let stream: Int
  /// On the wire, its own nine bytes included.
  let size: Int

  /// The complete frames at the beginning of what came.
  static func all(in bytes: [UInt8]) -> [HTTP2Frame] {
    var frames: [HTTP2Frame] = []
    var place = 0
    while place + 9 <= bytes.count {
      let length = Int(bytes[place]) << 16 | Int(bytes[place + 1]) << 8 | Int(bytes[place + 2])
      guard place + 9 + length <= bytes.count else { break }
      let (type, flags) = (bytes[place + 3], bytes[place + 4])
      let stream = bytes[place + 5..<place + 9].reduce(0) { $0 << 8 | Int($1) }
      frames.append(
        HTTP2Frame(
          type: type, endsStream: flags & 1 == 1 && [data, headers].contains(type), stream: stream, size: 9 + length))
      place += 9 + length
    }
    return frames
  }
}
