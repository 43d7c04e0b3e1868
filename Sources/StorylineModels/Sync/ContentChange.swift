import Foundation

/// One row of the content log: the server's envelope around an entity's body, or a tombstone.
public struct ContentChange: Hashable, Sendable {
  public var kind: ContentKind
  public var id: String
  /// The seq of the commit that wrote it; grows with every change of the record.
  public var rev: Int64
  /// A number below 2^31 that the server gave at first publication and never gives again.
  public var num: Int?
  /// Of an article: the ULID of its first publication. Orders articles for "mark all read"; never changes.
  public var pub: String?
  public var updatedAt: Timestamp?
  /// nil if the record is gone.
  public var body: RawJSON?
  /// Why it is gone: `retracted`, `legal`, `error`.
  public var reason: String?

  public init(
    kind: ContentKind, id: String, rev: Int64, num: Int? = nil, pub: String? = nil, updatedAt: Timestamp? = nil,
    body: RawJSON?, reason: String? = nil
  ) {
    self.kind = kind
    self.id = id
    self.rev = rev
    self.num = num
    self.pub = pub
    self.updatedAt = updatedAt
    self.body = body
    self.reason = reason
  }

  public var isDeleted: Bool { body == nil }

  public func entity() throws -> Entity? {
    guard let body else { return nil }
    return try Entity(kind: kind, id: id, body: body)
  }

  private struct Envelope: Codable {
    var kind: ContentKind
    var id: String
    var rev: Int64
    var num: Int?
    var pub: String?
    var updatedAt: Timestamp?
    var deleted: Bool?
    var reason: String?
  }

  /// Reads a row of a page; the body's bytes are kept as they are.
  public init(wire: RawJSON) throws {
    var head: [(name: String, value: RawJSON)] = []
    var body: RawJSON?
    for member in try wire.members() {
      if member.name == "body" { body = member.value } else { head.append(member) }
    }
    let envelope = try RawJSON(members: head).decoded(as: Envelope.self)
    guard (envelope.deleted == true) == (body == nil) else {
      throw JSONSyntaxError(offset: 0, what: "a row has a body or is deleted, not both or neither")
    }
    self.init(
      kind: envelope.kind, id: envelope.id, rev: envelope.rev, num: envelope.num, pub: envelope.pub,
      updatedAt: envelope.updatedAt, body: body, reason: envelope.reason)
  }

  /// The bytes of this row in a page: the envelope's members, then the body untouched.
  public func wire() throws -> RawJSON {
    let envelope = Envelope(
      kind: kind, id: id, rev: rev, num: num, pub: pub, updatedAt: updatedAt, deleted: body == nil ? true : nil,
      reason: reason)
    let head = try RawJSON(encoding: envelope)
    guard let body else { return head }
    return RawJSON(trusted: head.data.dropLast() + Data(",\"body\":".utf8) + body.data + Data("}".utf8))
  }
}
