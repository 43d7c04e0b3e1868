import Foundation
import StorylineScreen
import StorylineTestSupport
import Testing

@testable import StorylineTerminal

@Suite struct FrameGoldenTests {
  static let sizes = [
    ScreenSize(columns: 40, rows: 24), ScreenSize(columns: 80, rows: 24), ScreenSize(columns: 120, rows: 40),
    ScreenSize(columns: 200, rows: 60),
  ]

  /// The views that are kept as files, and the keys that lead to them from the first screen.
  static let views: [(name: String, keys: [String])] = [
    ("now", []), ("timeline", ["2"]), ("timeline-key", ["2", "z"]), ("articles", ["3"]), ("positions", ["4"]),
    ("positions-history", ["4", "H"]), ("commitments", ["5"]), ("commitments-sum", ["5", "S"]), ("quotes", ["6"]),
    ("saved", ["3", "*", "7"]), ("reader", ["3", "j", "enter"]), ("reader-end", ["3", "j", "enter", "G"]),
    ("facts", ["3", "j", "enter", "f"]), ("evidence", ["2", "G", "k", "enter"]), ("links", ["3", "j", "enter", "x"]),
    ("sentence", ["3", "j", "enter", "v", "j"]), ("help", ["3", "?"]), ("help-reader", ["3", "enter", "?"]),
    ("filter", ["3", "F"]), ("wide-text", ["3", "enter"]),
  ]

  @Test(arguments: sizes)
  func `every view is drawn for its size`(size: ScreenSize) async throws {
    for view in Self.views {
      let app = try await AppDriver(size)
      for keys in view.keys { app.press(keys) }
      check(app, view.name, size)
    }
  }

  @Test(arguments: sizes)
  func `what is typed is drawn, too`(size: ScreenSize) async throws {
    let search = try await AppDriver(size)
    search.press("/")
    search.type("bridge")
    check(search, "search", size)
    search.press("enter", "enter")
    check(search, "search-opened", size)
    let command = try await AppDriver(size)
    command.press(":")
    command.type("th")
    command.press("tab")
    check(command, "command", size)
    let help = try await AppDriver(size)
    help.press("?")
    help.type("page")
    check(help, "help-filtered", size)
    check(try await AppDriver(size, tourSeen: false), "tour", size)
  }

  @Test(arguments: sizes)
  func `what came later is marked, and what was changed is told word by word`(size: ScreenSize) async throws {
    let app = try await AppDriver(size)
    app.press("c")
    app.reader.clock.advance(milliseconds: 5_400_000)
    try await app.reader.server.publish(FixtureStory.correction)
    #expect(await app.reader.run(["sync"]).code == 0)
    app.send(.replicaChanged)
    app.settle()
    app.press("g g")
    check(app, "now-changed", size)
    app.press("j", "enter", "]")
    check(app, "reader-changed", size)
    app.press("d")
    check(app, "changes", size)
  }

  private func check(_ app: AppDriver, _ name: String, _ size: ScreenSize) {
    let text = app.screen
    for line in text.split(separator: "\n") { #expect(TextWidth.of(String(line)) <= size.columns, "\(name): \(line)") }
    Golden.expect(
      Data(text.utf8), equals: "frames/\(name)-\(size.columns)x\(size.rows).txt",
      file: #filePath.replacing("/App/", with: "/"))
  }
}
