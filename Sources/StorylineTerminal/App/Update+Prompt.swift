import StorylineClient
import StorylineModels
import StorylineScreen

extension AppState {
  mutating func promptKey(_ press: KeyPress) -> [Effect] {
    guard var prompt else { return [] }
    switch (press.key, press.modifiers) {
    case (.escape, _), (.character("c"), .control), (.character("g"), .control):
      return leavePrompt()
    case (.enter, _): return enter(prompt)
    case (.tab, _) where prompt.kind == .command:
      complete(&prompt, by: press.modifiers.contains(.shift) ? -1 : 1)
      self.prompt = prompt
      return []
    case (.backspace, _) where prompt.line.text.isEmpty: return leavePrompt()
    case (.down, _) where prompt.kind == .search, (.up, _) where prompt.kind == .search:
      return moveBar(by: press.key == .down ? 1 : -1)
    default:
      guard prompt.line.take(press) else { return [] }
      prompt.offers = []
      self.prompt = prompt
      return typed()
    }
  }

  /// A search answers while it is typed.
  mutating func typed() -> [Effect] {
    guard let prompt, prompt.kind == .search else { return [] }
    return search(prompt.line.text)
  }

  mutating func search(_ text: String) -> [Effect] {
    if screen != .search { show(.search) }
    asked = text
    if text.isEmpty {
      hits = []
      refreshEntries()
      return []
    }
    return [.search(text)]
  }

  private mutating func leavePrompt() -> [Effect] {
    let kind = prompt?.kind
    prompt = nil
    if kind == .search, asked.isEmpty || hits.isEmpty, screen == .search { return perform(.back) }
    return []
  }

  private mutating func enter(_ prompt: Prompt) -> [Effect] {
    self.prompt = nil
    let text = prompt.line.text
    switch prompt.kind {
    case .search: return text.isEmpty ? leavePrompt() : search(text)
    case .find: return find(text)
    case .command: return run(text)
    case .pipe: return text.isEmpty ? [] : article.map { [.pipe(text, $0.id)] } ?? []
    case .note:
      guard let reader, text.contains(where: { !$0.isWhitespace }) else { return [] }
      return [.addNote(text, reader.id), .say("Noted at the end of the article.")]
    }
  }

  private func complete(_ prompt: inout Prompt, by step: Int) {
    // What is complete already goes on with what can stand behind it.
    if prompt.offers.isEmpty || prompt.offers.count == 1 {
      let words = CommandLineWords(self)
      let text = prompt.line.text
      prompt.offers = words.offers(for: text)
      if prompt.offers.isEmpty || prompt.offers == [text] { prompt.offers = words.offers(for: text + " ") }
      if prompt.offers.isEmpty { prompt.offers = [text] }
      prompt.offered = step > 0 ? 0 : max(0, prompt.offers.count - 1)
    } else {
      prompt.offered = (prompt.offered + step + prompt.offers.count) % prompt.offers.count
    }
    if prompt.offers.indices.contains(prompt.offered) { prompt.line = LineEdit(prompt.offers[prompt.offered]) }
  }

  // MARK: Commands

  /// Runs a line such as `goto 2024-07`.
  mutating func run(_ line: String) -> [Effect] {
    let words = line.split(separator: " ", maxSplits: 1).map(String.init)
    guard let name = words.first else { return [] }
    let rest = words.count > 1 ? words[1].trimmingPrefix(while: \.isWhitespace) : ""
    let argument = String(rest)
    switch name {
    case "goto": return goTo(date: argument)
    case "at": return setBoard(at: argument)
    case "since": return setSince(argument)
    case "open", "read": return openArticle(argument)
    case "search":
      let effects = search(argument)
      return effects
    case "theme":
      guard let name = Theme.Name(rawValue: argument) else { return nothing("Themes: auto, dark, light.") }
      return setTheme(name)
    case "width":
      guard let width = Int(argument) else { return nothing(":width 72 sets the column to 72.") }
      return setWidth(width)
    case "filter": return setFilter(argument)
    case "actor": return setActor(argument)
    case "sort": return setOrder(argument)
    case "export": return export(argument)
    case "profile": return changeProfile(argument)
    case "tour":
      overlay = .tour
      return []
    case "q": return perform(.quit)
    default:
      if let screen = Screen.numbered.first(where: { $0.name == name }) {
        show(screen)
        return []
      }
      guard let action = Action(rawValue: name) else {
        return nothing("There is no command “\(name)”. Tab lists them.")
      }
      return perform(action)
    }
  }

  private mutating func goTo(date text: String) -> [Effect] {
    guard let date = PartialDate(text) else { return nothing(":goto 2024, 2024-07 or 2024-07-10.") }
    if screen != .timeline, screen != .articles { show(.timeline) }
    let entries = shownEntries
    let index = entries.firstIndex { entry in
      switch entry {
      case .event(let event): (event.endDate ?? event.date).lastDay >= date.firstDay
      // Newest first: the first one that is not later.
      case .article(let summary, _):
        summary.publishedAt.map { dates.dayText($0) <= date.lastDay } ?? false
      default: false
      }
    }
    guard let index else { return nothing("Nothing is listed for \(dates.words(date)) or later.") }
    list.chosen = index
    list.top = index
    settle()
    return []
  }

  private mutating func setBoard(at text: String) -> [Effect] {
    let date = PartialDate(text)
    if date == nil, !["", "now"].contains(text) { return nothing(":at 2023-06-01, or :at now.") }
    choice.at = date
    show(.positions)
    return nothing(date.map { "The board as of \(dates.words($0)). :at now goes back." } ?? "The board as of now.")
  }

  private mutating func setSince(_ text: String) -> [Effect] {
    let date = PartialDate(text)
    if date == nil, !["", "ever"].contains(text) { return nothing(":since 2024-07, or :since ever.") }
    choice.since = date
    show(.articles)
    return []
  }

  private mutating func openArticle(_ text: String) -> [Effect] {
    let matches = data.articles.filter { $0.id.rawValue.hasPrefix(text) }
    guard !text.isEmpty, let first = matches.first else { return nothing("There is no article “\(text)”.") }
    if matches.count > 1, first.id.rawValue != text {
      return nothing("“\(text)” begins \(matches.count) ids; Tab lists them.")
    }
    return [.open(first.id, Opening())]
  }

  private mutating func setFilter(_ text: String) -> [Effect] {
    switch text {
    case "", "all": choice.articles = .all
    case "unread": choice.articles = .unread
    case "saved": choice.articles = .saved
    case "corrected": choice.articles = .corrected
    default:
      let tag = text.hasPrefix("tag ") ? String(text.dropFirst(4)) : text
      guard data.articles.contains(where: { $0.tags.contains(tag) }) else {
        return nothing("No article has the tag “\(tag)”.")
      }
      choice.articles = .tag(tag)
    }
    show(.articles)
    list = ListState()
    settle()
    return []
  }

  private mutating func setActor(_ text: String) -> [Effect] {
    if ["", "all"].contains(text) {
      choice.actor = nil
    } else {
      guard let actor = data.names.actor(text) else { return nothing("There is no actor “\(text)”.") }
      choice.actor = actor
    }
    if [.now, .saved, .search].contains(screen) { show(.articles) } else { refreshEntries() }
    list = ListState()
    settle()
    return []
  }

  private mutating func setOrder(_ text: String) -> [Effect] {
    guard let order = ListChoice.Order(rawValue: text) else {
      return nothing("Sort by \(PlainWords.list(ListChoice.Order.allCases.map(\.rawValue))).")
    }
    choice.order = order
    show(.commitments)
    return []
  }

  private func export(_ text: String) -> [Effect] {
    guard let article else { return nothing("Choose an article first.") }
    let isFormat = text.isEmpty || text == "md"
    return [.export(article.id, path: isFormat ? article.id.rawValue + ".md" : text)]
  }
}

/// What can stand on the command line.
struct CommandLineWords {
  private let state: AppState

  init(_ state: AppState) { self.state = state }

  static let names = [
    "actor", "at", "export", "filter", "goto", "open", "profile", "search", "since", "sort", "theme", "tour", "width",
  ]

  /// Whole lines that begin like `text`.
  func offers(for text: String) -> [String] {
    guard let space = text.firstIndex(of: " ") else {
      let screens = Screen.numbered.map(\.name)
      let actions = ["sync", "undo", "redo", "mark-all-read", "caught-up", "help", "quit"]
      return (Self.names + screens + actions).sorted().filter { $0.hasPrefix(text) }
    }
    let name = String(text[..<space])
    let argument = text[text.index(after: space)...]
    return arguments(of: name).filter { $0.hasPrefix(argument) }.map { "\(name) \($0)" }
  }

  private func arguments(of name: String) -> [String] {
    switch name {
    case "theme": Theme.Name.allCases.map(\.rawValue)
    case "sort": ListChoice.Order.allCases.map(\.rawValue)
    case "filter": ["all", "unread", "saved", "corrected"] + Set(state.data.articles.flatMap(\.tags)).sorted()
    case "open", "read": state.data.articles.map(\.id.rawValue)
    case "goto": Set(state.data.events.map { String($0.date.text.prefix(7)) }).sorted()
    case "at": ["now"] + Set(state.data.positions.map { String($0.date.text.prefix(7)) }).sorted()
    case "since": ["ever"] + Set(state.data.events.map { String($0.date.text.prefix(4)) }).sorted()
    case "export": ["md"]
    case "profile": (state.profiles ?? []).map(\.shownName)
    case "actor": ["all"] + state.data.names.actors.values.map(\.name).sorted()
    default: []
    }
  }
}
