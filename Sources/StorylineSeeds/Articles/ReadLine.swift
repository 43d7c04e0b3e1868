/// What a reader took a line of a document for.
public struct ReadLine: Hashable, Sendable, Codable {
  /// From 1.
  public var number: Int
  public var text: String
  public var role: LineRole
  /// Why, in a few words.
  public var reason: String
  /// The id of the block that the line went into, as a new article would have it.
  public var block: String?
  /// What was changed in the line, in a few words each; nil if nothing was.
  public var changes: [String]?

  public init(
    number: Int, text: String, role: LineRole, reason: String, block: String? = nil, changes: [String]? = nil
  ) {
    self.number = number
    self.text = text
    self.role = role
    self.reason = reason
    self.block = block
    self.changes = changes
  }
}

/// The part that a line plays. Every line has one: nothing of a document goes unseen.
public enum LineRole: String, Hashable, Sendable, Codable, CaseIterable {
  case blank
  case frontMatter = "front-matter"
  case headline, standfirst, byline, paragraph, heading, list, quote, attribution, image, link, tags
  /// When the page was published or changed.
  case date
  /// Belongs to a picture that did not come along.
  case caption
  /// What a page has around any article: sharing, subscribing, advertising, the way to it.
  case furniture
  /// Says again what another line has said.
  case `repeat`
  /// Boilerplate behind the text.
  case tail
  /// Not understood; a fault says why.
  case fault

  /// The roles whose lines are left out of the article, and reported.
  static let leftOut: Set<LineRole> = [.repeat, .date, .caption, .furniture, .tail]
  /// The roles that an editor may give to a line of a raw document.
  static let forRaw: [LineRole] = [
    .headline, .standfirst, .byline, .paragraph, .heading, .link, .tags, .date, .caption, .furniture, .tail,
  ]
}
