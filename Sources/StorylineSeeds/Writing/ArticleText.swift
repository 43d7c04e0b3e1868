import StorylineModels

/// Writes an article as Markdown that is read back as the same article.
struct ArticleText {
  let article: Article
  /// Of every article that a link may lead to.
  let headlines: [String: String]
  /// The story's, which an article need not name.
  let language: String
  var publishAt: Timestamp?
  var isDraft = false
  /// The names of the images that the folder has.
  var media: [MediaID: String]
  /// What cannot be said in Markdown, in words for the editor.
  private(set) var losses: [String] = []

  init(
    _ article: Article, headlines: [String: String], language: String, publishAt: Timestamp? = nil,
    isDraft: Bool = false, media: [MediaID: String] = [:]
  ) {
    self.article = article
    self.headlines = headlines
    self.language = language
    self.publishAt = publishAt
    self.isDraft = isDraft
    self.media = media
  }

  mutating func text() throws -> String {
    var writer = YAMLWriter()
    writer.mapping(try frontMatter())
    return "---\n\(writer.text)---\n" + article.blocks.map { "\n" + lines(of: $0) + "\n" }.joined()
  }

  private func frontMatter() throws -> [(key: String, value: JSONValue)] {
    guard case .object(var values) = try RawJSON(encoding: article).decoded(as: JSONValue.self) else { return [] }
    values["id"] = nil
    // Both count up or are counted by themselves.
    values["version"] = nil
    if article.readingMinutes == Article.readingMinutes(of: article.blocks) { values["readingMinutes"] = nil }
    if article.language == language { values["language"] = nil }
    if article.tags.isEmpty { values["tags"] = nil }
    if let publishAt { values["publishAt"] = .string(publishAt.description) }
    if isDraft { values["draft"] = .bool(true) }
    return Schema.article.compactMap { member in
      guard let value = values[member.name], value != .null, value != member.standard else { return nil }
      return (member.name, value)
    }
  }

  private mutating func address(of block: Block) -> String {
    guard let url = block.url, let id = MediaID(address: url) else { return block.url ?? "" }
    if let name = media[id] { return MediaReference.folder + name }
    losses.append("the image of block \(block.id) of article \(article.id) is not there")
    return url
  }

  private mutating func lines(of block: Block) -> String {
    // The size of an image in the folder is read from its file.
    let isSized = (block.width != nil || block.height != nil) && block.url.flatMap { MediaID(address: $0) } == nil
    if !block.other.isEmpty || block.fallback != nil || block.quote != nil || block.purpose != nil || isSized
      || (block.credit != nil && block.role != .image) || block.credit?.contains("\" \"") == true
    {
      losses.append("block \(block.id) of article \(article.id) has members that Markdown has no place for")
    }
    let words = block.text ?? ""
    switch block.role {
    case .paragraph: return MarkdownRules.escapedLine(words)
    case .heading: return String(repeating: "#", count: block.level ?? 2) + " " + words
    case .list:
      let items = block.items ?? []
      return items.enumerated().map { index, item in
        (block.style == "number" ? "\(index + 1). " : "- ") + item
      }.joined(separator: "\n")
    case .quote:
      return "> \(words)" + (block.attribution.map { "\n> — \($0)" } ?? "")
    case .image:
      let words = MarkdownRules.imageWords(caption: block.caption, credit: block.credit)
      return "![\(block.alt ?? "")](\(address(of: block))\(words))"
    case .link:
      guard let target = block.article?.rawValue else { return "Also Read | \(block.title ?? "")" }
      let isHeadline = block.title == headlines[target].map { InlineText.escaped($0) } || block.title == nil
      return isHeadline ? "[[\(target)]]" : "[[\(target)|\(block.title ?? "")]]"
    default:
      losses.append("block \(block.id) of article \(article.id) has the role “\(block.role)”, which Markdown has not")
      return MarkdownRules.escapedLine(block.fallback ?? words)
    }
  }
}
