/// Words that somebody said, with speaker, date and occasion.
public struct Quote: ContentEntity {
  public static let kind = ContentKind.quote

  public var id: Identifier<Quote>
  public var story: Identifier<Story>
  public var text: String
  public var speaker: Identifier<Actor>
  public var speakerTitle: String?
  public var date: PartialDate
  public var place: String?
  public var occasion: String?
  /// The language it was said in, BCP 47.
  public var language: String
  /// Whether `text` is a translation.
  public var translated: Bool
  public var event: Identifier<Event>?
  public var sourceUrl: String?
  public var evidence: [Evidence]

  public init(
    id: Identifier<Quote>, story: Identifier<Story>, text: String, speaker: Identifier<Actor>,
    speakerTitle: String? = nil, date: PartialDate, place: String? = nil, occasion: String? = nil,
    language: String = "en", translated: Bool = false, event: Identifier<Event>? = nil, sourceUrl: String? = nil,
    evidence: [Evidence]
  ) {
    self.id = id
    self.story = story
    self.text = text
    self.speaker = speaker
    self.speakerTitle = speakerTitle
    self.date = date
    self.place = place
    self.occasion = occasion
    self.language = language
    self.translated = translated
    self.event = event
    self.sourceUrl = sourceUrl
    self.evidence = evidence
  }
}
