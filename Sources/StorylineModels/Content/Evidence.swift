/// The words that a fact rests on: an article, the block in it, and the exact words of that block's plain text.
///
/// It names words and not offsets, so it survives edits of other words; the lint proves that they stand there.
/// Source of the idea: TextQuoteSelector of the W3C Web Annotation Data Model, section 4.2.4.
public struct Evidence: Codable, Hashable, Sendable {
  public var article: Identifier<Article>
  public var block: Identifier<Block>
  public var exact: String

  public init(article: Identifier<Article>, block: Identifier<Block>, exact: String) {
    self.article = article
    self.block = block
    self.exact = exact
  }

  /// Whether the words stand in `block`.
  public func isProved(by block: Block) -> Bool {
    block.id == self.block && !exact.isEmpty && block.texts.contains { $0.contains(exact) }
  }
}
