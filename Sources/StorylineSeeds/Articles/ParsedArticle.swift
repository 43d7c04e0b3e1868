public import StorylineModels

/// What one article file was understood as, with the role of each of its lines.
public struct ParsedArticle: Sendable {
  public var file: String
  /// nil if the file could not be read as an article.
  public var article: Article?
  public var lines: [ReadLine]
  /// Of the file itself and its side file; references to other files are the lint's.
  public var faults: [Fault]
}
