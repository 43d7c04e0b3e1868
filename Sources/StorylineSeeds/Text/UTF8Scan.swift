/// Looks for what is not well-formed UTF-8 (RFC 3629), and for where it is.
enum UTF8Scan {
  /// The byte-order mark.
  static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The index of the first byte that does not belong to a well-formed sequence.
  static func firstInvalid(_ bytes: [UInt8]) -> Int? {
    var index = 0
    while index < bytes.count {
      guard let length = length(at: index, in: bytes) else { return index }
      index += length
    }
    return nil
  }

  struct Count {
    var sequences = 0
    var invalid = 0
    var isMostlyValid: Bool { sequences > invalid * 2 }
  }

  /// How many sequences of several bytes are right and how many bytes are wrong.
  static func count(_ bytes: [UInt8]) -> Count {
    var count = Count()
    var index = 0
    while index < bytes.count {
      let length = length(at: index, in: bytes)
      if let length, length > 1 { count.sequences += 1 }
      if length == nil { count.invalid += 1 }
      index += length ?? 1
    }
    return count
  }

  /// The line of a byte, from 1.
  static func line(of index: Int, in bytes: [UInt8]) -> Int {
    1 + bytes[..<index].count { $0 == ASCII.lineFeed }
  }

  private static func length(at index: Int, in bytes: [UInt8]) -> Int? {
    let first = bytes[index]
    let tail = { (offset: Int, range: ClosedRange<UInt8>) in
      index + offset < bytes.count && range.contains(bytes[index + offset])
    }
    let any: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: return tail(1, any) ? 2 : nil
    case 0xE0: return tail(1, 0xA0...0xBF) && tail(2, any) ? 3 : nil
    case 0xED: return tail(1, 0x80...0x9F) && tail(2, any) ? 3 : nil
    case 0xE1...0xEF: return tail(1, any) && tail(2, any) ? 3 : nil
    case 0xF0: return tail(1, 0x90...0xBF) && tail(2, any) && tail(3, any) ? 4 : nil
    case 0xF1...0xF3: return tail(1, any) && tail(2, any) && tail(3, any) ? 4 : nil
    case 0xF4: return tail(1, 0x80...0x8F) && tail(2, any) && tail(3, any) ? 4 : nil
    default: return nil
    }
  }
}
