import StorylineModels

/// The keys of each kind: the members of the models, without what the server assigns and without `story`.
enum Schema {
  static let story: [Shape.Member] = [
    .init("id", .slug, required: true),
    .init("title", .text, required: true),
    .init("status", .word(Story.Status.known.map(\.rawValue)), standard: .string("ongoing")),
    .init("language", .language, standard: .string("en")),
    .init("asOf", .date),
    .init("brief", .list(.text), standard: .array([])),
    .init(
      "chapters",
      .list(
        .object([
          .init("id", .slug, required: true), .init("title", .text, required: true),
          .init("from", .date, required: true), .init("to", .date),
        ])), standard: .array([])),
    .init(
      "image",
      .object([
        .init("url", .image, required: true), .init("alt", .text, required: true), .init("credit", .text),
      ])),
  ]

  /// Front matter and side files. Which of them are required depends on the text beside them.
  static let article: [Shape.Member] = [
    .init("id", .slug),
    .init("chapter", .chapter),
    .init("headline", .text),
    .init("standfirst", .text),
    .init("dateline", .text),
    .init("byline", .list(.text), standard: .array([])),
    .init("source", .reference(.source)),
    .init("sources", .list(.reference(.source))),
    .init("url", .address),
    .init("language", .language),
    .init("publishedAt", .moment),
    .init("version", .integer(1...1_000_000)),
    .init("status", .word(Article.Status.known.map(\.rawValue)), standard: .string("usable")),
    .init("tags", .list(.text)),
    .init("actors", .list(.reference(.actor)), standard: .array([])),
    .init("readingMinutes", .integer(1...600)),
    .init("updates", .list(.reference(.update))),
    .init(
      "lines",
      .list(
        .object([
          .init("text", .text, required: true), .init("role", .word(LineRole.forRaw.map(\.rawValue)), required: true),
        ]))),
    .init("repairs", .flag),
    .init("draft", .flag),
    .init("publishAt", .moment),
    .init("embargoUntil", .moment),
  ]

  /// Keys of an article that say how to read or when to publish it; no member of the published article.
  static let articleInstructions: Set<String> = ["lines", "repairs", "draft", "publishAt", "embargoUntil"]

  static let source: [Shape.Member] = [
    .init("id", .slug, required: true),
    .init("name", .text, required: true),
    .init("type", .text, required: true),
    .init("url", .address),
    .init("country", .countryCode),
    .init("licence", .text),
  ]

  static let actor: [Shape.Member] = [
    .init("id", .slug, required: true),
    .init("type", .word(Actor.Kind.known.map(\.rawValue)), required: true),
    .init("name", .text, required: true),
    .init("nativeName", .text),
    .init("code", .countryCode),
    .init("aliases", .list(.text)),
    .init(
      "memberOf",
      .list(
        .object([
          .init("actor", .reference(.actor), required: true), .init("since", .date, required: true),
          .init("until", .date),
        ]))),
    .init(
      "roles",
      .list(
        .object([
          .init("title", .text, required: true), .init("actor", .reference(.actor), required: true),
          .init("from", .date), .init("to", .date),
        ]))),
    .init("summary", .text),
    .init("sameAs", .list(.address)),
  ]

  static let event: [Shape.Member] =
    [
      .init("id", .slug, required: true),
      .init("chapter", .chapter),
      .init("date", .date, required: true),
      .init("endDate", .date),
      .init("type", .text, required: true),
      .init("weight", .integer(1...3), standard: .integer(1)),
      .init("title", .text, required: true),
      .init("summary", .text, required: true),
      .init("place", .text),
      .init("actors", .list(.reference(.actor)), standard: .array([])),
      .init("tags", .list(.text)),
    ] + proof

  static let quote: [Shape.Member] =
    [
      .init("id", .slug, required: true),
      .init("text", .text, required: true),
      .init("speaker", .reference(.actor), required: true),
      .init("speakerTitle", .text),
      .init("date", .date, required: true),
      .init("place", .text),
      .init("occasion", .text),
      .init("language", .language, standard: .string("en")),
      .init("translated", .flag, standard: .bool(false)),
      .init("event", .reference(.event)),
    ] + proof

  static let position: [Shape.Member] =
    [
      .init("id", .slug, required: true),
      .init("actor", .reference(.actor), required: true),
      .init("topic", .text, required: true),
      .init("stance", .word(Position.Stance.known.map(\.rawValue)), required: true),
      .init("date", .date, required: true),
      .init("summary", .text, required: true),
      .init("statedBy", .reference(.actor)),
      .init("supersedes", .reference(.position)),
    ] + proof

  static let commitment: [Shape.Member] =
    [
      .init("id", .slug, required: true),
      .init("from", .list(.reference(.actor)), required: true),
      .init("to", .list(.reference(.actor)), required: true),
      .init("title", .text, required: true),
      .init("type", .word(Commitment.Kind.known.map(\.rawValue)), required: true),
      .init("amount", .amount),
      .init("currency", .currency),
      .init("approximate", .flag, standard: .bool(false)),
      .init("status", .word(Commitment.Status.known.map(\.rawValue)), required: true),
      .init("date", .date, required: true),
      .init("until", .date),
      .init("delivered", .amount),
      .init("partOf", .reference(.commitment)),
      .init("event", .reference(.event)),
    ] + proof

  static let update: [Shape.Member] = [
    .init("id", .slug, required: true),
    .init(
      "target", .object([.init("kind", .kind, required: true), .init("id", .slug, required: true)]), required: true),
    .init("type", .word(Update.Kind.known.map(\.rawValue)), required: true),
    .init("at", .moment, required: true),
    .init("note", .text, required: true),
    .init("blocks", .list(.block)),
    .init("fromVersion", .integer(1...1_000_000)),
    .init("toVersion", .integer(1...1_000_000)),
  ]

  private static let proof: [Shape.Member] = [
    .init("sourceUrl", .address), .init("evidence", .list(.evidence), standard: .array([])),
  ]

  static let evidence: [Shape.Member] = [
    .init("article", .reference(.article), required: true),
    .init("block", .block),
    .init("exact", .text, required: true),
  ]

  /// The folder or file of a kind, and what its entries look like.
  static let lists: [(name: String, kind: ContentKind, members: [Shape.Member])] = [
    ("sources", .source, source), ("actors", .actor, actor), ("events", .event, event), ("quotes", .quote, quote),
    ("positions", .position, position), ("commitments", .commitment, commitment), ("updates", .update, update),
  ]
}
