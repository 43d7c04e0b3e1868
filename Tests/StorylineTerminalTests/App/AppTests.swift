import Foundation
import StorylineClient
import StorylineModels
import StorylineScreen
import StorylineTestSupport
import Testing

@testable import StorylineTerminal

@Suite struct AppTests {
  private let summit: Identifier<Article> = "2024-07-11-summit"

  @Test func `a mark shows at once, is in the replica after, and can be taken back and done again`() async throws {
    let app = try await AppDriver()
    app.press("3", "j")
    #expect(app.state.article?.id == summit)
    app.send(.input(.key(KeyPress(.character("m")))))
    #expect(app.state.article?.isRead == true)
    // What was read before the mark arrived does not hide it.
    app.send(.loaded(StoryData(articles: [ArticleSummary(id: summit, headline: "x", rev: 1)], isWhole: true)))
    #expect(app.state.data.articles.first?.isRead == true)
    app.settle()
    #expect(try app.article(summit).isRead)
    app.send(.replicaChanged)
    app.press("u")
    #expect(app.foot.contains("Undone: marked read"))
    #expect(try !app.article(summit).isRead)
    app.press("ctrl-r")
    #expect(try app.article(summit).isRead)
    app.press("u", "u")
    #expect(app.foot.contains("Nothing to undo"))
  }

  @Test func `everything marked read is taken back with one key`() async throws {
    let app = try await AppDriver()
    app.press("A")
    #expect(try app.replica.articles().allSatisfy(\.isRead))
    app.press("u")
    #expect(try app.replica.articles().allSatisfy { !$0.isRead })
  }

  @Test func `what was new is not new any more, until that is undone`() async throws {
    let app = try await AppDriver()
    app.press("c")
    #expect(try app.replica.changes().isEmpty)
    #expect(app.screen.contains("nothing new"))
    app.press("u")
    #expect(try !app.replica.changes().isEmpty)
    #expect(try app.replica.lastVisit() == nil)
  }

  @Test func `opening marks as read and goes on where one left off`() async throws {
    let app = try await AppDriver(ScreenSize(columns: 40, rows: 14))
    app.press("3", "j", "enter")
    #expect(try app.article(summit).isRead)
    app.press("ctrl-d", "ctrl-d", "ctrl-d", "ctrl-d")
    let place = try #require(app.state.reader?.page.place(at: app.state.reader?.top ?? 0))
    app.press("h")
    #expect(try app.replica.progress(of: summit)?.block == place.block)
    app.press("enter")
    #expect(app.state.reader?.page.place(at: app.state.reader?.top ?? 0)?.block == place.block)
  }

  @Test(arguments: [30, 40, 61, 100, 200])
  func `another width keeps the paragraph`(columns: Int) async throws {
    let app = try await AppDriver()
    app.press("3", "j", "enter")
    for _ in 0..<12 { app.press("j") }
    let reader = try #require(app.state.reader)
    let place = try #require(reader.page.place(at: reader.top))
    app.resize(columns, 12)
    app.resize(80, 24)
    app.resize(columns, 12)
    let after = try #require(app.state.reader)
    #expect(after.page.place(at: after.top)?.block == place.block)
  }

  @Test func `a fact leads to its words, and back leads back`() async throws {
    let app = try await AppDriver(ScreenSize(columns: 60, rows: 12))
    app.press("3", "j", "enter", "f", "down", "enter")
    let reader = try #require(app.state.reader)
    let row = try #require(reader.rows(with: .hit).first)
    #expect((reader.top..<(reader.top + 9)).contains(row))
    app.press("h")
    #expect(app.state.reader?.top == 0)
    app.press("h")
    #expect(app.state.reader == nil)
    #expect(app.state.screen == .articles)
  }

  @Test func `a search finds while it is typed, marks the words in the article, and says when there is nothing`()
    async throws
  {
    let app = try await AppDriver()
    app.press("/")
    app.type("irrev")
    #expect(app.state.hits.contains { $0.id == summit.rawValue })
    app.press("enter")
    let index = try #require(app.state.hits.firstIndex { $0.kind == .article })
    for _ in 0..<index { app.press("j") }
    app.press("enter")
    let reader = try #require(app.state.reader)
    #expect(reader.rows(with: .hit).count >= 1)
    app.press("n")
    #expect(app.foot.contains(" of "))
    app.press("h", "/")
    app.type("xyzzy")
    #expect(app.screen.contains("Nothing found for “xyzzy”"))
  }

  @Test func `commands go to dates, boards, filters and articles`() async throws {
    let app = try await AppDriver()
    func run(_ line: String) {
      app.press(":")
      app.type(line)
      app.press("enter")
    }
    run("goto 2024-07")
    #expect(app.state.screen == .timeline)
    #expect(app.state.chosenEntry?.key == "event summit-2024")
    run("at 2023-01")
    #expect(app.screen.contains("as of January 2023"))
    run("filter plans")
    #expect(app.state.shownEntries.count == 1)
    run("open 2024-07-11")
    #expect(app.state.reader?.id == summit)
    run("nonsense")
    #expect(app.foot.contains("no command “nonsense”"))
    app.press(":")
    app.type("go")
    app.press("tab")
    #expect(app.state.prompt?.line.text == "goto")
    // A second time it goes on with what can stand behind it.
    app.press("tab")
    #expect(app.state.prompt?.line.text == "goto 2008")
    app.press("tab", "tab")
    #expect(app.state.prompt?.line.text == "goto 2024-07")
    app.press("esc", ":")
    app.type("sync")
    app.press("tab", "tab")
    #expect(app.state.prompt?.line.text == "sync")
  }

  @Test func `a sentence is highlighted, a note is kept, and both stand in the article`() async throws {
    let app = try await AppDriver()
    app.press("3", "j", "enter", "v", "enter")
    #expect(try app.replica.highlights(of: summit).count == 1)
    #expect(app.state.reader?.rows(with: .highlight).isEmpty == false)
    app.press("v", "Y")
    let copied = app.wanted.compactMap { effect in if case .copy(let text) = effect { text } else { nil } }
    #expect(copied.last?.contains("“Towns call the bridge irreversible”, Sample Desk, 11 July 2024") == true)
    app.press("a")
    app.type("Ask the mayor.")
    app.press("enter", "G")
    #expect(app.state.reader?.page.rows.contains { $0.line.text.contains("Ask the mayor.") } == true)
    app.press("u", "g g", "v", "enter")
    #expect(try app.replica.highlights(of: summit).isEmpty)
  }

  @Test func `marks of the mouse: tabs, rows, the wheel`() async throws {
    let app = try await AppDriver()
    let tab = try #require(TabRow(app.state).tabs.first { $0.screen == .articles })
    app.send(.input(.mouse(MousePress(.left, column: tab.column, row: 1))))
    #expect(app.state.screen == .articles)
    app.send(.input(.mouse(MousePress(.left, column: 10, row: 4))))
    let chosen = app.state.list.chosen
    app.send(.input(.mouse(MousePress(.left, column: 10, row: 4))))
    app.settle()
    #expect(app.state.reader?.id == app.state.shownEntries[chosen].article?.id)
    app.send(.input(.mouse(MousePress(.wheelDown, column: 10, row: 10))))
    #expect(app.state.isReading)
  }

  @Test func `what is opened twice before it came is open once`() async throws {
    let app = try await AppDriver()
    app.press("3")
    for _ in 0..<2 { app.send(.input(.key(KeyPress(.enter)))) }
    app.settle()
    app.press("h")
    #expect(app.state.reader == nil)
  }

  @Test func `the words about the sync stay quiet and true`() async throws {
    let app = try await AppDriver()
    func head() -> String { app.frame.text(row: 0) }
    app.send(.sync(SyncStatus(state: .catchingUp, pending: 3)))
    #expect(head().hasSuffix("3 waiting · ⟳ syncing"))
    app.press("s")
    #expect(app.wanted.last == .cancelSync)
    app.send(.tick(FixtureStory.moment("2024-07-12T10:31:00Z")))
    app.send(.sync(SyncStatus(state: .paused(.init(.offline)), pending: 3)))
    #expect(head().hasSuffix("3 waiting · offline since 13:31"))
    app.send(.tick(FixtureStory.moment("2024-07-12T10:40:00Z")))
    app.send(.sync(SyncStatus(state: .catchingUp, pending: 3)))
    #expect(head().hasSuffix("offline since 13:31"))
    // What is being tried again behind “offline” is not there to be stopped: who presses the key wants it tried.
    app.press("s")
    #expect(app.wanted.last == .sync)
    #expect(app.foot.contains("Trying to reach the service"))
    app.send(.sync(SyncStatus(state: .live, lastSyncedAt: FixtureStory.moment("2024-07-12T10:38:00Z"))))
    #expect(head().hasSuffix("⟳ 2 min ago"))
    app.press("s")
    #expect(app.wanted.last == .sync)
  }

  @Test func `too small a screen says so, and nothing breaks at any size`() async throws {
    let app = try await AppDriver()
    app.resize(29, 8)
    #expect(app.screen.contains("Too small"))
    app.press("3", "j", "enter")
    for columns in stride(from: 1, through: 130, by: 7) {
      for rows in [1, 2, 5, 8, 13] {
        app.resize(columns, rows)
        #expect(app.frame.size == ScreenSize(columns: columns, rows: rows))
        app.press("?")
        #expect(app.frame.cells.count == columns * rows)
        app.press("esc")
      }
    }
  }

  @Test(arguments: [UInt64(11), 12, 13])
  func `any keys in any order break nothing`(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let app = try await AppDriver(ScreenSize(columns: Int.random(in: 30...140, using: &random), rows: 20))
    let keys =
      Array(Set(Binding.standard.flatMap(\.keys))).sorted().filter { !["ctrl-z", "q", "Q"].contains($0) }
      + ["x", "y", "enter", "esc", "backspace", "tab"]
    for _ in 0..<250 {
      app.press(keys[Int.random(in: 0..<keys.count, using: &random)])
      #expect(app.frame.cells.count == app.state.size.columns * 20, "seed \(seed)")
    }
  }

  @Test func `beside a wide list the chosen article is shown, and stays unread until it is opened`() async throws {
    let app = try await AppDriver(ScreenSize(columns: 120, rows: 40))
    app.press("3", "j")
    #expect(app.screen.contains("What was agreed"))
    #expect(try !app.article("2024-07-11-summit").isRead)
    #expect(app.state.readers.isEmpty)
    app.press("j")
    #expect(!app.screen.contains("What was agreed"))
    #expect(app.state.preview?.id == "2008-04-04-plan")
    app.press("\\")
    #expect(app.state.preview == nil)
    app.press("\\", "k", "enter")
    #expect(try app.article("2024-07-11-summit").isRead)
    app.press("esc")
    #expect(app.state.preview?.id == "2024-07-11-summit")
    app.resize(80, 24)
    #expect(app.state.preview == nil)
    #expect(!app.screen.contains("│"))
  }

  @Test func `an answer that comes late takes nobody's place`() async throws {
    let app = try await AppDriver(ScreenSize(columns: 120, rows: 40))
    app.press("3", "j")
    let late = try #require(try OpenedArticle.read("2008-04-04-plan", from: app.replica))
    app.send(.previewed(late))
    #expect(app.state.preview?.id == "2024-07-11-summit")
    app.press("2")
    app.send(.previewed(late))
    #expect(app.state.preview == nil)
  }

  @Test func `every list can be cut to an actor`() async throws {
    let app = try await AppDriver()
    app.press("4", "F", "s", "s")
    #expect(app.state.choice.actor != nil)
    let actor = try #require(app.state.choice.actor)
    #expect(app.frame.text(row: 2).contains("of " + app.state.data.names.name(actor)))
    for entry in app.state.shownEntries {
      if case .seat(let seat) = entry { #expect(seat.actor == actor) }
    }
    for screen in ["2", "5", "6"] {
      app.press(screen)
      #expect(app.frame.text(row: 2).contains("of "))
    }
    app.press(":")
    app.type("actor zarich")
    app.press("enter", "3")
    #expect(app.state.choice.actor == "zarichchia")
    #expect(app.state.shownEntries.compactMap(\.article).map(\.id) == ["2024-07-11-summit"])
    app.press(":")
    app.type("actor all")
    app.press("enter")
    #expect(app.state.shownEntries.count == 3)
    app.press(":")
    app.type("actor nobody at all")
    app.press("enter")
    #expect(app.foot.contains("There is no actor"))
  }

  @Test func `what is said is said whole, on a narrow screen too`() async throws {
    let app = try await AppDriver(ScreenSize(columns: 40, rows: 24))
    app.press("3", "j", "enter")
    app.send(.say("A long sentence about something that went wrong, with what to do about it, to its very end."))
    let rows = (21..<24).map { app.frame.text(row: $0).trimmingPrefix(" ") }.joined(separator: " ")
    #expect(
      rows.contains("A long sentence about something that went wrong, with what to do about it, to its very end."))
  }
}
