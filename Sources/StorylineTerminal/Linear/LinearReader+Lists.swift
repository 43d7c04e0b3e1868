import StorylineClient
import StorylineModels

/// The lists, whole, cut to what somebody asks for, or in another order.
extension LinearReader {
  private func contents(_ words: [String], of list: LinearChoice.List) throws -> (ListContents, [String]) {
    var data = try StoryData.whole(of: replica)
    // Here an article is asked for by its id.
    data.names.articles = [:]
    let chosen = try LinearChoice(words, of: list, data: data, dates: session.dates)
    let contents = ListContents(data: data, choice: chosen.choice, today: session.today, dates: session.dates)
    return (contents, chosen.said)
  }

  func articles(_ words: [String]) throws {
    let (contents, said) = try contents(words, of: .articles)
    let articles = contents.entries(of: .articles).compactMap(\.article)
    let kinds: [ListChoice.Articles: String] = [
      .unread: "unread article", .saved: "saved article", .corrected: "corrected article",
    ]
    let noun = kinds[contents.choice.articles] ?? "article"
    let count = articles.isEmpty ? "No \(noun)" : PlainWords.count(articles.count, noun)
    try say(([count] + said).joined(separator: ", ") + ".")
    listed = articles.map { .article($0.id) }
    for (index, article) in articles.enumerated() {
      let about = [
        article.isRead ? nil : "unread", article.isSaved ? "saved" : nil, article.isCorrected ? "corrected" : nil,
        article.publishedAt.map(session.dates.day), PlainWords.count(article.readingMinutes, "minute"),
      ]
      try say("\(index + 1). \(article.headline). \(about.compactMap(\.self).joined(separator: ", ")).")
    }
  }

  func facts(_ name: String, _ words: [String]) throws {
    guard let list = LinearChoice.List(rawValue: name) else { return }
    let (contents, said) = try contents(words, of: list)
    let (data, choice, dates) = (contents.data, contents.choice, session.dates)
    if !said.isEmpty { try say(PlainWords.capitalised(said.joined(separator: ", ")) + ".") }
    switch list {
    case .articles: break
    case .timeline:
      let page = TimelinePage(
        chapters: data.story?.chapters ?? [], events: contents.shownEvents, today: session.today, dates: dates)
      try say(page.lines(layout))
    case .positions:
      let page = PositionsPage(
        board: contents.board, at: choice.at, showsHistory: choice.showsHistory, names: data.names, dates: dates)
      try say(page.lines(layout))
    case .commitments:
      let page = CommitmentsPage(
        commitments: contents.sortedCommitments, all: data.commitments, showsList: true, names: data.names,
        dates: dates)
      try say(page.lines(layout))
    case .quotes:
      try say(QuotesPage(quotes: contents.shownQuotes, names: data.names, dates: dates).lines(layout))
    }
  }

  func tags() throws {
    let data = try StoryData.whole(of: replica)
    let counts = Dictionary(data.articles.flatMap(\.tags).map { ($0, 1) }, uniquingKeysWith: +)
    let tags = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    try say(tags.isEmpty ? "No article has a tag." : PlainWords.count(tags.count, "tag") + ".")
    listed = tags.map { .tag($0.key) }
    for (index, tag) in tags.enumerated() {
      try say("\(index + 1). \(data.names.topic(tag.key)), \(PlainWords.count(tag.value, "article")).")
    }
  }

  func actors() throws {
    let data = try StoryData.whole(of: replica)
    let actors = data.actors(in: .articles)
    try say(actors.isEmpty ? "No actors are known here." : PlainWords.count(actors.count, "actor") + ".")
    listed = actors.map { .actor($0.id) }
    for (index, actor) in actors.enumerated() {
      try say("\(index + 1). \(data.names.name(actor.id)), \(PlainWords.count(actor.count, "article")).")
    }
  }
}

/// What somebody asks of a list in words: `since 2024-07 of Hungary`, `by sum`.
struct LinearChoice {
  enum List: String, CaseIterable {
    case articles, timeline, positions, commitments, quotes

    /// Words that stand alone, and words with something behind them.
    fileprivate var grammar: (alone: [String], before: [String]) {
      switch self {
      case .articles: (["unread", "saved", "corrected"], ["tag", "of", "since"])
      case .timeline: (["key"], ["of"])
      case .positions: (["history"], ["on", "of", "at"])
      case .commitments: ([], ["of", "by"])
      case .quotes: ([], ["of"])
      }
    }
  }

  private(set) var choice = ListChoice()
  /// What was understood.
  private(set) var said: [String] = []
  private let list: List
  private let data: StoryData
  private let dates: DateWords

  /// - Throws: `CommandFailure` that says what the list takes.
  init(_ words: [String], of list: List, data: StoryData, dates: DateWords) throws {
    (self.list, self.data, self.dates) = (list, data, dates)
    let (alone, before) = list.grammar
    var rest = words[...]
    while let word = rest.popFirst()?.lowercased() {
      if alone.contains(word) {
        try take(word)
        continue
      }
      let behind = rest.prefix { !(alone + before).contains($0.lowercased()) }
      rest = rest.dropFirst(behind.count)
      guard before.contains(word), !behind.isEmpty else { throw usage }
      try take(word, behind.joined(separator: " "))
    }
  }

  private var usage: CommandFailure {
    let (alone, before) = list.grammar
    let things = [
      "tag": "a tag", "of": "a name", "since": "a date", "on": "a topic", "at": "a date",
      "by": PlainWords.list(ListChoice.Order.allCases.map(\.rawValue)),
    ]
    let forms = alone + before.map { "\($0) and \(things[$0] ?? "a word")" }
    return CommandFailure(.usage, "behind \(list.rawValue) can stand: \(forms.joined(separator: "; "))")
  }

  private mutating func take(_ word: String) throws {
    switch word {
    case "unread": try take(.unread)
    case "saved": try take(.saved)
    case "corrected": try take(.corrected)
    case "key":
      choice.keyEventsOnly = true
      said.append("key events")
    default:
      choice.showsHistory = true
      said.append("with what each held before")
    }
  }

  private mutating func take(_ articles: ListChoice.Articles) throws {
    guard choice.articles == .all || choice.articles == articles else {
      throw CommandFailure(.usage, "of unread, saved, corrected and a tag only one can be asked for at once")
    }
    choice.articles = articles
  }

  private mutating func take(_ word: String, _ text: String) throws {
    switch word {
    case "tag":
      let tags = Set(data.articles.flatMap(\.tags)).sorted()
      guard let tag = data.names.topic(text, among: tags) else {
        throw CommandFailure(.error, "no article has the tag “\(text)”; tags says them")
      }
      try take(.tag(tag))
      said.append("tag " + data.names.topic(tag))
    case "of":
      guard let actor = data.names.actor(text) else {
        throw CommandFailure(.error, "there is no actor “\(text)”; actors says them")
      }
      choice.actor = actor
      said.append("of " + data.names.name(actor))
    case "since":
      choice.since = try date(text, "since 2024-07")
      said.append("since " + (choice.since.map(dates.words) ?? ""))
    case "at":
      choice.at = try date(text, "at 2022-06")
      said.append("as of " + (choice.at.map(dates.words) ?? ""))
    case "on":
      let topics = Board(data.positions).topics.map(\.topic)
      guard let topic = data.names.topic(text, among: topics) else {
        throw CommandFailure(.error, "no position is on “\(text)”; positions says them all")
      }
      choice.topic = topic
      said.append("on " + data.names.topic(topic))
    default:
      guard let order = ListChoice.Order(rawValue: text.lowercased()) else { throw usage }
      choice.order = order
      said.append("by \(order.rawValue)")
    }
  }

  private func date(_ text: String, _ example: String) throws -> PartialDate {
    guard let date = PartialDate(text) else { throw CommandFailure(.usage, "a date is written as in “\(example)”") }
    return date
  }
}
