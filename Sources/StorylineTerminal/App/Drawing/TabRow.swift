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
    let name = { (screen: Screen) in screen == .search ? "/ Search" : "\(screen.rawValue) \(screen.title)" }
    let sign = { (screen: Screen) in screen == .search ? "/" : "\(screen.rawValue)" }
    // Where there is no room for all names the search gives up its own first; then only the present one has one.
    let forms = [
      screens.map { ($0, name($0)) },
      screens.map { ($0, $0 == .search && state.screen != .search ? sign($0) : name($0)) },
    ]
    let texts =
      forms.first { form in form.reduce(-1) { $0 + $1.1.count + 2 } <= state.size.columns }
      ?? screens.map { ($0, $0 == state.screen ? name($0) : sign($0)) }
    let isTight = texts.reduce(-1) { $0 + $1.1.count + 2 } > state.size.columns
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
