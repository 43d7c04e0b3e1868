/// Something that happened, on a date that may be fuzzy.
public struct Event: ContentEntity {
  public static let kind = ContentKind.event

  public var id: Identifier<Event>
  public var story: Identifier<Story>
  public var chapter: Identifier<Story.Chapter>?
  public var date: PartialDate
  public var endDate: PartialDate?
  /// `summit`, `treaty`, `law` and so on: shown, not interpreted.
  public var type: String
  /// 1 to 3; 3 is a key event.
  public var weight: Int
  public var title: String
  public var summary: String
  public var place: String?
  public var actors: [Identifier<Actor>]
  public var tags: [String]?
  public var sourceUrl: String?
  public var evidence: [Evidence]

  public init(
    id: Identifier<Event>, story: Identifier<Story>, chapter: Identifier<Story.Chapter>? = nil, date: PartialDate,
    endDate: PartialDate? = nil, type: String, weight: Int = 1, title: String, summary: String, place: String? = nil,
    actors: [Identifier<Actor>] = [], tags: [String]? = nil, sourceUrl: String? = nil, evidence: [Evidence]
  ) {
    self.id = id
    self.story = story
    self.chapter = chapter
    self.date = date
    self.endDate = endDate
    self.type = type
    self.weight = weight
    self.title = title
    self.summary = summary
    self.place = place
    self.actors = actors
    self.tags = tags
    self.sourceUrl = sourceUrl
    self.evidence = evidence
  }
}
