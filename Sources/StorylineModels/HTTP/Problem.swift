/// What went wrong with a request, as its caller may know it (RFC 9457, `application/problem+json`).
public struct Problem: Error, Codable, Hashable, Sendable {
  /// Which problem; the `type` URI on the wire ends in it.
  public var code: Code
  public var title: String
  public var status: Int
  /// What is wrong here, and what to do.
  public var detail: String?
  /// The id of the request, to be found in the server's log.
  public var instance: String?
  /// Extra members; each belongs to some codes only.
  public var stream: StreamKind?
  public var epoch: Epoch?
  public var reasons: [String]?
  public var purgedBefore: Stamp?
  public var action: String?
  /// With `cursor-expired`: the address of a snapshot's manifest to start again from.
  public var snapshot: String?
  public var limit: Int?
  public var used: Int?
  public var minClient: String?
  /// With `account-deleted`: when.
  public var erasedAt: Timestamp?
  /// With `conflict`: the records that are not at the revision that the editor saw, with the one that they are at.
  public var conflicts: [Conflict]?

  /// One record of an editor's commit; `rev` is 0 if it is not published.
  public struct Conflict: Codable, Hashable, Sendable {
    public var kind: ContentKind
    public var id: String
    public var rev: Int64

    public init(kind: ContentKind, id: String, rev: Int64) {
      self.kind = kind
      self.id = id
      self.rev = rev
    }
  }

  public init(
    _ code: Code, detail: String? = nil, stream: StreamKind? = nil, epoch: Epoch? = nil, reasons: [String]? = nil,
    purgedBefore: Stamp? = nil, action: String? = nil, snapshot: String? = nil, limit: Int? = nil, used: Int? = nil,
    minClient: String? = nil, erasedAt: Timestamp? = nil,
    conflicts: [Conflict]? = nil
  ) {
    self.code = code
    self.title = code.title
    self.status = code.status
    self.detail = detail
    self.stream = stream
    self.epoch = epoch
    self.reasons = reasons
    self.purgedBefore = purgedBefore
    self.action = action
    self.snapshot = snapshot
    self.limit = limit
    self.used = used
    self.minClient = minClient
    self.erasedAt = erasedAt
    self.conflicts = conflicts
  }

  /// A stable name for one kind of problem. An open set: an old app survives a new code and goes by the status.
  public struct Code: OpenSet {
    public static let uriPrefix = "https://storyline.example/problems/"

    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    public static let badRequest = Code(rawValue: "bad-request")
    public static let unknownParameter = Code(rawValue: "unknown-parameter")
    public static let cursorInvalid = Code(rawValue: "cursor-invalid")
    public static let cursorExpired = Code(rawValue: "cursor-expired")
    public static let epochChanged = Code(rawValue: "epoch-changed")
    public static let unauthorized = Code(rawValue: "unauthorized")
    public static let deviceRevoked = Code(rawValue: "device-revoked")
    public static let forbidden = Code(rawValue: "forbidden")
    public static let notFound = Code(rawValue: "not-found")
    public static let methodNotAllowed = Code(rawValue: "method-not-allowed")
    public static let accountDeleted = Code(rawValue: "account-deleted")
    public static let payloadTooLarge = Code(rawValue: "payload-too-large")
    public static let requestTooLarge = Code(rawValue: "request-too-large")
    public static let uriTooLong = Code(rawValue: "uri-too-long")
    public static let unsupportedMediaType = Code(rawValue: "unsupported-media-type")
    public static let rangeNotSatisfiable = Code(rawValue: "range-not-satisfiable")
    public static let clientTooOld = Code(rawValue: "client-too-old")
    public static let rateLimited = Code(rawValue: "rate-limited")
    public static let mutationInvalid = Code(rawValue: "mutation-invalid")
    public static let quotaExceeded = Code(rawValue: "quota-exceeded")
    public static let conflict = Code(rawValue: "conflict")
    public static let mediaShown = Code(rawValue: "media-shown")
    public static let keyReused = Code(rawValue: "key-reused")
    public static let commitInvalid = Code(rawValue: "commit-invalid")
    public static let mediaInvalid = Code(rawValue: "media-invalid")
    public static let requestTimeout = Code(rawValue: "request-timeout")
    public static let replicaBehind = Code(rawValue: "replica-behind")
    public static let maintenance = Code(rawValue: "maintenance")
    public static let internalError = Code(rawValue: "internal")

    public static let known: [Code] = table.map(\.code)

    public var title: String { Self.table.first { $0.code == self }?.title ?? rawValue }
    /// The HTTP status that goes with it; 500 for a code that this version does not know.
    public var status: Int { Self.table.first { $0.code == self }?.status ?? 500 }

    private static let table: [(code: Code, status: Int, title: String)] = [
      (.badRequest, 400, "The request is not understood"),
      (.unknownParameter, 400, "A query parameter is not known"),
      (.cursorInvalid, 400, "The cursor is not one of this stream"),
      (.clientTooOld, 400, "The app is too old for this server"),
      (.mutationInvalid, 400, "A mutation is malformed"),
      (.unauthorized, 401, "A valid access token is needed"),
      (.deviceRevoked, 401, "This device was signed out"),
      (.forbidden, 403, "The token does not allow this"),
      (.quotaExceeded, 403, "The library is full"),
      (.notFound, 404, "There is nothing here"),
      (.methodNotAllowed, 405, "The method is not allowed here"),
      (.requestTimeout, 408, "The request took too long to arrive"),
      (.mediaShown, 409, "Something still shows the image"),
      (.cursorExpired, 410, "The cursor is too old"),
      (.epochChanged, 410, "The history of this stream changed"),
      (.accountDeleted, 410, "The account was deleted"),
      (.conflict, 412, "Somebody else changed this"),
      (.payloadTooLarge, 413, "A payload is too large"),
      (.requestTooLarge, 413, "The request is too large"),
      (.uriTooLong, 414, "The address is too long"),
      (.unsupportedMediaType, 415, "The body's type is not supported"),
      (.rangeNotSatisfiable, 416, "The part has no such bytes"),
      (.keyReused, 422, "The key was used for another request"),
      (.commitInvalid, 422, "The commit cannot be published"),
      (.mediaInvalid, 422, "The file cannot be published"),
      (.rateLimited, 429, "Too many requests"),
      (.internalError, 500, "The server failed"),
      (.replicaBehind, 503, "This node is not up to date yet"),
      (.maintenance, 503, "The service is not available now"),
    ]
  }

  private enum CodingKeys: String, CodingKey {
    case type, title, status, detail, instance, stream, epoch, reasons, action, snapshot, limit, used, conflicts
    case purgedBefore = "purged_before"
    case minClient = "min_client"
    case erasedAt = "erased_at"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let type = try container.decode(String.self, forKey: .type)
    code = Code(rawValue: String(type.split(separator: "/").last ?? ""))
    title = try container.decodeIfPresent(String.self, forKey: .title) ?? code.title
    status = try container.decodeIfPresent(Int.self, forKey: .status) ?? code.status
    detail = try container.decodeIfPresent(String.self, forKey: .detail)
    instance = try container.decodeIfPresent(String.self, forKey: .instance)
    stream = try container.decodeIfPresent(StreamKind.self, forKey: .stream)
    epoch = try container.decodeIfPresent(Epoch.self, forKey: .epoch)
    reasons = try container.decodeIfPresent([String].self, forKey: .reasons)
    purgedBefore = try container.decodeIfPresent(Stamp.self, forKey: .purgedBefore)
    action = try container.decodeIfPresent(String.self, forKey: .action)
    snapshot = try container.decodeIfPresent(String.self, forKey: .snapshot)
    limit = try container.decodeIfPresent(Int.self, forKey: .limit)
    used = try container.decodeIfPresent(Int.self, forKey: .used)
    minClient = try container.decodeIfPresent(String.self, forKey: .minClient)
    erasedAt = try container.decodeIfPresent(Timestamp.self, forKey: .erasedAt)
    conflicts = try container.decodeIfPresent([Conflict].self, forKey: .conflicts)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Code.uriPrefix + code.rawValue, forKey: .type)
    try container.encode(title, forKey: .title)
    try container.encode(status, forKey: .status)
    try container.encodeIfPresent(detail, forKey: .detail)
    try container.encodeIfPresent(instance, forKey: .instance)
    try container.encodeIfPresent(stream, forKey: .stream)
    try container.encodeIfPresent(epoch, forKey: .epoch)
    try container.encodeIfPresent(reasons, forKey: .reasons)
    try container.encodeIfPresent(purgedBefore, forKey: .purgedBefore)
    try container.encodeIfPresent(action, forKey: .action)
    try container.encodeIfPresent(snapshot, forKey: .snapshot)
    try container.encodeIfPresent(limit, forKey: .limit)
    try container.encodeIfPresent(used, forKey: .used)
    try container.encodeIfPresent(minClient, forKey: .minClient)
    try container.encodeIfPresent(erasedAt, forKey: .erasedAt)
    try container.encodeIfPresent(conflicts, forKey: .conflicts)
  }
}
