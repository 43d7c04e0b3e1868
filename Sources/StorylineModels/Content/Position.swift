/// Where an actor stands on a topic from a date on.
///
/// The present stance is the newest position of an actor on a topic; the board and its history are the same rows.
public struct Position: ContentEntity {
  public static let kind = ContentKind.position

  public var id: Identifier<Position>
  public var story: Identifier<Story>
  public var actor: Identifier<Actor>
  public var topic: String
  public var stance: Stance
  public var date: PartialDate
  public var summary: String
  public var statedBy: Identifier<Actor>?
  public var supersedes: Identifier<Position>?
  public var sourceUrl: String?
  public var evidence: [Evidence]

  public init(
    id: Identifier<Position>, story: Identifier<Story>, actor: Identifier<Actor>, topic: String, stance: Stance,
    date: PartialDate, summary: String, statedBy: Identifier<Actor>? = nil, supersedes: Identifier<Position>? = nil,
    sourceUrl: String? = nil, evidence: [Evidence]
  ) {
    self.id = id
    self.story = story
    self.actor = actor
    self.topic = topic
    self.stance = stance
    self.date = date
    self.summary = summary
    self.statedBy = statedBy
    self.supersedes = supersedes
    self.sourceUrl = sourceUrl
    self.evidence = evidence
  }

  public struct Stance: OpenSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let supports = Stance(rawValue: "supports")
    public static let supportsWithConditions = Stance(rawValue: "supports-with-conditions")
    public static let undecided = Stance(rawValue: "undecided")
    public static let opposes = Stance(rawValue: "opposes")
    public static let unknown = Stance(rawValue: "unknown")
    public static let known: [Stance] = [.supports, .supportsWithConditions, .undecided, .opposes, .unknown]
  }
}
