import StorylineClient
import StorylineModels
import StorylineScreen

extension AppState {
  /// nil if the action moves nothing.
  mutating func move(_ action: Action) -> [Effect]? {
    let rows = ScreenPlan(self).body.count
    let steps: [Action: Int] = [
      .down: 1, .up: -1, .halfDown: rows / 2, .halfUp: -rows / 2, .pageDown: rows - 1, .pageUp: 1 - rows,
      .first: Int.min, .last: Int.max,
    ]
    if let step = steps[action] {
      return isReading ? scroll(by: step) : moveBar(by: step)
    }
    switch action {
    case .nextUnread, .previousUnread: return goToUnread(isNext: action == .nextUnread)
    default: return nil
    }
  }

  /// A single step goes to the next entry; a longer one goes so many rows.
  @discardableResult
  mutating func moveBar(by step: Int) -> [Effect] {
    let entries = shownEntries
    guard entries.contains(where: \.isChoosable) else { return nothing("There is nothing to choose here.") }
    let before = self.list
    var list = before
    switch step {
    case Int.min: list = ListState()
    case Int.max: list.chosen = entries.count - 1
    case 1, -1: list.chosen = next(from: list.chosen, by: step) ?? list.chosen
    default: list.chosen = entry(rows: step, from: list.chosen)
    }
    if list.chosen == entries.count - 1, !entries[list.chosen].isChoosable {
      list.chosen = next(from: list.chosen, by: -1) ?? list.chosen
    }
    self.list = list
    settle()
    if self.list != before { return [] }
    return nothing(step > 0 ? "The end of the list." : "The beginning of the list.")
  }

  private func next(from index: Int, by step: Int) -> Int? {
    let entries = shownEntries
    var index = index + step
    while entries.indices.contains(index) {
      if entries[index].isChoosable { return index }
      index += step
    }
    return nil
  }

  private func entry(rows: Int, from start: Int) -> Int {
    let entries = shownEntries
    let setter = EntrySetter(screen, contents: contents, layout: ScreenPlan(self).listLayout)
    let direction = rows < 0 ? -1 : 1
    var left = abs(rows)
    var index = start
    while left > 0, entries.indices.contains(index + direction) {
      left -= setter.lines(entries[index]).count
      index += direction
    }
    return entries[index].isChoosable ? index : next(from: index, by: direction) ?? start
  }

  private mutating func goToUnread(isNext: Bool) -> [Effect] {
    let entries = shownEntries
    let order =
      isNext ? Array(entries.indices.dropFirst(list.chosen + 1)) : entries.indices.prefix(list.chosen).reversed()
    guard let index = order.first(where: { entries[$0].article?.isRead == false }) else {
      return nothing(isNext ? "No unread article below." : "No unread article above.")
    }
    list.chosen = index
    settle()
    return []
  }

  // MARK: The mouse

  mutating func take(_ press: MousePress) -> [Effect] {
    guard !press.isRelease, prompt == nil else { return [] }
    said = nil
    switch press.button {
    case .wheelUp, .wheelDown: return turn(press.button == .wheelDown ? 3 : -3, column: press.column)
    case .right: return overlay == nil ? perform(.back) : overlayKey(KeyPress(.escape))
    case .left: return click(column: press.column, row: press.row)
    default: return []
    }
  }

  private mutating func turn(_ rows: Int, column: Int) -> [Effect] {
    if overlay != nil { return overlayKey(KeyPress(rows > 0 ? .down : .up)) }
    let plan = ScreenPlan(self)
    if let columns = plan.reader, columns.contains(column), reader != nil { return scroll(by: rows) }
    if let columns = plan.reader, columns.contains(column), let preview {
      self.preview?.top = min(max(0, preview.page.rows.count - plan.body.count), max(0, preview.top + rows))
      return []
    }
    return moveBar(by: rows > 0 ? 1 : -1)
  }

  private mutating func click(column: Int, row: Int) -> [Effect] {
    if overlay != nil { return overlayKey(KeyPress(.escape)) }
    let plan = ScreenPlan(self)
    if row == 1, let screen = TabRow(self).screen(at: column) { return perform(Action(rawValue: screen.name) ?? .help) }
    if let columns = plan.reader, columns.contains(column), plan.body.contains(row) {
      if reader == nil { return perform(.open) }
      isReading = true
      return []
    }
    guard plan.list?.contains(column) == true,
      let index = ListView(self, plan: plan).index(at: row), shownEntries[index].isChoosable
    else { return [] }
    let wasChosen = list.chosen == index && !isReading
    isReading = false
    list.chosen = index
    settle()
    return wasChosen ? perform(.open) : []
  }
}
