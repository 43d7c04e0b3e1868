import ArgumentParser
import StorylineClient
import StorylineModels

struct NowCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "now",
    abstract: "What is new since your last visit, and where things stand.",
    discussion: """
      What is new stays new until you say that you have seen it, with --seen, on any of your devices.

      Examples:
        storyline now
        storyline now --seen
        storyline now --since 2024-07 --md

      JSON: {story, changes: {since, newArticles, changedArticles, withdrawn, facts, updates}, status}
      """)

  @Flag(help: "Note that you have seen what is shown; next time only what came later is new.")
  var seen = false

  @OptionGroup var list: ListOptions

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let replica = try session.readableReplica()
    try NowReport.show(replica, list, in: session)
    if seen { try replica.markVisited() }
  }
}

extension NowReport {
  static func show(_ replica: Replica, _ list: ListOptions, in session: Session) throws {
    guard let story = try replica.story() else { throw CommandFailure.neverSynced }
    let changes = try replica.changes().chosen(by: list, session.dates)
    let report = NowReport(story: story, changes: changes, status: try replica.status())
    let page = NowPage(
      story: story, changes: report.changes, status: report.status, now: session.now,
      names: try session.names(replica, story: story), dates: session.dates)
    try session.show(report, as: list.page, markdown: { page.markdown }, page.lines)
  }
}

extension CatchUp {
  /// Of each kind no more than is asked for, and nothing that is dated earlier.
  fileprivate func chosen(by list: ListOptions, _ dates: DateWords) -> CatchUp {
    guard list.since != nil || list.limit != nil else { return self }
    let day = { (moment: Timestamp?) in moment.flatMap { PartialDate(dates.dayText($0)) } }
    var chosen = self
    chosen.newArticles = list.chosen(newArticles) { day($0.publishedAt) }
    chosen.changedArticles = list.chosen(changedArticles) { day($0.publishedAt) }
    chosen.edits = edits.filter { edit in chosen.changedArticles.contains { $0.id == edit.id } }
    chosen.updates = list.chosen(updates) { day($0.at) }
    chosen.facts.events = list.chosen(facts.events) { $0.endDate ?? $0.date }
    chosen.facts.quotes = list.chosen(facts.quotes, date: \.date)
    chosen.facts.positions = list.chosen(facts.positions, date: \.date)
    chosen.facts.commitments = list.chosen(facts.commitments, date: \.date)
    return chosen
  }
}
