import ArgumentParser
import StorylineClient
import StorylineModels

struct ArticlesCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "articles",
    abstract: "List the articles, newest first.",
    discussion: """
      A dot stands before what you have not read.

      Examples:
        storyline articles --unread
        storyline articles --since 2024-07 --limit 5

      JSON: {articles: [{id, headline, standfirst, publishedAt, source, readingMinutes, tags, version, isRead, \
      isSaved, isCorrected, pub, rev}]}
      """)

  @Flag(help: "Only those you have not read.")
  var unread = false

  @Flag(help: "Only those you saved.")
  var saved = false

  @Option(help: ArgumentHelp("At most so many.", valueName: "count"))
  var limit: Limit?

  @Option(help: DateHelp.text("Only those of this date or later"))
  var since: DateArgument?

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let start = since.flatMap { session.dates.start(of: $0.date) }
    let filter = ArticleFilter(unreadOnly: unread, savedOnly: saved, since: start, limit: limit?.count)
    let articles = try session.readableReplica().articles(filter)
    let page = ArticlesPage(articles: articles, dates: session.dates)
    try session.show(ArticlesReport(articles: articles), page.lines(session.layout))
  }
}

struct ReadCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "read",
    abstract: "Read an article.",
    discussion: """
      The beginning of an id is enough where only one article has it. Marks such as [E1] stand behind the words that \
      a fact rests on; the facts are listed at the end. Reading does not mark an article as read: storyline mark read.

      Examples:
        storyline read 2024-07-12-washington
        storyline read 2024-07 --plain
        storyline read 2024-07 --md > washington.md

      JSON: {article, summary, facts: {events, quotes, positions, commitments}, updates}
      """)

  @Argument(help: "The article's id, or the beginning of it.")
  var id: String

  @Flag(help: "No colours and no rules, each paragraph on one line.")
  var plain = false

  @Flag(help: "Markdown, with the facts as footnotes.")
  var md = false

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if [plain, md, global.json].count(where: \.self) > 1 {
      throw ValidationError("--plain, --md and --json exclude each other.")
    }
  }

  func run(with session: Session) async throws {
    let replica = try session.readableReplica()
    let found = try ArticleLookup(replica: replica).article(id)
    guard let view = try replica.article(found.id) else { throw ReplicaError.noSuchArticle(found.id) }
    let names = try session.names(replica)
    let page = ArticlePage(view: view, names: names, dates: session.dates)
    if md {
      let markdown = ArticleMarkdown(view: view, names: names, dates: session.dates)
      return try session.environment.output.write(markdown.text)
    }
    if plain {
      let layout = Layout(width: session.layout.width, isUnwrapped: true)
      return try session.environment.output.write(Palette.plain.render(page.lines(layout)))
    }
    try session.show(view, page.lines(session.layout))
  }
}
