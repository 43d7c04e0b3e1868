import StorylineClient
import StorylineModels
import StorylineScreen

extension AppState {
  /// Shows an article that was read from the replica.
  mutating func open(_ opened: OpenedArticle, _ opening: Opening) -> [Effect] {
    var effects: [Effect] = []
    // Asked for twice before it came, as by a double click, it is open once.
    if let reader, opening.isNext || reader.id == opened.view.article.id {
      effects += progress()
      readers.removeLast()
    }
    readers.append(ReaderState(opened, names: data.names, dates: dates, layout: ScreenPlan(self).readerLayout))
    isReading = true
    // Beside a list there is less room than alone: the plan is another one now.
    fit()
    follow(opened.view.article.id)
    guard var reader else { return effects }
    if let evidence = opening.evidence {
      reader.prove(evidence)
      goTo(row: reader.rows(with: .hit).first, in: &reader)
    } else if !opening.words.isEmpty, reader.look(for: opening.words) > 0 {
      goTo(row: reader.rows(with: .hit).first, in: &reader)
    } else if let progress = progressOnTheWay[reader.id] ?? opened.progress, progress.fraction < 0.98,
      let row = reader.page.row(of: progress.block, offset: progress.offset), row > rowsOfBody
    {
      reader.top = row
      said = "Where you left off." + hint(.first, "goes to the beginning")
    }
    replaceReader(reader)
    clampReader()
    if opening.evidence == nil { effects += mark(read: true, opened.view.summary.id) }
    return effects
  }

  /// What is read must not stay as it was when it was corrected or taken back meanwhile.
  func reopenChanged() -> [Effect] {
    guard data.isWhole, !readers.isEmpty else { return [] }
    let open = Dictionary(readers.map { ($0.id, $0.opened.view.summary) }) { _, last in last }
    let present = data.articles.filter { open[$0.id] != nil }
    let gone = Set(open.keys).subtracting(present.map(\.id))
    let changed = present.filter { $0.version != open[$0.id]?.version }.map(\.id)
    return (changed + gone.sorted()).map(Effect.reopen)
  }

  mutating func take(reopened opened: OpenedArticle) -> [Effect] {
    guard let index = readers.lastIndex(where: { $0.id == opened.view.article.id }) else { return [] }
    let isNewer = opened.view.article.version > readers[index].opened.view.article.version
    readers[index].replace(opened)
    clampReader()
    guard isNewer, isReading, index == readers.count - 1 else { return [] }
    return [.say("It was corrected just now." + hint(.changes, "shows what changed"))]
  }

  /// Of an article that is not there any more nothing stays on the screen.
  mutating func leaveReaders(of id: Identifier<Article>) {
    guard readers.contains(where: { $0.id == id }) else { return }
    readers.removeAll { $0.id == id }
    isReading = isReading && !readers.isEmpty
    fit()
  }

  private var rowsOfBody: Int { ScreenPlan(self).body.count }

  /// The bar goes along with the article, so that going back leads to its place.
  mutating func follow(_ id: Identifier<Article>) {
    guard let index = shownEntries.index(of: id) else { return }
    list.chosen = index
    settle()
  }

  mutating func replaceReader(_ reader: ReaderState) {
    guard !readers.isEmpty else { return }
    readers[readers.count - 1] = reader
  }

  mutating func clampReader() {
    guard var reader else { return }
    reader.top = min(reader.top, max(0, reader.page.rows.count - rowsOfBody))
    replaceReader(reader)
  }

  private func goTo(row: Int?, in reader: inout ReaderState) {
    guard let row else { return }
    reader.top = max(0, row - max(2, rowsOfBody / 4))
  }

  /// What only an article does.
  mutating func read(_ action: Action) -> [Effect] {
    guard let reader else { return [] }
    switch action {
    case .readOn:
      let isAtEnd = reader.top + rowsOfBody >= reader.page.rows.count
      return isAtEnd ? readNextUnread() : scroll(by: rowsOfBody - 1)
    case .nextArticle, .previousArticle: return readNeighbour(by: action == .nextArticle ? 1 : -1)
    case .facts: return factPicker()
    case .links: return linkPicker()
    case .image: return imagePicker()
    case .changes: return toggleChanges()
    case .nextChange, .previousChange: return goToChange(isNext: action == .nextChange)
    case .nextHit, .previousHit: return goToHit(isNext: action == .nextHit)
    case .highlight: return chooseSentence()
    default: return []
    }
  }

  mutating func scroll(by step: Int) -> [Effect] {
    guard var reader else { return [] }
    let last = max(0, reader.page.rows.count - rowsOfBody)
    let before = reader.top
    reader.top = step == .min ? 0 : step == .max ? last : min(last, max(0, reader.top + step))
    replaceReader(reader)
    let isMoved = reader.top != before
    if step < 0 { return isMoved ? [] : nothing("The beginning of the article.") }
    let end = "The end of the article." + hint(.readOn, "goes on to the next unread one")
    // Who came for one sentence and read on to the end has read it.
    return (reader.top == last ? mark(read: true, reader.id) : []) + (isMoved ? [] : nothing(end))
  }

  private var articlesOfList: [ArticleSummary] {
    let own = shownEntries.compactMap(\.article)
    return own.isEmpty ? data.articles : own
  }

  private func readNeighbour(by step: Int) -> [Effect] {
    let articles = articlesOfList
    guard let reader, let index = articles.firstIndex(where: { $0.id == reader.id }) else {
      return nothing("This article is not in the list you came from.")
    }
    guard articles.indices.contains(index + step) else {
      return nothing(step > 0 ? "This was the last article of the list." : "This is the first article of the list.")
    }
    return [.open(articles[index + step].id, Opening(isNext: true))]
  }

  private func readNextUnread() -> [Effect] {
    let articles = articlesOfList
    let index = articles.firstIndex { $0.id == reader?.id } ?? -1
    let following = articles.dropFirst(index + 1) + articles.prefix(max(0, index))
    guard let next = following.first(where: { !$0.isRead && $0.id != reader?.id }) else {
      return nothing("No unread article is left in this list.")
    }
    return [.open(next.id, Opening(isNext: true))]
  }

  // MARK: Changes and hits

  private mutating func toggleChanges() -> [Effect] {
    guard var reader else { return [] }
    if reader.opened.edit == nil {
      let isCorrected = reader.opened.view.summary.isCorrected
      return nothing(
        isCorrected
          ? "It was changed before this device first had it."
          : "It was not changed since you last looked.")
    }
    reader.setShowsChanges(!reader.showsChanges)
    replaceReader(reader)
    return []
  }

  private mutating func goToChange(isNext: Bool) -> [Effect] {
    guard let reader else { return [] }
    let rows = reader.page.starts.filter { reader.page.changed.contains($0.block) }.map(\.row)
    return go(to: rows, isNext: isNext, none: "No paragraph was changed.")
  }

  private mutating func goToHit(isNext: Bool) -> [Effect] {
    go(to: reader?.rows(with: .hit) ?? [], isNext: isNext, none: "Nothing is looked for here; / finds words.")
  }

  /// To the next of some rows, and from the last one round to the first.
  private mutating func go(to rows: [Int], isNext: Bool, none: String) -> [Effect] {
    guard var reader, let first = rows.first, let last = rows.last else { return nothing(none) }
    let margin = max(2, rowsOfBody / 4)
    let present = reader.top + margin
    let target = isNext ? rows.first { $0 > present } ?? first : rows.last { $0 < present } ?? last
    goTo(row: target, in: &reader)
    replaceReader(reader)
    clampReader()
    let number = (rows.firstIndex(of: target) ?? 0) + 1
    return nothing("\(number) of \(rows.count)")
  }

  mutating func find(_ text: String) -> [Effect] {
    guard var reader else { return [] }
    let words = Self.words(of: text)
    let count = reader.look(for: words)
    if count > 0, let row = reader.rows(with: .hit).first(where: { $0 >= reader.top }) ?? reader.rows(with: .hit).first
    {
      reader.returns.append(reader.top)
      goTo(row: row, in: &reader)
    }
    replaceReader(reader)
    clampReader()
    if words.isEmpty { return [] }
    return nothing(
      count > 0
        ? "In \(PlainWords.count(count, "line"))." + hint(.nextHit, "goes on")
        : "Not in this article. :search looks everywhere.")
  }

  // MARK: Progress

  /// How far the open article was read, to be kept.
  mutating func progress() -> [Effect] {
    guard let reader, !reader.showsChanges, let place = reader.page.place(at: reader.top) else { return [] }
    let fraction = reader.fraction(rows: rowsOfBody)
    guard reader.top > 0 || reader.opened.progress != nil else { return [] }
    let rounded = (fraction * 1000).rounded() / 1000
    let progress = Progress(block: place.block, offset: place.offset, fraction: rounded)
    progressOnTheWay[reader.id] = progress
    return [.saveProgress(progress, reader.id)]
  }

  mutating func progressOfAll() -> [Effect] { isReading ? progress() : [] }
}
