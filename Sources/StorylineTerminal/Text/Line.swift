import StorylineScreen

/// What a stretch of text is, for the eye. A palette says how it looks.
public enum Ink: Hashable, Sendable, CaseIterable {
  case plain, title, heading, strong, emphasis, faint, mark, link, hit, unread, saved, warning, good, bad
  /// Words that the reader marked, and what two versions of a text differ in.
  case highlight, removed, added
}

/// A stretch of text in one ink. Its text is safe to print, wherever it came from.
public struct Span: Hashable, Sendable {
  public let text: String
  public var ink: Ink
  /// Where it leads to.
  public var link: String?

  public init(_ text: String, _ ink: Ink = .plain, link: String? = nil) {
    self.text = SafeText.line(text)
    self.ink = ink
    self.link = link
  }

  /// Columns.
  public var width: Int { TextWidth.of(text) }
}

/// One line of the screen.
public struct Line: Hashable, Sendable, ExpressibleByArrayLiteral {
  public var spans: [Span]

  public init(_ spans: [Span]) { self.spans = spans }
  public init(_ text: String, _ ink: Ink = .plain) { spans = [Span(text, ink)] }
  public init(arrayLiteral elements: Span...) { spans = elements }

  public static let empty = Line([])

  /// Columns.
  public var width: Int { spans.reduce(0) { $0 + $1.width } }

  /// The words without their looks.
  public var text: String { spans.map(\.text).joined() }
}
