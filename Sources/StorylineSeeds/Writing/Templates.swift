public import StorylineModels

/// The files that a story folder begins with.
public enum FolderTemplate {
  /// Folders of the kinds that have many entries.
  public static let folders = ["articles", "events", "quotes", "positions", "commitments", "updates", "media"]

  /// - Parameter name: the folder's; the story's id is made of it.
  /// - Returns: paths and texts; nil if no id can be made of the name.
  public static func files(name: String, title: String?, today: Timestamp) -> [String: String]? {
    guard let id = Wording.slug(from: name) else { return nil }
    let words = id.replacing("-", with: " ")
    let title = title ?? words.prefix(1).uppercased() + words.dropFirst()
    let day = String(today.description.prefix(10))
    var story = YAMLWriter()
    story.mapping([
      ("id", .string(id)), ("title", .string(TextRules.normalised(title))), ("asOf", .string(day)),
      ("brief", .array([.string("Where things stand, in a sentence or three.")])),
      (
        "chapters",
        .array([
          .object([
            "id": .string("beginning"), "title": .string("How it began"), "from": .string(String(day.prefix(4))),
          ])
        ])
      ),
    ])
    var sources = YAMLWriter()
    sources.list([[("id", .string("desk")), ("name", .string("Our desk")), ("type", .string("publisher"))]])
    var actors = YAMLWriter()
    actors.list([
      [
        ("id", .string("council")), ("type", .string("organisation")), ("name", .string("The council")),
        ("summary", .string("Who they are, in one line.")),
      ]
    ])
    return [
      "story.yaml": story.text, "sources.yaml": sources.text, "actors.yaml": actors.text,
      "tags.yaml": "# What readers see of a tag.\nvote: The vote\n",
    ]
  }
}

/// A template of one entry, filled as far as the folder says what could stand there.
public struct EntryTemplate {
  private let kind: ContentKind
  private let id: String
  private let now: Timestamp
  private let ids: [ContentKind: [String]]

  public init(kind: ContentKind, id: String, now: Timestamp, story: SeedStory) {
    self.kind = kind
    self.id = id
    self.now = now
    ids = Dictionary(grouping: story.records.filter { !$0.id.isEmpty }, by: \.kind).mapValues { $0.map(\.id).sorted() }
  }

  /// Where it belongs in the folder.
  public var path: String {
    switch kind {
    case .article: "articles/\(id).md"
    default: "\(kind)s/\(id).yaml"
    }
  }

  public var text: String { kind == .article ? article : entry }

  private var day: String { String(now.description.prefix(10)) }

  private func some(_ kind: ContentKind) -> String { ids[kind]?.first ?? "‹the id of \(kind.noun)›" }

  private var article: String {
    """
    ---
    headline: ‹What happened, in a line›
    standfirst: ‹Why it matters, in a line›
    source: \(some(.source))
    publishedAt: "\(day)T12:00:00.000Z"
    # draft: true                              nothing leaves until this line is gone
    # publishAt: "\(day)T18:00:00Z"      nothing leaves before this moment
    tags: []
    actors:
      - \(some(.actor))
    ---

    ‹The first paragraph. An empty line ends it.›

    ## ‹A section›

    > ‹Words that somebody said.›
    > — ‹Who said them›

    """
  }

  private var entry: String {
    let proof =
      "\n  evidence:\n    - article: \(some(.article))\n      exact: ‹words of the article, as they stand there›\n"
    let lines: [String]
    switch kind {
    case .event:
      lines = [
        "date: \"\(day)\"", "type: ‹decision›", "title: ‹What happened›", "summary: ‹In one sentence.›",
        "actors:\n    - \(some(.actor))",
      ]
    case .quote: lines = ["text: ‹What was said, word for word.›", "speaker: \(some(.actor))", "date: \"\(day)\""]
    case .position:
      lines = [
        "actor: \(some(.actor))", "topic: ‹membership›", "stance: unknown", "date: \"\(day)\"",
        "summary: ‹In one sentence.›",
      ]
    case .commitment:
      lines = [
        "from:\n    - \(some(.actor))", "to:\n    - \(some(.actor))", "title: ‹What is promised›", "type: other",
        "amount: \"1000000\"", "currency: EUR", "status: announced", "date: \"\(day)\"",
      ]
    case .source: return "- id: \(id)\n  name: ‹Its name›\n  type: ‹agency›\n  url: https://news.example\n"
    case .actor:
      return
        "- id: \(id)\n  type: person\n  name: ‹The name›\n  aliases:\n    - ‹another name›\n  summary: ‹In one line.›\n"
    case .update:
      return "- id: \(id)\n  target:\n    kind: article\n    id: \(some(.article))\n  type: correction\n"
        + "  at: \"\(now)\"\n  note: ‹What was wrong, and what is right.›\n"
    default: lines = []
    }
    return "- id: \(id)\n  " + lines.joined(separator: "\n  ") + proof
  }
}
