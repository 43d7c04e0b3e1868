public import Foundation

/// One page of content changes: the rows after one cursor, and the cursor to go on from.
public struct ContentPage: Hashable, Sendable {
  public var epoch: Epoch
  /// The cursor of the request, echoed: a page that answers another request must not be applied.
  public var after: Cursor
  public var cursor: Cursor
  /// Whether to ask again at once.
  public var more: Bool
  /// Where the log stood when the page was made; nil on the last page, whose cursor says it.
  ///
  /// A walk is whole only if all these places lie in the history that it ends in: a record that moved behind the walk
  /// and was put back by a restored backup would be missed otherwise (docs/decisions/0023).
  public var head: Cursor?
  /// Oldest first; a page never ends inside a commit.
  public var changes: [ContentChange]

  public init(
    epoch: Epoch, after: Cursor, cursor: Cursor, more: Bool, head: Cursor? = nil, changes: [ContentChange]
  ) {
    self.epoch = epoch
    self.after = after
    self.cursor = cursor
    self.more = more
    self.head = head
    self.changes = changes
  }

  private struct Head: Codable {
    var epoch: Epoch
    var after: Cursor
    var cursor: Cursor
    var more: Bool
    var head: Cursor?
  }

  /// Reads a page as it came over the wire. Unknown members of the page are ignored, those of rows are kept.
  ///
  /// - Throws: `JSONSyntaxError` or `DecodingError` if it is not a page: a cut transfer, a captive portal's greeting.
  public init(parsing data: Data) throws {
    var head: [(name: String, value: RawJSON)] = []
    var rows: [RawJSON]?
    for member in try RawJSON(validating: data).members() {
      if member.name == "changes" { rows = try member.value.elements() } else { head.append(member) }
    }
    guard let rows else { throw JSONSyntaxError(offset: data.count, what: "the member “changes” is missing") }
    let decoded = try RawJSON(members: head).decoded(as: Head.self)
    self.init(
      epoch: decoded.epoch, after: decoded.after, cursor: decoded.cursor, more: decoded.more, head: decoded.head,
      changes: try rows.map { try ContentChange(wire: $0) })
  }

  /// Joins rows that are already encoded into a page's bytes.
  public static func wire(
    epoch: Epoch, after: Cursor, cursor: Cursor, more: Bool, head place: Cursor? = nil, rows: [Data]
  ) throws -> Data {
    let head = try StorylineJSON.encode(Head(epoch: epoch, after: after, cursor: cursor, more: more, head: place))
    var data = Data(capacity: head.count + 16 + rows.reduce(rows.count) { $0 + $1.count })
    data.append(head.dropLast())
    data.append(contentsOf: ",\"changes\":[".utf8)
    for (index, row) in rows.enumerated() {
      if index > 0 { data.append(UInt8(ascii: ",")) }
      data.append(row)
    }
    data.append(contentsOf: "]}".utf8)
    return data
  }
}

/// Where the content stream stands: what a device compares its own cursor with.
public struct ContentHead: Codable, Hashable, Sendable {
  public var epoch: Epoch
  public var cursor: Cursor
  /// The address of the newest snapshot's manifest; nil if there is none.
  public var snapshot: String?
  public var updatedAt: Timestamp?

  public init(epoch: Epoch, cursor: Cursor, snapshot: String? = nil, updatedAt: Timestamp?) {
    self.epoch = epoch
    self.cursor = cursor
    self.snapshot = snapshot
    self.updatedAt = updatedAt
  }

  private enum CodingKeys: String, CodingKey {
    case epoch, cursor, snapshot
    case updatedAt = "updated_at"
  }
}
