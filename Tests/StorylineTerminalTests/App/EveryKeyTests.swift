import Foundation
import StorylineModels
import StorylineScreen
import StorylineTestSupport
import Testing

@testable import StorylineTerminal

/// What a reader does who tries every key of every help screen.
@Suite struct EveryKeyTests {
  /// Where one can be, and the keys that lead there; none of them at the first entry, so that there is an up and a down.
  static let places: [(name: String, keys: [String])] = [
    ("now", ["g g", "j"]), ("timeline", ["2", "g g", "j"]), ("articles", ["3", "g g", "j"]),
    ("positions", ["4", "g g", "j"]), ("commitments", ["5", "g g", "j"]), ("quotes", ["6", "g g", "j"]),
    ("saved", ["3", "g g", "*", "j", "*", "j", "*", "7", "g g", "j"]),
    ("article", ["3", "g g", "j", "j", "enter", "j"]), ("changes of an article", ["3", "g g", "j", "j", "enter", "d"]),
  ]

  @Test(arguments: FrameGoldenTests.sizes)
  func `every key of every help screen does something, or says why not`(size: ScreenSize) async throws {
    let app = try await Self.returned(size)
    let start = app.state
    for place in Self.places {
      app.restore(start)
      for keys in place.keys { app.press(keys) }
      expectSound(app, place.name)
      try pressAll(app, place.name)
    }
    app.restore(start)
    app.press("/")
    app.type("bridge")
    app.press("enter", "j")
    try pressAll(app, "search")
    app.press("g g", "enter")
    #expect(app.state.isReading)
    try pressAll(app, "article that was found")
  }

  /// Somebody who was there before, and finds a correction and a new article.
  private static func returned(_ size: ScreenSize) async throws -> AppDriver {
    let app = try await AppDriver(size)
    app.press("c")
    app.reader.clock.advance(milliseconds: 5_400_000)
    try await app.reader.server.publish(FixtureStory.correction)
    #expect(await app.reader.run(["sync"]).code == 0)
    app.send(.replicaChanged)
    app.settle()
    return app
  }

  private func pressAll(_ app: AppDriver, _ place: String) throws {
    var start = app.state
    start.said = nil
    let offered = start.offered
    #expect(offered.count > 20)
    #expect(Set(HelpRows(start, filter: "").rows.map(\.help)).isSuperset(of: offered.map { $0.help(on: start.screen) }))
    for binding in offered {
      app.restore(start)
      let before = app.frame
      let key = try #require(binding.keys.first)
      app.press(key)
      let name = "\(key) (\(binding.action.rawValue)) on \(place), \(start.size.columns) columns"
      expectSound(app, name)
      #expect(app.frame != before || app.wanted.contains(where: Self.isSeenElsewhere), "nothing came of \(name)")
      #expect(Self.isDone(binding.action, in: app.state, wanted: app.wanted), "\(name) did something else")
    }
    app.restore(start)
  }

  /// What the reader notices outside of the frame.
  private static func isSeenElsewhere(_ effect: Effect) -> Bool {
    switch effect {
    case .sync, .cancelSync, .browse, .copy, .fetchPicture, .suspend, .quit: true
    default: false
    }
  }

  /// Whether an action that always leads to the same has led to it.
  private static func isDone(_ action: Action, in state: AppState, wanted: [Effect]) -> Bool {
    if let screen = Screen.numbered.first(where: { $0.name == action.rawValue }) {
      return state.screen == screen && !state.isReading
    }
    switch action {
    case .help: return if case .help = state.overlay { true } else { false }
    case .command, .goToDate, .boardAt: return state.prompt?.kind == .command
    case .search: return state.prompt?.kind == (state.isReading ? .find : .search)
    case .note: return state.prompt?.kind == .note
    case .quit: return wanted.contains(.quit)
    case .suspend: return wanted.contains(.suspend)
    case .sync: return wanted.contains(.sync)
    case .theme: return state.settings.theme == "dark"
    case .wider: return state.settings.width == 76
    case .narrower: return state.settings.width == 68
    case .split: return !state.settings.isSplit
    default: return true
    }
  }

  // MARK: Everything there is to read

  static let allSizes = FrameGoldenTests.sizes + [ScreenSize(columns: 30, rows: 8), ScreenSize(columns: 57, rows: 15)]

  @Test(arguments: allSizes)
  func `nothing of the bundled story is cut, in no list and in no article`(size: ScreenSize) async throws {
    try readEverything(try await AppDriver(demo: size))
  }

  @Test(arguments: ["uk_UA", "ja_JP"])
  func `longer dates of another language cut nothing on a narrow screen`(locale: String) async throws {
    let dates = DateWords(zone: .gmt, style: DateStyle(locale: locale))
    try readEverything(try await AppDriver(demo: ScreenSize(columns: 40, rows: 24), dates: dates))
  }

  private func readEverything(_ app: AppDriver) throws {
    for screen in Screen.numbered {
      app.press("\(screen.rawValue)", "g g")
      page(app, screen.title)
    }
    app.press("3", "g g")
    for _ in app.state.data.articles {
      app.press("enter")
      #expect(app.state.isReading)
      page(app, app.state.reader?.id.rawValue ?? "")
      for overlay in ["f", "x"] {
        app.press(overlay)
        expectSound(app, overlay)
        if app.state.overlay != nil { app.press("esc") }
      }
      app.press("h", "j")
    }
    for overlay in ["F", "?", ":"] {
      app.press(overlay)
      if overlay == ":" { app.press("tab") }
      expectSound(app, overlay)
      app.press("esc")
    }
  }

  /// Pages down to where nothing moves any more.
  private func page(_ app: AppDriver, _ name: String) {
    for _ in 0..<500 {
      expectSound(app, name)
      app.press("page-down")
      if app.state.said?.hasPrefix("The end") == true || app.state.shownEntries.count < 2 { return }
    }
    Issue.record("\(name) has no end")
  }

  /// What holds of every frame.
  private func expectSound(_ app: AppDriver, _ name: String) {
    let frame = app.frame
    let size = frame.size
    #expect(frame.cut.isEmpty, "\(name), \(size.columns) columns: cut")
    for row in 0..<size.rows {
      let cells = (0..<size.columns).map { frame[$0, row] }
      #expect(cells.reduce(0) { $0 + $1.width } == size.columns, "\(name): row \(row) is not as wide as the screen")
      let isPlain = cells.allSatisfy { cell in
        cell.character.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) }
      }
      #expect(isPlain, "\(name): row \(row) commands the terminal")
    }
    #expect(!frame.text(row: size.rows - 1).isEmpty, "\(name): the line at the bottom is empty")
  }
}
