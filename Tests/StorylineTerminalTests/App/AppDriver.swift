import Foundation
import StorylineClient
import StorylineModels
import StorylineScreen
import StorylineTestSupport
import Synchronization
import Testing

@testable import StorylineTerminal

/// A reader in front of the app: presses keys, and sees what the screen shows when everything has settled.
final class AppDriver {
  let reader: Reader
  let replica: Replica
  private let library: LibraryWorker
  private let inbox = Inbox()
  private(set) var state: AppState
  /// What the update wanted from outside the replica.
  private(set) var wanted: [Effect] = []

  private final class Inbox: Sendable {
    private let messages = Mutex<[Message]>([])
    func put(_ message: Message) { messages.withLock { $0.append(message) } }
    func takeAll() -> [Message] {
      messages.withLock { messages in
        defer { messages = [] }
        return messages
      }
    }
  }

  static let dates = DateWords(zone: TimeZone(identifier: "Europe/Kyiv") ?? .gmt)

  /// A reader who has the fixture story and was there before.
  init(_ size: ScreenSize = ScreenSize(columns: 80, rows: 24), tourSeen: Bool = true) async throws {
    reader = try await Reader.withStory()
    replica = try Replica.open(at: reader.home + "/replica.sqlite", now: reader.clock.now)
    let inbox = inbox
    let images = ImageAddresses(
      cache: ImageCache(besideReplica: reader.home + "/replica.sqlite"), server: "https://stories.example")
    library = LibraryWorker(replica: replica, dates: Self.dates, images: { images }) { inbox.put($0) }
    var settings = TerminalSettings()
    settings.tourSeen = tourSeen
    state = AppState(
      size: size, now: reader.clock.now(), today: "2024-07-12", dates: Self.dates, settings: settings)
    library.start()
    settle()
  }

  /// A reader of the bundled story, who was never there before.
  init(demo size: ScreenSize, dates: DateWords = AppDriver.dates) async throws {
    reader = try await Reader()
    replica = try Replica.inMemory(now: reader.clock.now)
    try replica.install(try DemoStory.page())
    let inbox = inbox
    library = LibraryWorker(replica: replica, dates: dates) { inbox.put($0) }
    var settings = TerminalSettings()
    settings.tourSeen = true
    state = AppState(
      size: size, now: reader.clock.now(), today: "2026-01-08", dates: dates, settings: settings,
      standing: "demo")
    library.start()
    settle()
  }

  /// The screen as it was; what is written in the replica stays.
  func restore(_ state: AppState) {
    self.state = state
    wanted = []
  }

  /// The keys of a `config.toml`.
  func rebind(_ config: String) {
    state.keymap = Keymap.standard.fulfilling(ConfigReader.read(config).config.keys).0
    state.refreshEntries()
  }

  /// Until nothing is on its way any more.
  func settle() {
    while true {
      library.finish()
      let messages = inbox.takeAll()
      if messages.isEmpty { return }
      for message in messages { send(message) }
    }
  }

  /// One message; what it asks of the replica is on its way afterwards.
  func send(_ message: Message) {
    for effect in state.update(message) {
      wanted.append(effect)
      library.perform(effect)
    }
  }

  /// Keys by their names: `j`, `ctrl-d`, `g g`.
  func press(_ names: String...) {
    for name in names {
      for press in Keymap.sequence(name) ?? [] { send(.input(.key(press))) }
      settle()
    }
  }

  func type(_ text: String) {
    for character in text { send(.input(.key(KeyPress(.character(character))))) }
    settle()
  }

  func resize(_ columns: Int, _ rows: Int) { send(.resized(ScreenSize(columns: columns, rows: rows))) }

  var frame: Frame { AppView(state).frame() }
  var screen: String { frame.text }
  /// The line at the bottom.
  var foot: String { frame.text(row: state.size.rows - 1) }

  func article(_ id: Identifier<Article>) throws -> ArticleSummary {
    try #require(try replica.articles().first { $0.id == id })
  }
}
