import StorylineClient
import StorylineModels
import StorylineScreen

extension AppState {
  mutating func overlayKey(_ press: KeyPress) -> [Effect] {
    if press == KeyPress(.character("c"), .control) {
      overlay = nil
      return []
    }
    switch overlay {
    case .help(let filter, let top): return helpKey(press, filter, top)
    case .picker(let picker): return pickerKey(press, picker)
    case .tour:
      overlay = nil
      guard !settings.tourSeen else { return [] }
      settings.tourSeen = true
      return [.keep(settings)]
    case nil: return []
    }
  }

  private mutating func helpKey(_ press: KeyPress, _ filter: String, _ top: Int) -> [Effect] {
    var line = LineEdit(filter)
    let count = HelpRows(self, filter: filter).rows.count
    switch press.key {
    case .escape, .enter: overlay = nil
    case .down: overlay = .help(filter: filter, top: min(top + 1, max(0, count - 1)))
    case .up: overlay = .help(filter: filter, top: max(0, top - 1))
    case .pageDown: overlay = .help(filter: filter, top: min(top + size.rows / 2, max(0, count - 1)))
    case .pageUp: overlay = .help(filter: filter, top: max(0, top - size.rows / 2))
    case .backspace where filter.isEmpty: overlay = nil
    case .character("?") where filter.isEmpty: overlay = nil
    default:
      if line.take(press) { overlay = .help(filter: line.text, top: 0) }
    }
    return []
  }

  private mutating func pickerKey(_ press: KeyPress, _ picker: Picker) -> [Effect] {
    var picker = picker
    switch (press.key, press.modifiers) {
    case (.escape, _), (.backspace, _): overlay = nil
    case (.down, _), (.tab, []), (.character("n"), .control):
      picker.chosen = min(picker.chosen + 1, picker.items.count - 1)
      overlay = .picker(picker)
    case (.up, _), (.tab, .shift), (.character("p"), .control):
      picker.chosen = max(0, picker.chosen - 1)
      overlay = .picker(picker)
    case (.pageDown, _), (.end, _):
      picker.chosen = min(picker.items.count - 1, press.key == .end ? .max : picker.chosen + size.rows / 2)
      overlay = .picker(picker)
    case (.pageUp, _), (.home, _):
      picker.chosen = max(0, press.key == .home ? 0 : picker.chosen - size.rows / 2)
      overlay = .picker(picker)
    case (.enter, _), (.right, _): return choose(picker.chosen, of: picker)
    case (.character(let character), []):
      let index = character.wholeNumberValue.map { $0 - 1 } ?? Picker.letters.firstIndex(of: character)
      if let index, picker.items.indices.contains(index) { return choose(index, of: picker) }
    default: break
    }
    return []
  }

  private mutating func choose(_ index: Int, of picker: Picker) -> [Effect] {
    overlay = nil
    guard picker.items.indices.contains(index) else { return [] }
    switch picker.items[index].choice {
    case .evidence(let evidence):
      guard isReading, var reader, reader.id == evidence.article else {
        return [.open(evidence.article, Opening(evidence: evidence))]
      }
      reader.returns.append(reader.top)
      reader.prove(evidence)
      if let row = reader.rows(with: .hit).first {
        reader.top = max(0, row - max(2, ScreenPlan(self).body.count / 4))
      } else {
        said = "The words are not in the text any more."
      }
      replaceReader(reader)
      clampReader()
      return []
    case .article(let id): return [.open(id, Opening())]
    case .address(let address):
      return SafeAddress(address) == nil ? nothing("This address is not one to open.") : [.browse(address)]
    case .articles(let articles):
      choice.articles = articles
      show(.articles)
      list = ListState()
      settle()
      return []
    case .topic(let topic):
      choice.topic = topic
      show(.positions)
      return []
    case .actors: return actorPicker()
    case .picture(let picture): return [.fetchPicture(picture)]
    case .profile(let name): return open(profile: name)
    case .actor(let actor):
      choice.actor = actor
      if [.now, .saved, .search].contains(screen) { show(.articles) } else { refreshEntries() }
      list = ListState()
      settle()
      return []
    }
  }

  // MARK: Lists to choose from

  mutating func factPicker() -> [Effect] {
    guard let reader else { return [] }
    let marks = FactMarks(reader.opened.view.facts, in: reader.opened.view.article)
    let words = FactWords(names: data.names, dates: dates)
    let items = marks.entries.compactMap { entry -> Picker.Item? in
      guard let evidence = entry.fact.evidence.first(where: { $0.article == reader.id }) else { return nil }
      return Picker.Item(
        spans: [Span(entry.mark + " ", .mark)] + words.spans(entry.fact), choice: .evidence(evidence))
    }
    if items.isEmpty { return nothing("No fact rests on this article.") }
    overlay = .picker(Picker(title: "Facts of this article", items: items))
    return []
  }

  mutating func linkPicker() -> [Effect] {
    guard let article = reader?.opened.view.article else { return [] }
    let items = ArticleLink.all(in: article).map { link in
      let choice: Picker.Choice =
        switch link.target {
        case .article(let id): .article(id)
        case .address(let address): .address(address)
        }
      return Picker.Item(spans: [Span(link.text), Span(" · \(link.about)", .faint)], choice: choice)
    }
    if items.isEmpty { return nothing("This article has no links.") }
    overlay = .picker(Picker(title: "Links", items: items))
    return []
  }

  /// The image of the article; of several one is chosen first.
  mutating func imagePicker() -> [Effect] {
    let pictures = (reader?.opened.view.article).map(Picture.all) ?? []
    if pictures.count == 1 { return [.fetchPicture(pictures[0])] }
    if pictures.isEmpty { return nothing("This article has no image.") }
    let items = pictures.map { picture in
      Picker.Item(spans: [Span(picture.words), Span(" · \(picture.place)", .faint)], choice: .picture(picture))
    }
    overlay = .picker(Picker(title: "Images", items: items))
    return []
  }

  mutating func filterPicker() -> [Effect] {
    if screen == .positions { return topicPicker() }
    if [.timeline, .commitments, .quotes].contains(screen) { return actorPicker() }
    var items = [
      item("All articles", .all, data.articles.count),
      item("Unread", .unread, data.articles.count { !$0.isRead }),
      item("Saved", .saved, data.articles.count(where: \.isSaved)),
      item("Corrected", .corrected, data.articles.count(where: \.isCorrected)),
    ]
    let tags = Dictionary(data.articles.flatMap(\.tags).map { ($0, 1) }, uniquingKeysWith: +)
    items += tags.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { tag, count in
      item("Tag: " + data.names.topic(tag), .tag(tag), count)
    }
    items.append(Picker.Item(spans: [Span("Of an actor…")], choice: .actors))
    overlay = .picker(Picker(title: "Show", items: items))
    return []
  }

  /// Who the list can be cut to.
  private mutating func actorPicker() -> [Effect] {
    let items = data.actors(in: screen).map { actor, count in
      Picker.Item(
        spans: Self.counted(PlainWords.capitalised(data.names.name(actor)), count), choice: .actor(actor))
    }
    if items.isEmpty { return nothing("No actors are known here.") }
    overlay = .picker(
      Picker(title: "Only of", items: [Picker.Item(spans: [Span("All actors")], choice: .actor(nil))] + items))
    return []
  }

  /// A number alone on a line would say nothing.
  private static func counted(_ title: String, _ count: Int) -> [Span] {
    [Span(title), Span(NoBreak.held(" · \(count)"), .faint)]
  }

  private func item(_ title: String, _ choice: ListChoice.Articles, _ count: Int) -> Picker.Item {
    Picker.Item(spans: Self.counted(title, count), choice: .articles(choice))
  }

  private mutating func topicPicker() -> [Effect] {
    let topics = Board(data.positions, at: choice.at).topics
    let items =
      [
        Picker.Item(spans: [Span("All topics")], choice: .topic(nil)),
        Picker.Item(spans: [Span("Of an actor…")], choice: .actors),
      ]
      + topics.map { topic in
        Picker.Item(
          spans: Self.counted(PlainWords.capitalised(data.names.topic(topic.topic)), topic.seats.count),
          choice: .topic(topic.topic))
      }
    overlay = .picker(Picker(title: "Show", items: items))
    return []
  }
}
