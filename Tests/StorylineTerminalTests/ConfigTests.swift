import Foundation
import StorylineScreen
import StorylineTestSupport
import Testing

@testable import StorylineTerminal

@Suite struct ConfigTests {
  @Test(arguments: [
    ("theme = \"drak\"", ":1: theme is “auto”, “dark” or “light”; did you mean “dark”?"),
    ("theme = 3", ":1: theme is “auto”, “dark” or “light”"),
    ("\n\nwidht = 80", ":3: there is no setting “widht”; did you mean “width”?"),
    ("width = 8", ":1: width is a number from 40 to 120"),
    ("width = \"80\"", ":1: width is a number from 40 to 120"),
    ("mouse = \"no\"", ":1: mouse is true or false, without quotation marks"),
    ("locale = \"../etc\"", ":1: locale is a language, or a language and a country, such as “en_GB”"),
    (
      "zone = \"Europe/Berlni\"",
      ":1: zone is a place of the time zone database, such as “Europe/Kyiv”; did you mean “Europe/Berlin”?"
    ),
    ("keys = 1", ":1: keys is a table: a line [keys], then action = \"key\""),
    ("[keys]\nsinc = \"S\"", ":2: there is no action “sinc”; did you mean “sync”?"),
    ("[keys]\n# one\nsync = \"entr\"", ":3: “entr” is no key; did you mean “enter”?"),
    ("[keys]\nsync = [\"s\", 1]", ":2: sync is a key or a list of keys: \"s\", or [\"s\", \"ctrl-s\"]"),
    ("[keys]\nsync = \"\"", ":2: “” is no key"),
    ("[keys]\nhelp = \"ctrl-q\"\nsync = \"ctrl-q\"", ":3: “ctrl-q” is given to “help” in line 2 already"),
    ("[keys.reader]\nfaxts = \"F\"", ":2: there is no action “faxts”; did you mean “facts”?"),
    ("[keys]\nquit = []", ":2: “quit” needs a key, or nobody finds the way out; ctrl-c stays"),
    ("[keys]\nsync = \"T\"", ":2: note: “theme” has no key any more; give it another one"),
  ])
  func `every fault is told with its line and a way out`(text: String, words: String) {
    let read = ConfigReader.read(text)
    #expect(read.faults.map { $0.text(path: "") } == [words])
  }

  @Test func `a syntax error has its line, and nothing else counts`() {
    let read = ConfigReader.read("theme = \"dark\"\nwidth = = 3\n")
    #expect(read.config == .none)
    #expect(read.faults.count == 1)
    #expect(read.faults.first?.line == 2)
    #expect(read.faults.first?.message.contains("nothing of the file counts") == true)
  }

  @Test func `what is right counts beside what is wrong`() {
    let read = ConfigReader.read(
      "theme = \"light\"\nwidth = 9\nmouse = false\n[keys]\nsync = \"ctrl-s\"\nbad = \"x\"\n")
    #expect(read.config.theme == .light)
    #expect(read.config.width == nil)
    #expect(!read.config.hasMouse)
    #expect(read.config.keys == [Config.KeyWish(action: .sync, keys: ["ctrl-s"], line: 5)])
    #expect(read.errors.count == 2)
  }

  @Test func `the file of config init changes nothing, as it is and with every remark made a line`() {
    #expect(ConfigReader.read(ConfigFile.template) == ReadConfig())
    let lines = ConfigFile.template.split(separator: "\n", omittingEmptySubsequences: false)
    let open = lines.map { $0.hasPrefix("#") && !$0.hasPrefix("# ") ? $0.dropFirst() : $0 }.joined(separator: "\n")
    let read = ConfigReader.read(open)
    #expect(read.faults == [])
    #expect(read.config.keys.count > 30)
    #expect(read.config.width == 72)
    #expect(Keymap.standard.fulfilling(read.config.keys).0 == .standard)
    for action in Action.allCases { #expect(ConfigFile.template.contains("\(action.rawValue)"), "\(action)") }
  }

  @Test func `two actions can change places, and a key in an article leaves the lists alone`() {
    let read = ConfigReader.read(
      "[keys]\nnext-unread = \"p\"\nprevious-unread = \"n\"\n[keys.reader]\nfacts = \"j\"\nquit = \"q\"\n")
    #expect(read.errors == [])
    let keymap = Keymap.standard.fulfilling(read.config.keys).0
    let lists = KeyContext.contexts(isReading: false, screen: .articles)
    let reader = KeyContext.contexts(isReading: true, screen: .articles)
    let key = { (character: Character) in [KeyPress(.character(character))] }
    #expect(keymap.lookup(key("p"), in: lists) == .action(.nextUnread))
    #expect(keymap.lookup(key("n"), in: lists) == .action(.previousUnread))
    #expect(keymap.lookup(key("n"), in: reader) == .action(.nextHit))
    #expect(keymap.lookup(key("j"), in: reader) == .action(.facts))
    #expect(keymap.lookup(key("j"), in: lists) == .action(.down))
    #expect(keymap.lookup(key("q"), in: reader) == .action(.quit))
    #expect(keymap.lookup([KeyPress(.escape)], in: reader) == .action(.back))
  }

  @Test func `a key that begins a sequence takes the sequence away`() {
    let keymap = Keymap.standard.fulfilling([Config.KeyWish(action: .goToDate, keys: ["g"])]).0
    let timeline = KeyContext.contexts(isReading: false, screen: .timeline)
    #expect(keymap.lookup([KeyPress(.character("g"))], in: timeline) != .nothing)
    let all = Keymap.standard.fulfilling([Config.KeyWish(action: .sync, keys: ["g"])]).0
    #expect(all.lookup([KeyPress(.character("g"))], in: timeline) == .action(.sync))
    #expect(all.shownKey(of: .first) == "Home")
  }

  @Test func `help, hints and the tour show the keys as they are`() async throws {
    let app = try await AppDriver(tourSeen: false)
    app.rebind("[keys]\ndown = \"ctrl-j\"\nhelp = \"f2\"\nsync = \"Z\"\nundo = \"U\"\n")
    #expect(app.screen.contains("^J and k move"))
    #expect(app.screen.contains("F2 shows the keys"))
    app.press("x", "3")
    #expect(app.foot.contains("F2 help"))
    app.press("?")
    #expect(!app.screen.contains("Help ·"))
    app.press("f2")
    app.type("sync")
    #expect(app.screen.contains("Z  "))
    app.press("esc", "A")
    #expect(app.foot.contains("U takes it back"))
    app.press("ctrl-j")
    #expect(app.state.list.chosen == 1)
  }

  @Test func `config init writes a file once, and check says how it is`() async throws {
    let reader = try await Reader()
    let path = reader.home + "/config.toml"
    let variables = ["STORYLINE_CONFIG": path]
    #expect(await reader.run(["config", "check"], variables: variables).output.contains("not there"))
    let made = await reader.run(["config", "init"], variables: variables)
    #expect(made.code == 0)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == ConfigFile.template)
    #expect(await reader.run(["config", "check"], variables: variables).output.contains("all is well"))
    try Data("theme = \"lihgt\"\n".utf8).write(to: URL(fileURLWithPath: path))
    let again = await reader.run(["config", "init"], variables: variables)
    #expect(again.code == 1)
    #expect(again.errors.contains("is there already"))
    let check = await reader.run(["config", "check"], variables: variables)
    #expect(check.code == 1)
    #expect(check.output.contains("config.toml:1: theme is “auto”, “dark” or “light”; did you mean “light”?"))
    #expect(check.errors.contains("1 fault in"))
    let json = await reader.run(["config", "check", "--json"], variables: variables)
    let report = try JSONDecoder().decode(ConfigCheckReport.self, from: Data(json.output.utf8))
    #expect(report.faults.map(\.line) == [1])
    let other = await reader.run(["config", "check", path + "x"], variables: variables)
    #expect(other.code == 1)
  }

  @Test func `a broken file stops no command, and each says so beside its output`() async throws {
    let reader = try await Reader.withStory()
    let path = reader.home + "/config.toml"
    try Data("zone = \"Mars\"\nlocale = \"en_US\"\n".utf8).write(to: URL(fileURLWithPath: path))
    let outcome = await reader.run(["articles"], variables: ["STORYLINE_CONFIG": path])
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("July 11, 2024"))
    #expect(outcome.errors == "HOME/config.toml:1: zone is a place of the time zone database, such as “Europe/Kyiv”\n")
    try Data([0xFF, 0xFE]).write(to: URL(fileURLWithPath: path))
    #expect(await reader.run(["articles"], variables: ["STORYLINE_CONFIG": path]).code == 0)
  }

  @Test func `the file's zone counts more than the system's`() async throws {
    let reader = try await Reader.withStory()
    let path = reader.home + "/config.toml"
    try Data("zone = \"America/New_York\"\n".utf8).write(to: URL(fileURLWithPath: path))
    let plain = await reader.run(["status"])
    let there = await reader.run(["status"], variables: ["STORYLINE_CONFIG": path])
    #expect(plain.output != there.output || plain.output.contains("just now"))
    reader.clock.advance(milliseconds: 3 * 86_400_000)
    #expect(await reader.run(["status"]).output.contains("12 July 2024, 13:00"))
    #expect(
      await reader.run(["status"], variables: ["STORYLINE_CONFIG": path]).output.contains("12 July 2024, 06:00"))
  }

  @Test func `the reader's guide names every setting`() throws {
    let guide = try String(
      contentsOf: Program.repository.appendingPathComponent("docs/terminal.md"), encoding: .utf8)
    for setting in Config.settings { #expect(guide.contains("| `\(setting.name)` |"), "\(setting.name)") }
  }
}
