/// Somebody who acts in the story: a country, an organisation, a person, a government body.
public struct Actor: ContentEntity {
  public static let kind = ContentKind.actor

  public var id: Identifier<Actor>
  public var type: Kind
  public var name: String
  /// The name in the actor's own script.
  public var nativeName: String?
  /// Of a country: ISO 3166-1 alpha-2.
  public var code: String?
  /// Other names that texts use.
  public var aliases: [String]?
  public var memberOf: [Membership]?
  public var roles: [Post]?
  public var summary: String?
  public var sameAs: [String]?

  public init(
    id: Identifier<Actor>, type: Kind, name: String, nativeName: String? = nil, code: String? = nil,
    aliases: [String]? = nil, memberOf: [Membership]? = nil, roles: [Post]? = nil, summary: String? = nil,
    sameAs: [String]? = nil
  ) {
    self.id = id
    self.type = type
    self.name = name
    self.nativeName = nativeName
    self.code = code
    self.aliases = aliases
    self.memberOf = memberOf
    self.roles = roles
    self.summary = summary
    self.sameAs = sameAs
  }

  public struct Kind: OpenSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let country = Kind(rawValue: "country")
    public static let organisation = Kind(rawValue: "organisation")
    public static let person = Kind(rawValue: "person")
    public static let governmentBody = Kind(rawValue: "government-body")
    public static let known: [Kind] = [.country, .organisation, .person, .governmentBody]
  }

  /// Since when a country belongs to an organisation.
  public struct Membership: Codable, Hashable, Sendable {
    public var actor: Identifier<Actor>
    public var since: PartialDate
    public var until: PartialDate?

    public init(actor: Identifier<Actor>, since: PartialDate, until: PartialDate? = nil) {
      self.actor = actor
      self.since = since
      self.until = until
    }
  }

  /// An office that a person holds or held.
  public struct Post: Codable, Hashable, Sendable {
    public var title: String
    public var actor: Identifier<Actor>
    public var from: PartialDate?
    public var to: PartialDate?

    public init(title: String, actor: Identifier<Actor>, from: PartialDate? = nil, to: PartialDate? = nil) {
      self.title = title
      self.actor = actor
      self.from = from
      self.to = to
    }
  }
}
