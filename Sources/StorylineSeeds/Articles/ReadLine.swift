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

  public init(number: Int, text: String, role: LineRole, reason: String, block: String? = nil) {
    self.number = number
    self.text = text
    self.role = role
    self.reason = reason
    self.block = block
  }
}

/// The part that a line plays. Every line has one: nothing of a document goes unseen.
public enum LineRole: String, Hashable, Sendable, Codable, CaseIterable {
  case blank
  case frontMatter = "front-matter"
  case headline, standfirst, paragraph, heading, list, quote, attribution, image, link, tags
  /// Says again what another line has said.
  case `repeat`
  /// Boilerplate behind the text.
  case tail
  /// Not understood; a fault says why.
  case fault
}
