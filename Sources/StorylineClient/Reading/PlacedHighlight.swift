public import StorylineModels

/// A reader's highlight and where its words stand in the article as it is now.
public struct PlacedHighlight: Hashable, Sendable, Identifiable {
  public var id: String
  /// As it was made; without its words if they must not be shown any more.
  public var highlight: Highlight
  public var placement: Placement
  /// Whether the words are kept from view because the article was removed for legal reasons.
  public var isQuoteHidden: Bool

  public init(id: String, highlight: Highlight, placement: Placement, isQuoteHidden: Bool = false) {
    self.id = id
    self.highlight = highlight
    self.placement = placement
    self.isQuoteHidden = isQuoteHidden
  }

  /// Ranges are in characters of the block's texts without inline marks, joined by line feeds.
  public enum Placement: Hashable, Sendable {
    /// In its block, word for word.
    case exact(block: Identifier<Block>, range: Range<Int>)
    /// Word for word in another block than it was made in.
    case moved(block: Identifier<Block>, range: Range<Int>)
    /// Nearly: the words were edited.
    case similar(block: Identifier<Block>, range: Range<Int>)
    /// Nowhere any more. It is shown beside the text, and never deleted.
    case detached
  }
}
