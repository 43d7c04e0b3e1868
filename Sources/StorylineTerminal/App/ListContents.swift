import Foundation
import StorylineClient
import StorylineModels

/// What a list shows of the story.
struct ListChoice: Hashable, Sendable {
  enum Articles: Hashable, Sendable {
    case all, unread, saved, corrected
    case tag(String)
  }

  enum Order: String, CaseIterable, Sendable { case date, sum, giver, type, status }

  var articles = Articles.all
  /// Only what was published on this date or later.
  var since: PartialDate?
  var keyEventsOnly = false
  /// The day that the board of positions is of; nil is now.
  var at: PartialDate?
  var topic: String?
  /// Only facts of this actor, and articles that such facts rest on.
  var actor: Identifier<Actor>?
  var showsHistory = false
  var order = Order.date
}

/// Makes the entries of the lists out of the story.
struct ListContents {
  var data: StoryData
  var choice: ListChoice
  /// `yyyy-mm-dd`.
  var today: String
  var dates: DateWords
  /// What was found, and for which words.
  var hits: [SearchHit] = []
  var asked = ""
  var keymap = Keymap.standard

  private func hint(_ action: Action, _ words: String) -> String {
    keymap.shownKey(of: action).map { " \($0) \(words)." } ?? ""
  }

  func entries(of screen: Screen) -> ListEntries {
    switch screen {
    case .now: ListEntries(now)
    case .timeline: ListEntries(timeline)
    case .articles: articles
    case .positions: ListEntries(positions)
    case .commitments: ListEntries(commitments)
    case .quotes: ListEntries(quotes)
    case .saved: saved
    case .search: ListEntries(found)
    }
  }

  private var now: [ListEntry] {
    guard let story = data.story else { return [.remark("Nothing is here yet." + hint(.sync, "syncs"))] }
    var entries: [ListEntry] = []
    if data.isWhole {
      let page = NowPage(
        story: story, changes: data.changes, status: data.status ?? .nothing, now: Timestamp(milliseconds: 0),
        names: data.names, dates: dates)
      let changes = data.changes
      entries.append(.news(changes.isEmpty ? "\(page.since): nothing new" : "\(page.since): \(page.counts)"))
      let marks = Dictionary(data.articles.map { ($0.id, $0) }) { first, _ in first }
      entries += changes.newArticles.map { .article(marks[$0.id] ?? $0, .new) }
      entries += changes.changedArticles.map { .article(marks[$0.id] ?? $0, .fixed) }
      entries += changes.withdrawn.map(ListEntry.withdrawn)
      // To who was never here everything is new: then the brief says more than a hundred facts.
      if changes.since != nil { entries += page.facts.map(ListEntry.newFact) }
    }
    let asOf = story.asOf.map { NoBreak.held("as of " + dates.words($0)) } ?? ""
    let brief = [.heading("Where things stand", asOf)] + story.brief.map(ListEntry.brief)
    if story.brief.isEmpty { return entries }
    // The first visit begins with where things stand, the next ones with what is new.
    return data.changes.since == nil ? brief + entries : entries + brief
  }

  var shownEvents: [Event] {
    data.events.filter { event in
      (!choice.keyEventsOnly || event.weight >= 3) && (choice.actor.map(event.actors.contains) ?? true)
    }
  }

  private var timeline: [ListEntry] {
    let page = TimelinePage(chapters: data.story?.chapters ?? [], events: shownEvents, today: today, dates: dates)
    let entries = page.sections.flatMap { section in
      [ListEntry.heading(section.title, section.span)] + section.events.map(ListEntry.event)
    }
    return entries.isEmpty ? [.remark("No events.")] : entries
  }

  private var articles: ListEntries {
    let start = choice.since.flatMap { dates.start(of: $0) }
    let ofActor = choice.actor.map(data.articles(of:))
    let isAll = choice.articles == .all && start == nil && ofActor == nil
    if isAll, !data.articles.isEmpty { return ListEntries(articles: data.articles) }
    return only("No such articles." + hint(.filter, "shows others")) { article in
      if let start, article.publishedAt.map({ $0 < start }) ?? true { return false }
      if let ofActor, !ofActor.contains(article.id) { return false }
      return switch choice.articles {
      case .all: true
      case .unread: !article.isRead
      case .saved: article.isSaved
      case .corrected: article.isCorrected
      case .tag(let tag): article.tags.contains(tag)
      }
    }
  }

  private var saved: ListEntries {
    only("Nothing saved yet." + hint(.toggleSaved, "saves an article"), where: \.isSaved)
  }

  /// Some of the articles, or what to say where there are none.
  private func only(_ remark: String, where isShown: (ArticleSummary) -> Bool) -> ListEntries {
    let shown = data.articles.indices.filter { isShown(data.articles[$0]) }
    return shown.isEmpty ? ListEntries([.remark(remark)]) : ListEntries(articles: data.articles, at: shown)
  }

  /// The board as the positions page and this list have it.
  var board: Board {
    let positions = data.positions.filter { position in choice.actor.map { $0 == position.actor } ?? true }
    return Board(positions, at: choice.at).filtered(topic: choice.topic, stance: nil)
  }

  private var positions: [ListEntry] {
    let board = board
    let page = PositionsPage(
      board: board, at: choice.at, showsHistory: choice.showsHistory, names: data.names, dates: dates)
    let entries = board.topics.flatMap { topic in
      let groups = page.stances(of: topic)
      let counts = groups.map { PlainWords.count($0.1.count, of: $0.0) }.joined(separator: " · ")
      let title = PlainWords.capitalised(data.names.topic(topic.topic))
      return [ListEntry.heading(title, counts)]
        + groups.flatMap { stance, seats in
          [ListEntry.stance(stance, seats.count, topic.topic)] + seats.map(ListEntry.seat)
        }
    }
    return entries.isEmpty ? [.remark("No positions.")] : entries
  }

  private var commitments: [ListEntry] {
    let sorted = sortedCommitments
    return sorted.isEmpty ? [.remark("No commitments.")] : [.totals] + sorted.map(ListEntry.commitment)
  }

  var sortedCommitments: [Commitment] {
    let chosen = shownCommitments
    return switch choice.order {
    case .date: chosen
    case .sum: chosen.sorted { Self.sum($0) > Self.sum($1) }
    case .giver: chosen.sorted { data.names.names($0.from) < data.names.names($1.from) }
    case .type: chosen.sorted { $0.type.rawValue < $1.type.rawValue }
    case .status: chosen.sorted { $0.status.rawValue < $1.status.rawValue }
    }
  }

  /// From the chosen actor or to it.
  var shownCommitments: [Commitment] {
    guard let actor = choice.actor else { return data.commitments }
    return data.commitments.filter { ($0.from + $0.to).contains(actor) }
  }

  private var quotes: [ListEntry] {
    let shown = shownQuotes
    return shown.isEmpty ? [.remark("No quotes.")] : shown.map(ListEntry.quote)
  }

  var shownQuotes: [Quote] {
    data.quotes.filter { quote in choice.actor.map { $0 == quote.speaker } ?? true }
  }

  /// Currencies stand apart, in the order of their codes; what has no sum comes last.
  private static func sum(_ commitment: Commitment) -> (String, Decimal) {
    guard let money = commitment.money else { return ("", 0) }
    return (money.currency, money.amount.value)
  }

  private var found: [ListEntry] {
    if asked.isEmpty {
      return [.remark("A search looks for words in articles and facts." + hint(.search, "begins one"))]
    }
    if hits.isEmpty { return [.remark("Nothing found for “\(asked)”.")] }
    let wanted = Set(hits.filter { $0.kind == .article }.map(\.id))
    let articles = data.articles.filter { wanted.contains($0.id.rawValue) }
    let days = Dictionary(articles.map { ($0.id.rawValue, $0.publishedAt) }) { first, _ in first }
    return hits.map { .hit($0, about: about($0, days)) }
  }

  /// When it was, and who said it.
  private func about(_ hit: SearchHit, _ days: [String: Timestamp?]) -> String {
    switch hit.kind {
    case .article: return days[hit.id].flatMap(\.self).map(dates.day) ?? ""
    case .event:
      return data.events.first { $0.id.rawValue == hit.id }.map { dates.words(from: $0.date, to: $0.endDate) } ?? ""
    case .quote:
      guard let quote = data.quotes.first(where: { $0.id.rawValue == hit.id }) else { return "" }
      return PlainWords.facts([data.names.name(quote.speaker), dates.words(quote.date)])
    case .position:
      guard let position = data.positions.first(where: { $0.id.rawValue == hit.id }) else { return "" }
      return PlainWords.facts([data.names.name(position.actor), dates.words(position.date)])
    case .commitment:
      guard let commitment = data.commitments.first(where: { $0.id.rawValue == hit.id }) else { return "" }
      return PlainWords.facts([data.names.names(commitment.from), dates.words(commitment.date)])
    default: return ""
    }
  }
}

extension ReplicaStatus {
  static let nothing = ReplicaStatus(
    hasContent: false, lastSyncedAt: nil, pending: 0, quarantined: 0, undecodable: 0, counts: [:], account: nil)
}
