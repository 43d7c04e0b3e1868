import ArgumentParser
import Foundation
import StorylineClient
import StorylineModels
import StorylineScreen

struct AppCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "app",
    abstract: "Read on the whole screen; what storyline does without a command.",
    discussion: """
      Syncs behind the screen and never waits for the network. ? shows the keys. Where there is no terminal, or with \
      --json, it prints what storyline now prints.

      Examples:
        storyline
        storyline --profile work
        storyline --linear

      JSON: {story, changes, status}
      """)

  @Flag(help: ArgumentHelp(LinearReader.help))
  var linear = false

  @OptionGroup var list: ListOptions

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    if linear {
      try session.noteConfigFaults()
      let replica = try session.readableReplica()
      return try await LinearReader(replica: replica, session: session, standing: nil).run()
    }
    guard let open = list.fullScreen(in: session) else {
      try session.noteConfigFaults()
      return try NowReport.show(try session.readableReplica(), list, in: session)
    }
    let credentials = try session.home.keeper.load()
    if credentials == nil { _ = try session.readableReplica() }
    let app = App(
      session: session, replica: try session.openOrRepairReplica(), credentials: credentials,
      store: SettingsStore(path: session.home.settingsPath),
      standing: credentials == nil ? "not signed in" : nil)
    try await app.run(on: open)
  }
}

struct DemoCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Read the bundled story, without a server or an account.",
    discussion: """
      Marks are forgotten at the end. Where there is no terminal it prints what storyline now prints.

      Examples:
        storyline demo
        storyline demo --linear

      JSON: {story, changes, status}
      """)

  @Flag(help: ArgumentHelp(LinearReader.help))
  var linear = false

  @OptionGroup var list: ListOptions

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let replica = try Replica.inMemory(now: session.environment.clock.now)
    try replica.install(try DemoStory.page())
    if linear {
      try session.noteConfigFaults()
      return try await LinearReader(replica: replica, session: session, standing: "demo").run()
    }
    guard let open = list.fullScreen(in: session) else {
      try session.noteConfigFaults()
      return try NowReport.show(replica, list, in: session)
    }
    let app = App(session: session, replica: replica, credentials: nil, store: nil, standing: "demo")
    try await app.run(on: open)
  }
}

extension ListOptions {
  /// The terminal to take, unless there is none or the page is asked for in another form.
  fileprivate func fullScreen(in session: Session) -> (@Sendable () throws -> Terminal)? {
    let environment = session.environment
    let isPage = session.wantsJSON || page.plain || page.md || since != nil || limit != nil
    return isPage || !environment.inputIsTerminal || !environment.output.isTerminal ? nil : environment.openTerminal
  }
}

/// The full-screen app: puts its parts together and runs it.
struct App {
  var session: Session
  var replica: Replica
  var credentials: Credentials?
  var store: SettingsStore?
  var standing: String?

  func run(on open: @escaping @Sendable () throws -> Terminal) async throws {
    let variables = session.environment.variables
    if ["dumb", "unknown"].contains(variables["TERM"] ?? "") {
      throw CommandFailure(
        .error, "TERM=\(variables["TERM"] ?? "") cannot show a full screen; “storyline now” prints plain text")
    }
    let terminal: Terminal
    do { terminal = try open() } catch { throw CommandFailure(.error, "\(error)") }
    let mailbox = Mailbox(waker: terminal.waker)
    let library = LibraryWorker(replica: replica, dates: session.dates) { mailbox.post($0) }
    let sync = try credentials.map {
      try SyncWorker(replica: replica, credentials: $0, session: session) {
        mailbox.post($0)
      }
    }
    terminal.hasMouse = session.config.hasMouse
    let state = firstState(terminal.size ?? ScreenSize(columns: 80, rows: 24))
    let hasColours = variables["NO_COLOR"]?.isEmpty != false && session.wantsColour
    let clock = session.environment.clock
    let loop = AppLoop(
      terminal: terminal, mailbox: mailbox, library: library, sync: sync, store: store,
      pictures: PictureDesk(
        way: PictureWay(variables: variables), transports: session.environment.transports, images: session.images
      ) {
        mailbox.post($0)
      }, state: state,
      hasColours: hasColours, clock: clock, today: session.dates.today(clock))
    do {
      try await loop.runInItsThread()
    } catch let error as TerminalError {
      await sync?.stop(sending: false)
      throw CommandFailure(.error, error.description)
    }
    library.finish()
    try await farewell(sync)
  }

  private func firstState(_ size: ScreenSize) -> AppState {
    var state = AppState(
      size: size, now: session.now, today: session.today, dates: session.dates,
      settings: session.config.applied(to: store?.load() ?? TerminalSettings()),
      keymap: Keymap.standard.fulfilling(session.config.keys).0, standing: standing)
    if let fault = session.configFaults.first {
      state.said =
        fault.text(path: (session.configFile.path as NSString).lastPathComponent)
        + " · storyline config check"
    }
    return state
  }

  private func farewell(_ sync: SyncWorker?) async throws {
    guard let sync else { return }
    await sync.stop(sending: try replica.status().pending > 0)
    let pending = try replica.status().pending
    if pending > 0 { try session.note("\(PlainWords.count(pending, "mark")) waiting for the next sync") }
  }
}
