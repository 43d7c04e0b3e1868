/// All content as it stood at one commit, in parts that any cache may keep for ever (protocol, 2.4).
///
/// A part is a gzip file of content rows as pages have them, one per line; its name is its digest.
public struct SnapshotManifest: Codable, Hashable, Sendable, Identifiable {
  /// The form of parts that this version reads.
  public static let format = 1

  public var id: String
  public var epoch: Epoch
  /// Where to go on from once all parts are in.
  public var cursor: Cursor
  public var created: Timestamp
  /// Rows of all parts.
  public var entities: Int
  /// Bytes of all parts.
  public var bytes: Int
  public var format: Int
  /// In the order of their use: the front part, then months, newest first.
  public var parts: [Part]

  public init(
    id: String, epoch: Epoch, cursor: Cursor, created: Timestamp, entities: Int, bytes: Int,
    format: Int = SnapshotManifest.format, parts: [Part]
  ) {
    self.id = id
    self.epoch = epoch
    self.cursor = cursor
    self.created = created
    self.entities = entities
    self.bytes = bytes
    self.format = format
    self.parts = parts
  }

  public struct Part: Codable, Hashable, Sendable {
    /// SHA-256 of the file, 64 hexadecimal digits in lower case.
    public var sha256: String
    /// Of the file.
    public var bytes: Int
    public var rows: Int
    public var role: Role?
    /// The month whose records it holds, such as `2026-11`; nil for the front part.
    public var span: String?

    public init(sha256: String, bytes: Int, rows: Int, role: Role? = nil, span: String? = nil) {
      self.sha256 = sha256
      self.bytes = bytes
      self.rows = rows
      self.role = role
      self.span = span
    }

    /// The last segment of the part's address.
    public var fileName: String { sha256 + ".ndjson.gz" }
  }

  public struct Role: OpenSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The story, its newest articles and all that they refer to: with it the app can be used.
    public static let front = Role(rawValue: "front")
    public static let known: [Role] = [.front]
  }
}
