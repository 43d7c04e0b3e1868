import StorylineClient
import StorylineModels
import StorylineScreen

extension AppState {
  /// Takes a message in and says what has to be done outside. It waits for nothing and reads nothing.
  mutating func update(_ message: Message) -> [Effect] {
    let effects = process(message).filter { effect in
      guard case .say(let text) = effect else { return true }
      said = text
      return false
    }
    return effects + askForPreview()
  }

  /// The article beside its list follows the bar.
  private mutating func askForPreview() -> [Effect] {
    guard hasPreview, let wanted = wantedPreview else {
      (preview, previewAsked) = (nil, nil)
      return []
    }
    guard previewAsked != wanted else { return [] }
    previewAsked = wanted
    return [.preview(wanted.article)]
  }

  /// The chosen article; of a fact that was found the article that proves it.
  private var wantedPreview: Preview? {
    guard let entry = chosenEntry else { return nil }
    if let id = entry.articleID { return Preview(article: id) }
    guard case .hit(let hit, _) = entry, let proof = fact(of: hit)?.evidence.first else { return nil }
    return Preview(article: proof.article, proof: proof)
  }

  private mutating func take(preview opened: OpenedArticle) {
    // An answer to what is no longer chosen.
    guard hasPreview, let wanted = wantedPreview, opened.view.article.id == wanted.article else { return }
    var reader = ReaderState(opened, names: data.names, dates: dates, layout: ScreenPlan(self).readerLayout)
    if let proof = wanted.proof {
      reader.prove(proof)
    } else if screen == .search {
      _ = reader.look(for: Self.words(of: asked))
    }
    if let row = reader.rows(with: .hit).first { reader.top = max(0, row - ScreenPlan(self).body.count / 4) }
    preview = reader
  }

  private mutating func process(_ message: Message) -> [Effect] {
    switch message {
    case .input(let event): return take(event)
    case .resized(let size):
      self.size = size
      fit()
      return []
    case .tick(let now):
      self.now = now
      return []
    case .loaded(let data):
      take(data)
      return [.dropEarlierStory] + reopenChanged()
    case .replicaChanged:
      previewAsked = nil
      return [.load]
    case .previewed(let opened):
      take(preview: opened)
      return []
    case .opened(let opened, let opening): return open(opened, opening)
    case .reopen(let opened):
      return take(reopened: opened)
    case .picture(let drawn, let picture):
      // Who has gone on does not want it any more.
      guard isReading, overlay == nil, prompt == nil else { return [] }
      // Behind the image nobody waits for it any more.
      said = nil
      return [.showPicture(drawn, picture)]
    case .notThere(let id):
      let headline = readers.last { $0.id == id }?.opened.view.article.headline
      leaveReaders(of: id)
      said = headline.map { "“\($0)” was withdrawn." } ?? "The article “\(id)” is not there any more."
      return []
    case .found(let hits, let words):
      take(hits, words)
      return []
    case .marked(let words, let token, let id):
      if !token.isEmpty { remember(UndoEntry(words: words, kind: .marks(token))) }
      if let id {
        arrived(id)
      } else if let words = saidWhenWritten {
        (said, saidWhenWritten) = (words, nil)
        // What was read before it was written does not know of it.
        return [.load]
      }
      return []
    case .progressKept(let id):
      progressOnTheWay[id] = nil
      return []
    case .caughtUp(let before, let story):
      remember(UndoEntry(words: "caught up", kind: .visit(before: before, story)))
      said = "Nothing here is new any more." + hint(.undo, "takes it back")
      return [.load]
    case .undone(let result, let words, let isRedo):
      undone(result, words, isRedo: isRedo)
      return [.load]
    case .sync(let status):
      take(status)
      return []
    case .profiles(let profiles, let isAsked):
      self.profiles = profiles
      return isAsked ? profilePicker() : []
    case .profileOpened: return progressOfAll() + [.leaveAccount]
    case .say(let text):
      said = text
      return []
    case .failed(let text):
      said = text
      saidWhenWritten = nil
      readOnTheWay = [:]
      savedOnTheWay = [:]
      return [.load]
    }
  }

  private mutating func take(_ event: InputEvent) -> [Effect] {
    switch event {
    case .key(let press): return take(press)
    case .paste(let text):
      prompt?.line.insert(text)
      return typed()
    case .mouse(let press): return take(press)
    case .mode, .graphics: return []
    }
  }

  private mutating func take(_ press: KeyPress) -> [Effect] {
    said = nil
    if prompt != nil { return promptKey(press) }
    if overlay != nil { return overlayKey(press) }
    if isReading, reader?.sentence != nil, let effects = sentenceKey(press) { return effects }
    pressed.append(press)
    switch keymap.lookup(pressed, in: contexts) {
    case .more: return []
    case .nothing:
      let wasSequence = pressed.count > 1
      pressed = []
      if wasSequence { return take(press) }
      return nothing("\(Keymap.shown(press.name)) does nothing here." + hint(.help, "shows the keys"))
    case .action(let action):
      pressed = []
      return perform(action)
    }
  }

  private mutating func take(_ status: SyncStatus) {
    let isOffline = if case .paused(let pause) = status.state { pause.why == .offline } else { false }
    // What was known before the sync was tried again is still so until it is known better.
    if isOffline { offlineSince = offlineSince ?? now } else if status.state == .live { offlineSince = nil }
    sync = status
  }

  private mutating func take(_ data: StoryData) {
    // The first look comes first; a later one must not overwrite the whole.
    if !data.isWhole, self.data.isWhole { return }
    self.data = data
    for (id, mark) in readOnTheWay { show(isRead: mark.isSet, of: id) }
    for (id, mark) in savedOnTheWay { show(isSaved: mark.isSet, of: id) }
    // The reading that comes next began after they were written.
    readOnTheWay = readOnTheWay.filter { !$0.value.isWritten }
    savedOnTheWay = savedOnTheWay.filter { !$0.value.isWritten }
    refreshEntries()
  }

  private mutating func take(_ hits: [SearchHit], _ words: String) {
    // An answer to what is no longer asked.
    guard words == asked else { return }
    self.hits = hits
    lists[.search] = ListState()
    refreshEntries()
  }

  // MARK: Lists

  /// Makes the entries of the screen that is shown; those of the others when they are shown.
  mutating func refreshEntries() {
    let chosen = chosenEntry
    let old = list.chosen
    entries = [screen: contents.entries(of: screen)]
    if let chosen, let index = index(of: chosen, near: old) { list.chosen = index }
    settle()
  }

  /// Shows an article's marks where it stands. Only where they decide about the list itself is the list made anew.
  mutating func refreshEntry(of id: Identifier<Article>) {
    let isChosenByMarks = screen == .saved || screen == .articles && [.unread, .saved].contains(choice.articles)
    guard !isChosenByMarks, let index = data.articles.firstIndex(where: { $0.id == id }) else {
      return refreshEntries()
    }
    entries[screen]?.replace(data.articles[index], with: data.articles)
  }

  private func index(of entry: ListEntry, near old: Int) -> Int? {
    let entries = shownEntries
    if entries.indices.contains(old), entries[old].isSame(as: entry) { return old }
    if case .article(let summary, _) = entry { return entries.index(of: summary.id) }
    return entries.firstIndex { $0.isSame(as: entry) }
  }

  mutating func show(_ screen: Screen) {
    if screen != self.screen {
      earlierScreens.append(self.screen)
      if earlierScreens.count > 20 { earlierScreens.removeFirst() }
    }
    self.screen = screen
    leaveReaders()
    refreshEntries()
  }

  mutating func leaveReaders() {
    readers = []
    isReading = false
  }

  /// Everything for the present size.
  mutating func fit() {
    let plan = ScreenPlan(self)
    for index in readers.indices { readers[index].reflow(plan.readerLayout) }
    preview?.reflow(plan.readerLayout)
    clampReader()
    settle()
  }

  /// Sees to it that the bar stands at something and on the screen. Work grows with the screen, not with the list.
  mutating func settle() {
    let entries = shownEntries
    var list = self.list
    list.chosen = min(max(0, list.chosen), max(0, entries.count - 1))
    if entries.indices.contains(list.chosen), !entries[list.chosen].isChoosable {
      let below = entries[list.chosen...].firstIndex(where: \.isChoosable)
      list.chosen = below ?? entries[..<list.chosen].lastIndex(where: \.isChoosable) ?? list.chosen
    }
    let plan = ScreenPlan(self)
    let setter = EntrySetter(screen, contents: contents, layout: plan.listLayout)
    let rows = plan.body.count
    list.top = min(list.top, list.chosen)
    if list.chosen - list.top > rows { list.top = list.chosen - rows }
    // Headings right above the first one on the screen are shown with it.
    if list.top == list.chosen {
      while list.top > 0, !entries[list.top - 1].isChoosable { list.top -= 1 }
    }
    if !entries.isEmpty {
      var height = (list.top...list.chosen).reduce(0) { $0 + setter.lines(entries[$1]).count }
      while height > rows, list.top < list.chosen {
        height -= setter.lines(entries[list.top]).count
        list.top += 1
      }
    }
    self.list = list
  }
}
