/// The payload of a typed library record: what the devices of one reader tell each other.
public protocol LibraryPayload: Codable, Hashable, Sendable {
  static var kind: LibraryKind { get }
}

/// Whether an article was read; its id is the article's. Unread is `read: false`, not a deletion.
public struct ReadMark: LibraryPayload {
  public static let kind = LibraryKind.read
  public var read: Bool
  public var at: Timestamp?
  /// The version of the article that was read.
  public var version: Int?

  public init(read: Bool, at: Timestamp? = nil, version: Int? = nil) {
    self.read = read
    self.at = at
    self.version = version
  }
}

/// Everything of a scope is read that was published up to `upto`; its id is the scope (`all`).
public struct ReadUpTo: LibraryPayload {
  public static let kind = LibraryKind.readmark
  /// `ContentChange.pub` of the last article read.
  public var upto: String

  public init(upto: String) { self.upto = upto }
}

/// How far an article was read; its id is the article's.
public struct Progress: LibraryPayload {
  public static let kind = LibraryKind.progress
  public var block: Identifier<Block>
  /// Characters into the block.
  public var offset: Int
  /// 0 to 1 of the whole article.
  public var fraction: Double
  public var rev: Int64?

  public init(block: Identifier<Block>, offset: Int, fraction: Double, rev: Int64? = nil) {
    self.block = block
    self.offset = offset
    self.fraction = fraction
    self.rev = rev
  }

  private enum CodingKeys: String, CodingKey {
    case rev
    case block = "b"
    case offset = "o"
    case fraction = "f"
  }
}

/// Whether an article is saved; its id is the article's.
public struct SavedMark: LibraryPayload {
  public static let kind = LibraryKind.saved
  public var saved: Bool
  public var folder: String?
  public var at: Timestamp?

  public init(saved: Bool, folder: String? = nil, at: Timestamp? = nil) {
    self.saved = saved
    self.folder = folder
    self.at = at
  }
}

/// Words of an article that the reader marked; its id is a ULID.
public struct Highlight: LibraryPayload {
  public static let kind = LibraryKind.highlight
  public var article: Identifier<Article>
  public var block: Identifier<Block>
  public var quote: String
  public var prefix: String?
  public var suffix: String?
  public var colour: String?

  public init(
    article: Identifier<Article>, block: Identifier<Block>, quote: String, prefix: String? = nil,
    suffix: String? = nil, colour: String? = nil
  ) {
    self.article = article
    self.block = block
    self.quote = quote
    self.prefix = prefix
    self.suffix = suffix
    self.colour = colour
  }
}

/// Words of the reader's own; its id is a ULID.
public struct Note: LibraryPayload {
  public static let kind = LibraryKind.note
  public var text: String
  public var article: Identifier<Article>?
  public var highlight: String?
  /// The note of which this one is the version that lost.
  public var conflictOf: String?

  public init(
    text: String, article: Identifier<Article>? = nil, highlight: String? = nil, conflictOf: String? = nil
  ) {
    self.text = text
    self.article = article
    self.highlight = highlight
    self.conflictOf = conflictOf
  }

  private enum CodingKeys: String, CodingKey {
    case text, article, highlight
    case conflictOf = "conflict_of"
  }
}

/// Whether an entity is followed; its id is the entity's.
public struct Follow: LibraryPayload {
  public static let kind = LibraryKind.follow
  public var on: Bool

  public init(on: Bool) { self.on = on }
}

/// One setting that the reader's devices share; its id is the setting's name.
public struct Preference: LibraryPayload {
  public static let kind = LibraryKind.preference
  public var value: JSONValue

  public init(value: JSONValue) { self.value = value }
}

/// The content revision up to which the reader has caught up; its id is the story's.
public struct Visit: LibraryPayload {
  public static let kind = LibraryKind.visit
  public var rev: Int64
  public var epoch: Epoch
  public var at: Timestamp

  public init(rev: Int64, epoch: Epoch, at: Timestamp) {
    self.rev = rev
    self.epoch = epoch
    self.at = at
  }
}
