/// A copy of a reader's library that can be fetched for a day (protocol, 2.13).
public struct LibraryExport: Codable, Hashable, Sendable, Identifiable {
  public var id: String
  public var expiresAt: Timestamp

  public init(id: String, expiresAt: Timestamp) {
    self.id = id
    self.expiresAt = expiresAt
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case expiresAt = "expires_at"
  }
}

/// One line of an export's file: a record as pages have it, or one of the reader's devices. Unknown lines are skipped.
public struct LibraryExportLine: Codable, Hashable, Sendable {
  public var record: LibraryRecord?
  public var device: Device?

  public init(record: LibraryRecord? = nil, device: Device? = nil) {
    self.record = record
    self.device = device
  }

  /// All that the server knows of a device. Days are `2026-11-24`.
  public struct Device: Codable, Hashable, Sendable {
    public var id: String
    public var name: String?
    public var createdOn: String
    public var lastSeenOn: String

    public init(id: String, name: String?, createdOn: String, lastSeenOn: String) {
      self.id = id
      self.name = name
      self.createdOn = createdOn
      self.lastSeenOn = lastSeenOn
    }

    private enum CodingKeys: String, CodingKey {
      case id, name
      case createdOn = "created_on"
      case lastSeenOn = "last_seen_on"
    }
  }
}
