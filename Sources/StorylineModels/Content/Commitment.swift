/// A promise of help, with its sum and what became of it.
public struct Commitment: ContentEntity {
  public static let kind = ContentKind.commitment

  public var id: Identifier<Commitment>
  public var story: Identifier<Story>
  public var from: [Identifier<Actor>]
  public var to: [Identifier<Actor>]
  public var title: String
  public var type: Kind
  public var amount: DecimalText?
  /// ISO 4217.
  public var currency: String?
  /// Whether `amount` is a round figure ("about", "up to").
  public var approximate: Bool
  public var status: Status
  public var date: PartialDate
  public var until: PartialDate?
  /// How much of it has arrived, in the same currency.
  public var delivered: DecimalText?
  /// The larger commitment that this one is counted in; totals leave it out.
  public var partOf: Identifier<Commitment>?
  public var event: Identifier<Event>?
  public var sourceUrl: String?
  public var evidence: [Evidence]

  public init(
    id: Identifier<Commitment>, story: Identifier<Story>, from: [Identifier<Actor>], to: [Identifier<Actor>],
    title: String, type: Kind, amount: DecimalText? = nil, currency: String? = nil, approximate: Bool = false,
    status: Status, date: PartialDate, until: PartialDate? = nil, delivered: DecimalText? = nil,
    partOf: Identifier<Commitment>? = nil, event: Identifier<Event>? = nil, sourceUrl: String? = nil,
    evidence: [Evidence]
  ) {
    self.id = id
    self.story = story
    self.from = from
    self.to = to
    self.title = title
    self.type = type
    self.amount = amount
    self.currency = currency
    self.approximate = approximate
    self.status = status
    self.date = date
    self.until = until
    self.delivered = delivered
    self.partOf = partOf
    self.event = event
    self.sourceUrl = sourceUrl
    self.evidence = evidence
  }

  /// The promised sum, if one was named with its currency.
  public var money: Money? {
    guard let amount, let currency else { return nil }
    return Money(amount: amount, currency: currency)
  }

  public struct Kind: OpenSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let military = Kind(rawValue: "military")
    public static let financial = Kind(rawValue: "financial")
    public static let humanitarian = Kind(rawValue: "humanitarian")
    public static let training = Kind(rawValue: "training")
    public static let other = Kind(rawValue: "other")
    public static let known: [Kind] = [.military, .financial, .humanitarian, .training, .other]
  }

  public struct Status: OpenSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let announced = Status(rawValue: "announced")
    public static let approved = Status(rawValue: "approved")
    public static let delivering = Status(rawValue: "delivering")
    public static let delivered = Status(rawValue: "delivered")
    public static let cancelled = Status(rawValue: "cancelled")
    public static let known: [Status] = [.announced, .approved, .delivering, .delivered, .cancelled]
  }
}
