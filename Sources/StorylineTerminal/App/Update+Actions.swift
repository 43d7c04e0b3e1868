import StorylineClient
import StorylineModels
import StorylineScreen

extension AppState {
  /// Does what a key, or a name on the command line, stands for.
  mutating func perform(_ action: Action) -> [Effect] {
    if let effects = move(action) ?? go(action) { return effects }
    switch action {
    case .open: return openChosen()
    case .back: return back()
    case .evidence: return showEvidence()
    case .toggleRead: return toggleRead()
    case .toggleSaved: return toggleSaved()
    case .markAllRead: return markAllRead()
    case .caughtUp: return data.changes.isEmpty ? nothing("Nothing is new since then.") : [.caughtUp]
    case .undo: return undoLast()
    case .redo: return redoLast()
    case .sync: return syncOrStop()
    case .browse, .copyLink: return address(for: action)
    case .copyQuote: return copyQuote()
    case .pipe: return article == nil ? nothing("Choose an article first.") : ask(.pipe)
    case .note: return ask(.note)
    case .search: return ask(isReading ? .find : .search)
    case .command: return ask(.command)
    case .goToDate: return ask(.command, "goto ")
    case .boardAt: return ask(.command, "at ")
    case .help:
      overlay = .help(filter: "", top: 0)
      return []
    case .filter: return filterPicker()
    case .keyEvents:
      choice.keyEventsOnly.toggle()
      refreshEntries()
      return nothing(choice.keyEventsOnly ? "Only the key events." : "All events.")
    case .history:
      choice.showsHistory.toggle()
      refreshEntries()
      return nothing(choice.showsHistory ? "With what each held before." : "What each holds now.")
    case .sort: return changeOrder()
    case .theme: return changeTheme()
    case .wider: return changeWidth(by: 4)
    case .narrower: return changeWidth(by: -4)
    case .split: return changeSplit()
    case .suspend: return [.suspend]
    case .quit: return progressOfAll() + [.quit]
    default: return isReading ? read(action) : nothing("That is for an open article.")
    }
  }

  /// ` u takes it back.`, with the key that does; nothing if there is none.
  func hint(_ action: Action, _ words: String) -> String {
    keymap.shownKey(of: action).map { " \($0) \(words)." } ?? ""
  }

  func nothing(_ why: String) -> [Effect] { [.say(why)] }

  private mutating func ask(_ kind: Prompt.Kind, _ text: String = "") -> [Effect] {
    prompt = Prompt(kind: kind, line: LineEdit(text))
    return []
  }

  // MARK: Screens

  private mutating func go(_ action: Action) -> [Effect]? {
    let numbers: [Action: Screen] = [
      .now: .now, .timeline: .timeline, .articles: .articles, .positions: .positions, .commitments: .commitments,
      .quotes: .quotes, .saved: .saved,
    ]
    let order = Screen.numbered + (asked.isEmpty ? [] : [.search])
    let present = order.firstIndex(of: screen) ?? 0
    let target: Screen
    switch action {
    case .nextScreen: target = order[(present + 1) % order.count]
    case .previousScreen: target = order[(present + order.count - 1) % order.count]
    default:
      guard let numbered = numbers[action] else { return nil }
      target = numbered
    }
    if target == screen, readers.isEmpty { return nothing("This is “\(screen.title)”.") }
    let progress = progressOfAll()
    show(target)
    return progress
  }

  private mutating func back() -> [Effect] {
    if isReading, var reader {
      if reader.showsChanges {
        reader.setShowsChanges(false)
        replaceReader(reader)
        return []
      }
      if let row = reader.returns.popLast() {
        reader.top = row
        replaceReader(reader)
        return []
      }
      let effects = progress()
      readers.removeLast()
      isReading = !readers.isEmpty
      fit()
      if let last = readers.last { follow(last.id) }
      return effects
    }
    if !readers.isEmpty {
      leaveReaders()
      fit()
      return []
    }
    guard let earlier = earlierScreens.popLast() else {
      return nothing("There is nothing to go back to." + hint(.quit, "quits"))
    }
    screen = earlier
    refreshEntries()
    return []
  }

  /// Opens what the bar stands at.
  private mutating func openChosen() -> [Effect] {
    if isReading { return linkPicker() }
    guard let entry = chosenEntry, entry.isChoosable else { return nothing("There is nothing to open here.") }
    switch entry {
    case .article(let summary, _):
      if reader?.id == summary.id {
        isReading = true
        fit()
        return []
      }
      return [.open(summary.id, Opening())]
    case .hit(let hit, _): return open(hit)
    case .withdrawn(let article): return nothing("“\(article.headline)” was withdrawn; its text is gone.")
    default: return showEvidence()
    }
  }

  private mutating func open(_ hit: SearchHit) -> [Effect] {
    if hit.kind == .article {
      return [.open(Identifier(hit.id), Opening(words: Self.words(of: asked)))]
    }
    if hit.kind == .actor {
      choice.actor = Identifier(hit.id)
      show(.articles)
      list = ListState()
      settle()
      return nothing("Articles with facts of \(hit.title). :actor all shows all again.")
    }
    guard let fact = fact(of: hit) else { return nothing("There is nothing more to show of it.") }
    return prove(fact)
  }

  /// nil if it is an article, or no fact that the story has.
  func fact(of hit: SearchHit) -> FactMarks.Fact? {
    switch hit.kind {
    case .event: data.events.first { $0.id.rawValue == hit.id }.map(FactMarks.Fact.event)
    case .quote: data.quotes.first { $0.id.rawValue == hit.id }.map(FactMarks.Fact.quote)
    case .position: data.positions.first { $0.id.rawValue == hit.id }.map(FactMarks.Fact.position)
    case .commitment: data.commitments.first { $0.id.rawValue == hit.id }.map(FactMarks.Fact.commitment)
    default: nil
    }
  }

  private mutating func showEvidence() -> [Effect] {
    if let fact = chosenEntry?.fact { return prove(fact) }
    switch chosenEntry {
    case .article, .withdrawn: return nothing("This is an article; only facts are proved by one.")
    case .hit(let hit, _): return open(hit)
    case .brief: return nothing("This is where things stand in short; the lists say what it rests on.")
    case .totals: return nothing("These are sums of the list below; each entry there says what it rests on.")
    default: return nothing("There is nothing to prove here.")
    }
  }

  /// Goes to the words that prove a fact; of several articles one is chosen first.
  mutating func prove(_ fact: FactMarks.Fact) -> [Effect] {
    let evidence = fact.evidence
    guard let first = evidence.first else { return nothing("No article here proves it.") }
    if evidence.count == 1 { return [.open(first.article, Opening(evidence: first))] }
    let items = evidence.map { proof in
      let headline = data.articles.first { $0.id == proof.article }?.headline ?? proof.article.rawValue
      return Picker.Item(
        spans: [Span("“\(proof.exact)”"), Span(" · \(headline)", .faint)], choice: .evidence(proof))
    }
    overlay = .picker(Picker(title: "Where it stands", items: items))
    return []
  }

  static func words(of text: String) -> [String] {
    text.split { !($0.isLetter || $0.isNumber) }.map(String.init)
  }

  // MARK: Looks

  private mutating func changeOrder() -> [Effect] {
    let orders = ListChoice.Order.allCases
    let next = ((orders.firstIndex(of: choice.order) ?? 0) + 1) % orders.count
    choice.order = orders[next]
    list = ListState()
    refreshEntries()
    return nothing("Sorted by \(choice.order.rawValue).")
  }

  private mutating func changeTheme() -> [Effect] {
    let names = Theme.Name.allCases
    let next = names[((names.firstIndex(of: theme.name) ?? 0) + 1) % names.count]
    return setTheme(next)
  }

  mutating func setTheme(_ name: Theme.Name) -> [Effect] {
    settings.theme = name.rawValue
    let words = ["auto": "the terminal's own", "dark": "dark", "light": "light"]
    return [.keep(settings), .say("Colours: \(words[name.rawValue] ?? name.rawValue).")]
  }

  private mutating func changeWidth(by columns: Int) -> [Effect] { setWidth(settings.width + columns) }

  mutating func setWidth(_ width: Int) -> [Effect] {
    let range = TerminalSettings.widths
    settings.width = min(range.upperBound, max(range.lowerBound, width))
    fit()
    return [.keep(settings), .say("Column: \(settings.width) wide.")]
  }

  private mutating func changeSplit() -> [Effect] {
    settings.isSplit.toggle()
    fit()
    let words = settings.isSplit ? "List and article side by side" : "One at a time"
    return [.keep(settings), .say(words + (size.columns < ScreenPlan.wide ? ", from 120 columns on." : "."))]
  }

  private mutating func syncOrStop() -> [Effect] {
    if let standing { return nothing("There is nothing to sync: \(standing).") }
    // Where the screen says “offline” a sync that is being tried behind it is none that one would stop.
    if offlineSince != nil { return [.sync, .say("Trying to reach the service…")] }
    switch sync?.state {
    case .catchingUp, .bootstrapping, .reAnchoring:
      return [.cancelSync, .say("Sync stopped; what has arrived is kept.")]
    default: return [.sync]
    }
  }
}
