/// The one long-running story: what it is, where it stands, and its chapters.
public struct Story: ContentEntity {
  public static let kind = ContentKind.story

  public var id: Identifier<Story>
  public var title: String
  public var status: Status
  /// BCP 47, such as `en` or `uk`.
  public var language: String
  /// The last day whose facts the brief takes into account.
  public var asOf: PartialDate?
  /// Where things stand.
  public var brief: [Block]
  public var chapters: [Chapter]
  public var image: Image?
  /// Display names of tags that need one.
  public var tagNames: [String: String]?

  public init(
    id: Identifier<Story>, title: String, status: Status = .ongoing, language: String = "en",
    asOf: PartialDate? = nil, brief: [Block] = [], chapters: [Chapter] = [], image: Image? = nil,
    tagNames: [String: String]? = nil
  ) {
    self.id = id
    self.title = title
    self.status = status
    self.language = language
    self.asOf = asOf
    self.brief = brief
    self.chapters = chapters
    self.image = image
    self.tagNames = tagNames
  }

  public struct Status: OpenSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let ongoing = Status(rawValue: "ongoing")
    public static let paused = Status(rawValue: "paused")
    public static let closed = Status(rawValue: "closed")
    public static let known: [Status] = [.ongoing, .paused, .closed]
  }

  /// A stretch of the story with a name.
  public struct Chapter: Codable, Hashable, Sendable, Identifiable {
    public var id: Identifier<Chapter>
    public var title: String
    public var from: PartialDate
    public var to: PartialDate?

    public init(id: Identifier<Chapter>, title: String, from: PartialDate, to: PartialDate? = nil) {
      self.id = id
      self.title = title
      self.from = from
      self.to = to
    }
  }

  public struct Image: Codable, Hashable, Sendable {
    public var url: String
    public var alt: String
    public var credit: String?

    public init(url: String, alt: String, credit: String? = nil) {
      self.url = url
      self.alt = alt
      self.credit = credit
    }
  }
}
