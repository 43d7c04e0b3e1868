/// One piece of a text: a paragraph, a heading, a list, a quotation, an image, a link to another article.
///
/// A block keeps its id as long as it lives, so that evidence, highlights and reading progress can point at it.
/// Roles are an open set: of a role that this version does not know, every member is kept and goes out again, and
/// `fallback` is what to show instead.
public struct Block: Codable, Hashable, Sendable, Identifiable {
  public var id: Identifier<Block>
  public var role: Role
  /// Plain text or inline Markdown (`InlineText`).
  public var text: String?
  /// Of a heading: 2 or 3.
  public var level: Int?
  /// Of a list: `bullet` or `number`.
  public var style: String?
  /// Of a list: what it is for, such as `key-points`.
  public var purpose: String?
  public var items: [String]?
  /// Of a quotation: who said it, as a phrase.
  public var attribution: String?
  /// Of a quotation: the quote entity it is.
  public var quote: Identifier<Quote>?
  public var url: String?
  public var width: Int?
  public var height: Int?
  public var alt: String?
  public var caption: String?
  public var credit: String?
  /// Of a link: what it leads to.
  public var title: String?
  public var article: Identifier<Article>?
  /// What a client shows that does not know the role.
  public var fallback: String?
  /// Members that this version does not know.
  public var other: [String: JSONValue]

  public init(
    id: Identifier<Block>, role: Role, text: String? = nil, level: Int? = nil, style: String? = nil,
    purpose: String? = nil, items: [String]? = nil, attribution: String? = nil, quote: Identifier<Quote>? = nil,
    url: String? = nil, width: Int? = nil, height: Int? = nil, alt: String? = nil, caption: String? = nil,
    credit: String? = nil, title: String? = nil, article: Identifier<Article>? = nil, fallback: String? = nil,
    other: [String: JSONValue] = [:]
  ) {
    self.id = id
    self.role = role
    self.text = text
    self.level = level
    self.style = style
    self.purpose = purpose
    self.items = items
    self.attribution = attribution
    self.quote = quote
    self.url = url
    self.width = width
    self.height = height
    self.alt = alt
    self.caption = caption
    self.credit = credit
    self.title = title
    self.article = article
    self.fallback = fallback
    self.other = other
  }

  public struct Role: OpenSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let paragraph = Role(rawValue: "paragraph")
    public static let heading = Role(rawValue: "heading")
    public static let list = Role(rawValue: "list")
    public static let quote = Role(rawValue: "quote")
    public static let image = Role(rawValue: "image")
    public static let link = Role(rawValue: "link")
    public static let known: [Role] = [.paragraph, .heading, .list, .quote, .image, .link]
  }

  /// The texts that a reader sees, without inline marks: what evidence is looked up in and search finds.
  public var texts: [String] {
    let shown = [text].compactMap(\.self) + (items ?? []) + [caption, title].compactMap(\.self)
    let marked = shown.isEmpty ? [fallback].compactMap(\.self) : shown
    return marked.map { InlineText($0).plain }
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case id, role, text, level, style, purpose, items, attribution, quote, url, width, height, alt, caption, credit
    case title, article, fallback
  }

  public init(from decoder: any Decoder) throws {
    let known = try decoder.container(keyedBy: CodingKeys.self)
    let members = try decoder.container(keyedBy: AnyCodingKey.self)
    self.init(
      id: try known.decode(Identifier<Block>.self, forKey: .id), role: try known.decode(Role.self, forKey: .role))
    guard role.isKnown else {
      // What an unknown role means by a member that we have a name for is not ours to guess: keep it as it is.
      other = try Self.values(of: members) { $0 != "id" && $0 != "role" }
      if case .string(let words) = other["fallback"] {
        fallback = words
        other["fallback"] = nil
      }
      return
    }
    text = try known.decodeIfPresent(String.self, forKey: .text)
    level = try known.decodeIfPresent(Int.self, forKey: .level)
    style = try known.decodeIfPresent(String.self, forKey: .style)
    purpose = try known.decodeIfPresent(String.self, forKey: .purpose)
    items = try known.decodeIfPresent([String].self, forKey: .items)
    attribution = try known.decodeIfPresent(String.self, forKey: .attribution)
    quote = try known.decodeIfPresent(Identifier<Quote>.self, forKey: .quote)
    url = try known.decodeIfPresent(String.self, forKey: .url)
    width = try known.decodeIfPresent(Int.self, forKey: .width)
    height = try known.decodeIfPresent(Int.self, forKey: .height)
    alt = try known.decodeIfPresent(String.self, forKey: .alt)
    caption = try known.decodeIfPresent(String.self, forKey: .caption)
    credit = try known.decodeIfPresent(String.self, forKey: .credit)
    title = try known.decodeIfPresent(String.self, forKey: .title)
    article = try known.decodeIfPresent(Identifier<Article>.self, forKey: .article)
    fallback = try known.decodeIfPresent(String.self, forKey: .fallback)
    let names = Set(CodingKeys.allCases.map(\.stringValue))
    other = try Self.values(of: members) { !names.contains($0) }
  }

  public func encode(to encoder: any Encoder) throws {
    var known = encoder.container(keyedBy: CodingKeys.self)
    try known.encode(id, forKey: .id)
    try known.encode(role, forKey: .role)
    try known.encodeIfPresent(text, forKey: .text)
    try known.encodeIfPresent(level, forKey: .level)
    try known.encodeIfPresent(style, forKey: .style)
    try known.encodeIfPresent(purpose, forKey: .purpose)
    try known.encodeIfPresent(items, forKey: .items)
    try known.encodeIfPresent(attribution, forKey: .attribution)
    try known.encodeIfPresent(quote, forKey: .quote)
    try known.encodeIfPresent(url, forKey: .url)
    try known.encodeIfPresent(width, forKey: .width)
    try known.encodeIfPresent(height, forKey: .height)
    try known.encodeIfPresent(alt, forKey: .alt)
    try known.encodeIfPresent(caption, forKey: .caption)
    try known.encodeIfPresent(credit, forKey: .credit)
    try known.encodeIfPresent(title, forKey: .title)
    try known.encodeIfPresent(article, forKey: .article)
    try known.encodeIfPresent(fallback, forKey: .fallback)
    var members = encoder.container(keyedBy: AnyCodingKey.self)
    for (name, value) in other { try members.encode(value, forKey: AnyCodingKey(name)) }
  }

  private static func values(
    of members: KeyedDecodingContainer<AnyCodingKey>, where isWanted: (String) -> Bool
  ) throws -> [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    for key in members.allKeys where isWanted(key.stringValue) {
      values[key.stringValue] = try members.decode(JSONValue.self, forKey: key)
    }
    return values
  }
}
