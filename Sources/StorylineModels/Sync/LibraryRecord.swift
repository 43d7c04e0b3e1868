/// What a library record is about. An open set that the server does not know: `[a-z][a-z0-9._-]{0,31}`.
public struct LibraryKind: OpenSet {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  public static let read = LibraryKind(rawValue: "read")
  public static let readmark = LibraryKind(rawValue: "readmark")
  public static let progress = LibraryKind(rawValue: "progress")
  public static let saved = LibraryKind(rawValue: "saved")
  public static let highlight = LibraryKind(rawValue: "highlight")
  public static let note = LibraryKind(rawValue: "note")
  public static let follow = LibraryKind(rawValue: "follow")
  public static let preference = LibraryKind(rawValue: "preference")
  public static let visit = LibraryKind(rawValue: "visit")

  public static let known: [LibraryKind] = [
    .read, .readmark, .progress, .saved, .highlight, .note, .follow, .preference, .visit,
  ]

  public var isWellFormed: Bool {
    let bytes = Array(rawValue.utf8)
    guard (1...32).contains(bytes.count), (97...122).contains(bytes[0]) else { return false }
    return bytes.dropFirst().allSatisfy { byte in
      (97...122).contains(byte) || (48...57).contains(byte) || [UInt8(ascii: "."), 0x5F, 0x2D].contains(byte)
    }
  }
}

/// Which record of a library.
public struct LibraryKey: Hashable, Sendable, Codable, Comparable {
  public var kind: LibraryKind
  /// At most 128 printable ASCII characters.
  public var id: String

  public init(kind: LibraryKind, id: String) {
    self.kind = kind
    self.id = id
  }

  public var isWellFormed: Bool {
    kind.isWellFormed && (1...128).contains(id.utf8.count) && id.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  public static func < (left: Self, right: Self) -> Bool {
    (left.kind.rawValue, left.id) < (right.kind.rawValue, right.id)
  }
}

/// One version of one library record: a register whose highest rank wins.
public struct LibraryRecord: Codable, Hashable, Sendable {
  public var kind: LibraryKind
  public var id: String
  public var stamp: Stamp
  public var deleted: Bool
  /// How the payload is to be read; `json` is the only encoding of version 1.
  public var enc: String
  /// Opaque to the server, byte for byte; empty if deleted.
  public var payload: String
  /// The seq that the server stored it under; nil while it has not.
  public var seq: Int64?

  public init(
    kind: LibraryKind, id: String, stamp: Stamp, deleted: Bool = false, enc: String = "json", payload: String,
    seq: Int64? = nil
  ) {
    self.kind = kind
    self.id = id
    self.stamp = stamp
    self.deleted = deleted
    self.enc = enc
    self.payload = payload
    self.seq = seq
  }

  public var key: LibraryKey { LibraryKey(kind: kind, id: id) }

  private enum CodingKeys: String, CodingKey { case kind, id, stamp, deleted, enc, payload, seq }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    kind = try container.decode(LibraryKind.self, forKey: .kind)
    id = try container.decode(String.self, forKey: .id)
    stamp = try container.decode(Stamp.self, forKey: .stamp)
    deleted = try container.decodeIfPresent(Bool.self, forKey: .deleted) ?? false
    enc = try container.decodeIfPresent(String.self, forKey: .enc) ?? "json"
    payload = try container.decodeIfPresent(String.self, forKey: .payload) ?? ""
    seq = try container.decodeIfPresent(Int64.self, forKey: .seq)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    try container.encode(id, forKey: .id)
    try container.encode(stamp, forKey: .stamp)
    if deleted { try container.encode(true, forKey: .deleted) }
    try container.encode(enc, forKey: .enc)
    if !deleted || !payload.isEmpty { try container.encode(payload, forKey: .payload) }
    try container.encodeIfPresent(seq, forKey: .seq)
  }
}
