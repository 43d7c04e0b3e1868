import ArgumentParser
import StorylineClient
import StorylineModels

struct TimelineCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "timeline",
    abstract: "What happened, chapter by chapter.",
    discussion: """
      Examples:
        storyline timeline --key
        storyline timeline --from 2022-02 --to 2023

      JSON: {chapters, events, actors}
      """)

  @Option(help: DateHelp.text("Only what happened on this date or later"))
  var from: DateArgument?

  @Option(help: DateHelp.text("Only what happened on this date or earlier"))
  var to: DateArgument?

  @Flag(help: "Only the key events.")
  var key = false

  @OptionGroup var list: ListOptions

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let replica = try session.readableReplica()
    let shown = try replica.timeline().filter { event in
      (!key || event.weight >= 3)
        && (from.map { (event.endDate ?? event.date).lastDay >= $0.date.firstDay } ?? true)
        && (to.map { event.date.firstDay <= $0.date.lastDay } ?? true)
    }
    let events = list.chosen(shown) { $0.endDate ?? $0.date }
    let chapters = try replica.story()?.chapters ?? []
    let names = try session.names(replica)
    let report = TimelineReport(
      chapters: chapters, events: events, actors: names.mentioned(events.flatMap(\.actors)))
    let page = TimelinePage(chapters: chapters, events: events, today: session.today, dates: session.dates)
    try session.show(report, as: list.page, markdown: { page.markdown }, page.lines)
  }
}

struct PositionsCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "positions",
    abstract: "Who stands where: the newest position of each actor on each topic.",
    discussion: """
      With --at the board as it stood at the end of that date. A position counts from the first day that its date \
      can mean.

      Examples:
        storyline positions --topic membership
        storyline positions --topic membership --at 2023-06
        storyline positions --stance opposes --history

      JSON: {at, positions, actors}
      """)

  @Option(help: "Only this topic.")
  var topic: String?

  @Option(help: "Only this stance: supports, supports-with-conditions, undecided, opposes, unknown.")
  var stance: String?

  @Option(help: DateHelp.text("The board as it stood then"))
  var at: DateArgument?

  @Flag(help: "Show what each actor held before, too.")
  var history = false

  @OptionGroup var list: ListOptions

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let replica = try session.readableReplica()
    let board = Board(try replica.positions(), at: at?.date)
    let wanted = board.filtered(topic: topic, stance: stance.map(Position.Stance.init(rawValue:)))
    let shown = wanted.seats { seats in list.chosen(seats) { $0.current.date } }
    if wanted.topics.isEmpty, let topic, !board.topics.contains(where: { $0.topic == topic }) {
      let known = board.topics.map(\.topic).joined(separator: ", ")
      try session.note("no positions on “\(topic)”" + (known.isEmpty ? "" : "; topics: \(known)"))
    }
    let names = try session.names(replica)
    let positions = shown.positions(history: history)
    let report = PositionsReport(
      at: at?.date, positions: positions,
      actors: names.mentioned(positions.flatMap { [$0.actor] + [$0.statedBy].compactMap(\.self) }))
    let page = PositionsPage(board: shown, at: at?.date, showsHistory: history, names: names, dates: session.dates)
    try session.show(report, as: list.page, markdown: { page.markdown }, page.lines)
  }
}

struct QuotesCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "quotes",
    abstract: "Who said what, newest first.",
    discussion: """
      Examples:
        storyline quotes
        storyline quotes --speaker stoltenberg

      JSON: {quotes, actors}
      """)

  @Option(help: ArgumentHelp("Only this speaker: an id, or a part of a name.", valueName: "name"))
  var speaker: String?

  @OptionGroup var list: ListOptions

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let replica = try session.readableReplica()
    let names = try session.names(replica)
    let spoken = try replica.quotes().filter { quote in
      speaker.map { names.matches(quote.speaker, words: $0) } ?? true
    }
    let quotes = list.chosen(spoken, date: \.date)
    let page = QuotesPage(quotes: quotes, names: names, dates: session.dates)
    try session.show(
      QuotesReport(quotes: quotes, actors: names.mentioned(quotes.map(\.speaker))), as: list.page,
      markdown: { page.markdown }, page.lines)
  }
}

struct CommitmentsCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "commitments",
    abstract: "Who promised what, and what has arrived of it.",
    discussion: """
      Sums of different currencies are never added. A commitment that is part of a larger one in the list is not \
      counted again; a cancelled one does not count.

      Examples:
        storyline commitments --by "united states"
        storyline commitments --type military --total

      JSON: {commitments, totals: [{currency, announced, delivered, approximate}], actors}; sums are text
      """)

  @Option(help: ArgumentHelp("Only from this actor: an id, a country code, or a part of a name.", valueName: "name"))
  var by: String?

  @Option(help: "Only this type: military, financial, humanitarian, training, other.")
  var type: String?

  @Flag(help: "Only the totals.")
  var total = false

  @OptionGroup var list: ListOptions

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let replica = try session.readableReplica()
    let names = try session.names(replica)
    let all = try replica.commitments()
    let wanted = all.filter { commitment in
      (type == nil || commitment.type.rawValue == type)
        && (by.map { words in commitment.from.contains { names.matches($0, words: words) } } ?? true)
    }
    let chosen = list.chosen(wanted, date: \.date)
    let totals = CommitmentTotals(chosen, all: all).totals.map {
      CommitmentsReport.Total(
        currency: $0.currency, announced: "\($0.announced)", delivered: "\($0.delivered)",
        approximate: $0.approximate)
    }
    let report = CommitmentsReport(
      commitments: total ? nil : chosen, totals: totals,
      actors: names.mentioned(chosen.flatMap { $0.from + $0.to }))
    let page = CommitmentsPage(
      commitments: chosen, all: all, showsList: !total, names: names, dates: session.dates)
    try session.show(report, as: list.page, markdown: { page.markdown }, page.lines)
  }
}

struct SearchCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Search articles and facts on this device.",
    discussion: """
      Every word counts; the beginning of a word is enough. What you look for never leaves the device.

      Examples:
        storyline search irreversible
        storyline search zelensk vilnius --limit 5

      JSON: {words, hits: [{kind, id, title, snippet: {text, matches: [[start, end]]}}]}; in characters
      """)

  @Argument(help: "The words to look for.")
  var words: [String]

  @OptionGroup var list: ListOptions

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let asked = words.joined(separator: " ")
    let replica = try session.readableReplica()
    let limit = list.limit?.count ?? 20
    let found = try replica.search(asked, limit: list.since == nil ? limit : 1000)
    let days = list.since == nil ? [:] : try HitDates(replica, session.dates).days
    let hits = Array(list.chosen(found) { days["\($0.kind.rawValue) \($0.id)"] }.prefix(limit))
    let page = SearchPage(words: asked, hits: hits)
    try session.show(
      SearchReport(words: asked, hits: hits), as: list.page, markdown: { page.markdown }, page.lines)
  }
}

/// The dates of what a search can find.
private struct HitDates {
  /// By kind and id.
  var days: [String: PartialDate] = [:]

  init(_ replica: Replica, _ dates: DateWords) throws {
    for article in try replica.articles() {
      days["article \(article.id)"] = article.publishedAt.flatMap { PartialDate(dates.dayText($0)) }
    }
    for event in try replica.timeline() { days["event \(event.id)"] = event.endDate ?? event.date }
    for quote in try replica.quotes() { days["quote \(quote.id)"] = quote.date }
    for position in try replica.positions() { days["position \(position.id)"] = position.date }
    for commitment in try replica.commitments() { days["commitment \(commitment.id)"] = commitment.date }
  }
}
