/// One article: head matter and blocks.
public struct Article: ContentEntity {
  public static let kind = ContentKind.article

  public var id: Identifier<Article>
  public var story: Identifier<Story>
  public var chapter: Identifier<Story.Chapter>?
  public var headline: String
  public var standfirst: String?
  /// The place that an agency text opens with, such as `Brussels`.
  public var dateline: String?
  public var byline: [String]
  public var source: Identifier<Source>?
  /// The sources the facts were taken from.
  public var sources: [Identifier<Source>]?
  public var url: String?
  /// BCP 47.
  public var language: String
  /// When its publisher dated it; nil if nobody said. The order of publication here is `ContentChange.pub`.
  public var publishedAt: Timestamp?
  public var version: Int
  public var status: Status
  public var tags: [String]
  public var actors: [Identifier<Actor>]
  public var readingMinutes: Int
  public var blocks: [Block]
  public var updates: [Identifier<Update>]?

  public init(
    id: Identifier<Article>, story: Identifier<Story>, chapter: Identifier<Story.Chapter>? = nil, headline: String,
    standfirst: String? = nil, dateline: String? = nil, byline: [String] = [], source: Identifier<Source>? = nil,
    sources: [Identifier<Source>]? = nil, url: String? = nil, language: String = "en",
    publishedAt: Timestamp? = nil, version: Int = 1, status: Status = .usable, tags: [String] = [],
    actors: [Identifier<Actor>] = [], readingMinutes: Int? = nil, blocks: [Block],
    updates: [Identifier<Update>]? = nil
  ) {
    self.id = id
    self.story = story
    self.chapter = chapter
    self.headline = headline
    self.standfirst = standfirst
    self.dateline = dateline
    self.byline = byline
    self.source = source
    self.sources = sources
    self.url = url
    self.language = language
    self.publishedAt = publishedAt
    self.version = version
    self.status = status
    self.tags = tags
    self.actors = actors
    self.readingMinutes = readingMinutes ?? Self.readingMinutes(of: blocks)
    self.blocks = blocks
    self.updates = updates
  }

  /// Whole minutes at 220 words a minute, at least one.
  public static func readingMinutes(of blocks: [Block]) -> Int {
    let words = blocks.flatMap(\.texts).reduce(0) { $0 + wordCount($1) }
    return max(1, Int((Double(words) / 220).rounded()))
  }

  /// By scalars and not by characters, whose properties take many times as long to look up.
  private static func wordCount(_ text: String) -> Int {
    if let count = plainWordCount(text) { return count }
    var count = 0
    var isInside = false
    for scalar in text.unicodeScalars {
      let isSpace = scalar.isSpace
      if !isSpace, !isInside { count += 1 }
      isInside = !isSpace
    }
    return count
  }

  /// By bytes, where each of them is a character; nil where not.
  private static func plainWordCount(_ text: String) -> Int? {
    var text = text
    return text.withUTF8 { bytes in
      var count = 0
      var isInside = false
      for byte in bytes {
        guard byte < 0x80 else { return nil }
        let isSpace = byte == 0x20 || (0x09...0x0D).contains(byte)
        if !isSpace, !isInside { count += 1 }
        isInside = !isSpace
      }
      return count
    }
  }

  public struct Status: OpenSet {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let usable = Status(rawValue: "usable")
    public static let withdrawn = Status(rawValue: "withdrawn")
    public static let known: [Status] = [.usable, .withdrawn]
  }
}

extension Unicode.Scalar {
  /// White_Space of Unicode, without its table.
  fileprivate var isSpace: Bool {
    switch value {
    case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }
}
