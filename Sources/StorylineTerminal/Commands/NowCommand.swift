import ArgumentParser
import StorylineClient

struct NowCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "now",
    abstract: "What is new since your last visit, and where things stand.",
    discussion: """
      What is new stays new until you say that you have seen it, with --seen, on any of your devices.

      Examples:
        storyline now
        storyline now --seen

      JSON: {story, changes: {since, newArticles, changedArticles, withdrawn, facts, updates}, status}
      """)

  @Flag(help: "Note that you have seen what is shown; next time only what came later is new.")
  var seen = false

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let replica = try session.readableReplica()
    try NowReport.show(replica, in: session)
    if seen { try replica.markVisited() }
  }
}

extension NowReport {
  static func show(_ replica: Replica, in session: Session) throws {
    guard let story = try replica.story() else { throw CommandFailure.neverSynced }
    let report = NowReport(story: story, changes: try replica.changes(), status: try replica.status())
    let page = NowPage(
      story: story, changes: report.changes, status: report.status, now: session.now,
      names: try session.names(replica, story: story), dates: session.dates)
    try session.show(report, page.lines(session.layout))
  }
}
