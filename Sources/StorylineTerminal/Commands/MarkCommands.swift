import ArgumentParser
import StorylineClient
import StorylineModels

struct MarkCommand: TerminalCommand {
  enum Mark: String, ExpressibleByArgument, CaseIterable { case read, unread }

  static let configuration = CommandConfiguration(
    commandName: "mark",
    abstract: "Mark an article as read or unread.",
    discussion: """
      The mark holds here at once, and on your other devices after the next sync.

      Examples:
        storyline mark read 2024-07-12-washington
        storyline mark unread 2024-07

      JSON: {article, pending}
      """)

  @Argument(help: "What to mark it as.")
  var mark: Mark

  @Argument(help: "The article's id, or the beginning of it.", completion: ArticleIDs.completion)
  var id: String

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    try ArticleMarking(session: session).mark(id, as: mark == .read ? "marked read" : "marked unread") {
      try $0.setRead(mark == .read, article: $1)
    }
  }
}

struct SaveCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "save",
    abstract: "Save an article for later.",
    discussion: """
      Examples:
        storyline save 2024-07-12-washington
        storyline articles --saved

      JSON: {article, pending}
      """)

  @Argument(help: "The article's id, or the beginning of it.", completion: ArticleIDs.completion)
  var id: String

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    try ArticleMarking(session: session).mark(id, as: "saved") { try $0.setSaved(true, article: $1) }
  }
}

struct UnsaveCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "unsave",
    abstract: "Take an article off the saved ones.",
    discussion: """
      Examples:
        storyline unsave 2024-07-12-washington

      JSON: {article, pending}
      """)

  @Argument(help: "The article's id, or the beginning of it.", completion: ArticleIDs.completion)
  var id: String

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    try ArticleMarking(session: session).mark(id, as: "no longer saved") { try $0.setSaved(false, article: $1) }
  }
}

/// Marks one article and says so.
struct ArticleMarking {
  var session: Session

  func mark(
    _ id: String, as words: String, _ change: (Replica, Identifier<Article>) throws -> Void
  ) throws {
    let replica = try session.readableReplica()
    let lookup = ArticleLookup(replica: replica)
    let found = try lookup.article(id)
    try change(replica, found.id)
    let report = MarkReport(
      article: try lookup.article(found.id.rawValue), pending: try replica.status().pending)
    let waiting = report.pending > 0 ? " · \(PlainWords.count(report.pending, "mark")) waiting for the next sync" : ""
    let line = [Span(found.headline, .strong), Span(": \(words)"), Span(waiting, .faint)]
    try session.show(report, Paragraph(line).lines(width: session.layout.prose))
  }
}
