/// Where articles and facts come from.
public struct Source: ContentEntity {
  public static let kind = ContentKind.source

  public var id: Identifier<Source>
  public var name: String
  /// `agency`, `newspaper`, `government`, `organisation`, `publisher`: shown, not interpreted.
  public var type: String
  public var url: String?
  /// ISO 3166-1 alpha-2.
  public var country: String?
  public var licence: String?

  public init(
    id: Identifier<Source>, name: String, type: String, url: String? = nil, country: String? = nil,
    licence: String? = nil
  ) {
    self.id = id
    self.name = name
    self.type = type
    self.url = url
    self.country = country
    self.licence = licence
  }
}
