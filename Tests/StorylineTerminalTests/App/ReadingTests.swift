import Foundation
import StorylineClient
import StorylineModels
import StorylineScreen
import StorylineTestSupport
import Testing

@testable import StorylineTerminal

/// What a reader sees of a story that goes on while it is read.
@Suite struct ReadingTests {
  private let summit: Identifier<Article> = "2024-07-11-summit"

  private func publish(_ entities: [Entity], for app: AppDriver) async throws {
    app.reader.clock.advance(milliseconds: 5_400_000)
    try await app.reader.server.publish(entities)
    #expect(await app.reader.run(["sync"]).code == 0)
    app.send(.replicaChanged)
    app.settle()
  }

  @Test func `an article that is corrected while it is open shows its new text, in its place, and says so`()
    async throws
  {
    let app = try await AppDriver(ScreenSize(columns: 60, rows: 12))
    app.press("3", "j", "enter", "j", "j", "j", "j", "j", "j")
    let place = try #require(app.state.reader?.page.place(at: app.state.reader?.top ?? 0))
    try await publish(FixtureStory.correction, for: app)
    let reader = try #require(app.state.reader)
    #expect(reader.opened.view.article.version == 2)
    #expect(reader.page.place(at: reader.top)?.block == place.block)
    #expect(app.foot.contains("It was corrected just now. d shows what changed."))
    // Nobody ever pressed “done”: what was read is what it is compared with.
    #expect(try app.replica.lastVisit() == nil)
    app.press("d")
    #expect(app.screen.contains("dollars") && app.screen.contains("euros"))
    app.press("esc", "esc", "enter", "d")
    #expect(app.screen.contains("What was changed"))
  }

  @Test func `of an article that is taken back while it is open nothing stays on the screen`() async throws {
    let app = try await AppDriver()
    app.press("3", "j", "enter")
    var withdrawn = FixtureStory.summit(version: 2)
    withdrawn.status = .withdrawn
    withdrawn.blocks = []
    try await publish([.article(withdrawn)], for: app)
    #expect(app.state.readers.isEmpty && !app.state.isReading)
    #expect(app.state.screen == .articles)
    #expect(app.foot.contains("“Towns call the bridge irreversible” was withdrawn."))
    app.press("j", "enter")
    #expect(app.state.isReading)
  }

  @Test func `back from an article that a link led to, the bar stands at the one that is read`() async throws {
    let app = try await AppDriver(ScreenSize(columns: 120, rows: 40))
    app.press("3", "j", "enter", "x", "2")
    #expect(app.state.reader?.id == "2008-04-04-plan")
    #expect(app.state.chosenEntry?.articleID == "2008-04-04-plan")
    app.press("esc")
    #expect(app.state.reader?.id == summit)
    #expect(app.state.chosenEntry?.articleID == summit)
  }

  @Test func `what is looked for is marked in headings and under images, too`() async throws {
    let app = try await AppDriver()
    for (words, row) in [("agreed", "What was agreed"), ("ferry", "[Image: The old ferry")] {
      app.press("3", "g g", "j", "enter", "/")
      app.type(words)
      app.press("enter")
      let reader = try #require(app.state.reader)
      #expect(reader.rows(with: .hit).contains { reader.page.rows[$0].line.text.contains(row) }, "\(words)")
      app.press("esc", "esc")
    }
  }

  @Test func `whichever sentence is chosen, it can be seen`() async throws {
    let app = try await AppDriver()
    app.press("3", "j", "enter", "v")
    let count = try #require(app.state.reader?.sentences.count)
    for _ in 1..<count { app.press("k") }
    for number in 0..<count {
      let reader = try #require(app.state.reader)
      #expect(reader.sentence == number)
      #expect(!reader.rows(with: .hit).isEmpty, "\(reader.sentences[number].text)")
      app.press("j")
    }
  }

  @Test func `the line at the bottom tells how far one has seen`() async throws {
    let tall = try await AppDriver(ScreenSize(columns: 80, rows: 60))
    tall.press("3", "j", "enter")
    let count = try #require(tall.state.reader?.page.starts.count)
    #expect(tall.foot.contains("¶ \(count)/\(count) · 100 %"))
    let low = try await AppDriver(ScreenSize(columns: 80, rows: 12))
    low.press("3", "j", "enter")
    #expect(low.foot.contains("¶ 1/\(count) · "))
  }

  @Test func `behind an image nobody is told that it is being fetched`() async throws {
    let app = try await AppDriver()
    app.press("3", "j", "enter")
    app.send(.say("Fetching the image…"))
    app.send(.picture("drawn", Picture(address: "https://example.org/a.png", words: "A pier")))
    #expect(!app.foot.contains("Fetching"))
  }

  @Test func `what leads nowhere does not look like a link, and ids are left to commands`() async throws {
    let layout = Layout(width: 60, hasLooks: true)
    let dead = BlockSetter(marks: nil, layout: layout).lines(
      Block(id: "b1", role: .link, title: "More night trains"), dateline: nil)
    #expect(dead.map(\.text) == ["→ More night trains"])
    #expect(!dead.flatMap(\.spans).contains { $0.ink == .link })
    let app = try await AppDriver()
    app.press("3", "j", "enter", "G")
    #expect(app.screen.contains("→ What the plan of 2008 said"))
    #expect(!app.screen.contains("2008-04-04-plan"))
    #expect(await app.reader.run(["read", "2024-07-11"]).output.contains("2008-04-04-plan"))
  }

  @Test func `hits tell who and when, and the screens keep their names after a search`() async throws {
    let app = try await AppDriver()
    app.press("/")
    app.type("bridge")
    app.press("enter")
    #expect(app.state.hits.count > 2)
    for hit in app.state.hits { #expect(!app.screen.contains(hit.id), "\(hit.id)") }
    #expect(app.screen.contains("11 July 2024"))
    app.press("3")
    #expect(app.frame.text(row: 1).hasSuffix("5 Commitments  6 Quotes  7 Saved  /"))
  }

  @Test func `beside a fact that was found stands the article that proves it, at its words, and stays unread`()
    async throws
  {
    let app = try await AppDriver(ScreenSize(columns: 120, rows: 20))
    app.press("/")
    app.type("office")
    app.press("enter")
    let index = try #require(app.state.hits.firstIndex { $0.id == "office" })
    for _ in 0..<index { app.press("j") }
    let preview = try #require(app.state.preview)
    #expect(preview.id == summit)
    let row = try #require(preview.rows(with: .hit).first)
    #expect(preview.page.rows[row].line.text.contains("A new office in Zarichchia"))
    #expect((preview.top..<(preview.top + 16)).contains(row))
    #expect(try !app.article(summit).isRead)
  }

  @Test func `an actor that was found leads to the articles with its facts`() async throws {
    let app = try await AppDriver()
    app.press("/")
    app.type("Kholmy")
    app.press("enter")
    let index = try #require(app.state.hits.firstIndex { $0.kind == .actor })
    for _ in 0..<index { app.press("j") }
    app.press("enter")
    #expect(app.state.screen == .articles)
    #expect(app.state.shownEntries.compactMap(\.article).map(\.id) == [summit])
    #expect(app.frame.text(row: 2).contains("of Kholmy"))
    app.press("esc")
    #expect(app.state.screen == .search)
  }

  @Test func `that a list goes on below is seen, however few entries it has`() async throws {
    let app = try await AppDriver(ScreenSize(columns: 40, rows: 8))
    app.press("3")
    #expect(app.state.shownEntries.count == 3)
    #expect(app.screen.contains("▐"))
    app.resize(40, 24)
    #expect(!app.screen.contains("▐"))
  }

  @Test func `a date, and a count, is broken nowhere`() async throws {
    let app = try await AppDriver(ScreenSize(columns: 40, rows: 24))
    #expect(app.screen.contains("as of 12 July 2024"))
    app.resize(34, 24)
    app.press("3", "F")
    #expect(app.screen.contains("· 1") && !app.screen.contains("works ·\n"))
    let rows = app.screen.split(separator: "\n")
    #expect(!rows.contains { $0.contains("works · │") || $0.contains("works ·  ") })
  }

  @Test func `a bullet stands beside its date in languages with long dates, too`() async throws {
    let dates = DateWords(zone: AppDriver.dates.zone, style: DateStyle(locale: "uk_UA"))
    let app = try await AppDriver(demo: ScreenSize(columns: 80, rows: 120), dates: dates)
    app.press("2")
    let dated = app.screen.split(separator: "\n").filter { $0.contains(" р.") && !$0.contains("·") }
    #expect(dated.contains { $0.contains("листопада") })
    #expect(dated.allSatisfy { $0.contains("•") || $0.contains("◆") }, "\(dated)")
  }

  @Test func `a headline behind a fact is whole`() {
    var names = Names(actors: [:])
    let headline = "Ukraine and Nato sign a partnership charter in Madrid after long talks"
    names.articles = ["a1": headline]
    let evidence = [Evidence(article: "a1", block: "b1", exact: "sign")]
    #expect(EvidenceWords.articles(evidence, names) == ["→\u{A0}" + headline])
  }

  @Test func `the help of a filter names what can be chosen there`() async throws {
    let app = try await AppDriver(ScreenSize(columns: 100, rows: 60))
    for (screen, words) in [("2", "Show only those of an actor"), ("4", "Show only a topic, or those of an actor")] {
      app.press(screen, "?")
      #expect(app.screen.contains(words))
      app.press("esc")
    }
  }

  @Test func `the home folder is the one that HOME says`() {
    #expect(TerminalEnvironment.homeDirectory(["HOME": "/people/b"]) == "/people/b")
    #expect(TerminalEnvironment.homeDirectory(["HOME": "there"]) == NSHomeDirectory())
    #expect(TerminalEnvironment.homeDirectory([:]) == NSHomeDirectory())
  }

  @Test func `only the program screen gets blanks for what is cleared`() {
    let clears = { (variables: [String: String]) in
      FrameWriter(variables: variables, wantsColour: true).clearsInColour
    }
    #expect(!clears(["TERM": "screen-256color"]))
    #expect(clears(["TERM": "screen-256color", "TMUX": "/tmp/tmux-0/default,1,0"]))
    #expect(clears(["TERM": "xterm-256color"]) && clears([:]))
    #expect(!FrameWriter(variables: ["NO_COLOR": "1"], wantsColour: true).hasColours)
    #expect(!FrameWriter(variables: [:], wantsColour: false).hasColours)
  }
}
