/// The columns that a page has.
public struct Layout: Hashable, Sendable {
  /// A line of prose is read best at no more than this.
  public static let proseWidth = 72
  /// Tables may be wider than prose, and end somewhere all the same.
  public static let tableWidth = 100
  /// Of a page that goes nowhere in particular: a pipe, a file.
  public static let defaultWidth = 72
  /// Below this nothing is laid out any narrower.
  public static let minimumWidth = 20

  /// The terminal's columns.
  public let width: Int
  /// Whether paragraphs stay on one line each, for programs and for screen readers.
  public var isUnwrapped: Bool
  /// Whether inks look different from each other; where they do not, signs say what looks would.
  public var hasLooks: Bool
  /// Whether ids are shown: they are for commands, and nobody types them where things are chosen by a bar.
  public var namesIDs = true
  /// Columns that running text has at most.
  public var proseLimit = Layout.proseWidth

  public init(width: Int, isUnwrapped: Bool = false, hasLooks: Bool = false) {
    self.width = max(Self.minimumWidth, width)
    self.isUnwrapped = isUnwrapped
    self.hasLooks = hasLooks
  }

  /// Columns of running text.
  public var prose: Int { isUnwrapped ? Int(Int32.max) : min(width, proseLimit) }
  /// Columns of a table.
  public var table: Int { isUnwrapped ? Int(Int32.max) : min(width, Self.tableWidth) }
  /// Columns of a rule.
  public var rule: Int { min(width, proseLimit) }
  /// Whether two columns stand side by side, or one below the other.
  public var isWide: Bool { width >= 60 }
}
