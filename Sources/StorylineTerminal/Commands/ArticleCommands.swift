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

  @OptionGroup var list: ListOptions

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    try ArticlesReport.show(unread: unread, saved: saved, list, in: session)
  }
}

struct SavedCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "saved",
    abstract: "List the articles that you saved, newest first.",
    discussion: """
      Examples:
        storyline saved
        storyline saved --md > to-read.md

      JSON: {articles: [{id, headline, standfirst, publishedAt, source, readingMinutes, tags, version, isRead, \
      isSaved, isCorrected, pub, rev}]}
      """)

  @OptionGroup var list: ListOptions

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    try ArticlesReport.show(unread: false, saved: true, list, in: session)
  }
}

struct UnreadCountCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "unread-count",
    abstract: "Print how many articles you have not read, for a status bar.",
    discussion: """
      It never touches the network. Without a copy of the story it prints nothing and ends with 3 or 4.

      Examples:
        storyline unread-count

      JSON: {unread}
      """)

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let unread = try session.readableReplica().articles(ArticleFilter(unreadOnly: true)).count
    try session.show(UnreadReport(unread: unread), [Line("\(unread)")])
  }
}

extension ArticlesReport {
  static func show(unread: Bool, saved: Bool, _ list: ListOptions, in session: Session) throws {
    let start = list.since.flatMap { session.dates.start(of: $0.date) }
    let filter = ArticleFilter(unreadOnly: unread, savedOnly: saved, since: start, limit: list.limit?.count)
    let articles = try session.readableReplica().articles(filter)
    let page = ArticlesPage(articles: articles, dates: session.dates)
    try session.show(ArticlesReport(articles: articles), as: list.page, markdown: { page.markdown }, page.lines)
  }
}

struct ReadCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "read",
    abstract: "Read an article.",
    discussion: """
      The beginning of an id is enough where only one article has it. Marks such as [E1] stand behind the words that \
      a fact rests on; the facts are listed at the end, in Markdown as footnotes. An image in Markdown is its file on this device if it is kept here (storyline sync \
      --images), else its address. Reading does not mark an article as read: storyline mark read.

      Examples:
        storyline read 2024-07-12-washington
        storyline read 2024-07 --plain
        storyline read 2024-07 --md > washington.md

      JSON: {article, summary, facts: {events, quotes, positions, commitments}, updates}
      """)

  @Argument(help: "The article's id, or the beginning of it.", completion: ArticleIDs.completion)
  var id: String

  @OptionGroup var form: PageOptions

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let replica = try session.readableReplica()
    let found = try ArticleLookup(replica: replica).article(id)
    guard let view = try replica.article(found.id) else { throw ReplicaError.noSuchArticle(found.id) }
    let names = try session.names(replica)
    let page = ArticlePage(view: view, names: names, dates: session.dates)
    let markdown = ArticleMarkdown(view: view, names: names, dates: session.dates, images: session.imageAddresses)
    try session.show(view, as: form, markdown: { markdown.text }, page.lines)
  }
}
