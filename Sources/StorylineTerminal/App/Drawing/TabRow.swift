import StorylineScreen

/// The row of screens, with the one that is shown standing out.
struct TabRow {
  struct Tab: Hashable {
    var screen: Screen
    var text: String
    var column: Int
  }

  let tabs: [Tab]

  init(_ state: AppState) {
    let screens = Screen.numbered + (state.screen == .search || !state.asked.isEmpty ? [.search] : [])
    let full = screens.map { ($0, $0 == .search ? "/ Search" : "\($0.rawValue) \($0.title)") }
    let width = full.reduce(1) { $0 + $1.1.count + 2 }
    // Where there is no room for all names, only the present one has its own.
    let texts =
      width <= state.size.columns
      ? full : full.map { $0.0 == state.screen ? $0 : ($0.0, $0.0 == .search ? "/" : "\($0.0.rawValue)") }
    let isTight = texts.reduce(0) { $0 + $1.1.count + 2 } > state.size.columns
    var column = 1
    tabs = texts.map { screen, text in
      defer { column += text.count + (isTight ? 1 : 2) }
      return Tab(screen: screen, text: text, column: column)
    }
  }

  func screen(at column: Int) -> Screen? {
    tabs.first { ($0.column..<($0.column + $0.text.count)).contains(column) }?.screen
  }
}
