public import StorylineModels

/// A note to readers about a changed article, as a file of a folder.
public enum UpdateText {
  /// `u-ARTICLE-VERSION`, shortened to an id.
  public static func id(article: String, version: Int) -> String {
    let end = "-\(version)"
    return "u-" + article.prefix(Slug.maximumLength - 2 - end.count) + end
  }

  public static func text(id: String, type: String, at: Timestamp, note: String, for change: MissingNote) -> String {
    var writer = YAMLWriter()
    var pairs: [(key: String, value: JSONValue)] = [
      ("id", .string(id)),
      ("target", .object(["kind": .string(ContentKind.article.rawValue), "id": .string(change.article)])),
      ("type", .string(type)), ("at", .string(at.description)), ("note", .string(TextRules.normalised(note))),
    ]
    if !change.blocks.isEmpty { pairs.append(("blocks", .array(change.blocks.map { .string($0) }))) }
    pairs.append(("fromVersion", .integer(Int64(change.fromVersion))))
    pairs.append(("toVersion", .integer(Int64(change.toVersion))))
    writer.list([pairs])
    return writer.text
  }
}
