import Foundation
import StorylineClient
import StorylineModels
import StorylineScreen
import Synchronization

/// The full-screen app with one account: puts its parts together, runs them, and goes on with another account.
struct App {
  var session: Session
  var replica: Replica
  var credentials: Credentials?
  var store: SettingsStore?
  var standing: String?
  var isDemo = false
  /// Said at first, to who comes from another account.
  var greeting: String?

  func run(on open: @escaping @Sendable () throws -> Terminal) async throws {
    let variables = session.environment.variables
    if ["dumb", "unknown"].contains(variables["TERM"] ?? "") {
      throw CommandFailure(
        .error, "TERM=\(variables["TERM"] ?? "") cannot show a full screen; “storyline now” prints plain text")
    }
    let terminal: Terminal
    do { terminal = try open() } catch { throw CommandFailure(.error, "\(error)") }
    var app = self
    while let next = try await app.run(in: terminal) { app = next }
  }

  /// Until the reader quits; or the next account, once this one is closed.
  private func run(in terminal: Terminal) async throws -> App? {
    let variables = session.environment.variables
    let mailbox = Mailbox(waker: terminal.waker)
    let (session, isDemo) = (session, isDemo)
    let library = LibraryWorker(
      replica: replica, dates: session.dates, images: { isDemo ? ImageAddresses() : session.imageAddresses }
    ) {
      mailbox.post($0)
    }
    let sync = try credentials.map {
      try SyncWorker(replica: replica, credentials: $0, session: session) {
        mailbox.post($0)
      }
    }
    terminal.hasMouse = session.config.hasMouse
    let state = firstState(terminal.size ?? ScreenSize(columns: 80, rows: 24))
    let writer = FrameWriter(variables: variables, wantsColour: session.wantsColour)
    let clock = session.environment.clock
    let accounts = isDemo ? nil : AccountDesk(session: session)
    let loop = AppLoop(
      terminal: terminal, mailbox: mailbox, library: library, sync: sync, store: store,
      pictures: PictureDesk(
        way: PictureWay(variables: variables), transports: session.environment.transports, images: session.images
      ) {
        mailbox.post($0)
      }, asksForKitty: KittyQuestion.canBeAsked(variables), accounts: accounts, state: state, writer: writer,
      clock: clock, today: session.dates.today(clock))
    do {
      try await loop.runInItsThread()
    } catch let error as TerminalError {
      await sync?.stop(sending: false)
      throw CommandFailure(.error, error.description)
    }
    library.finish()
    let next = loop.isLeaving ? accounts?.takeOpened() : nil
    try await farewell(sync, isLast: next == nil)
    if next != nil {
      try replica.close()
      session.lease.release()
    }
    return next
  }

  // MARK: Accounts

  /// The account of a session.
  init(_ session: Session, replica: () throws -> Replica) throws {
    let credentials = try session.home.keeper.load()
    if credentials == nil { _ = try session.readableReplica() }
    self.init(
      session: session, replica: try replica(), credentials: credentials,
      store: SettingsStore(path: session.home.settingsPath), standing: credentials == nil ? "not signed in" : nil)
  }

  init(
    session: Session, replica: Replica, credentials: Credentials?, store: SettingsStore?, standing: String?,
    isDemo: Bool = false
  ) {
    self.session = session
    self.replica = replica
    self.credentials = credentials
    self.store = store
    self.standing = standing
    self.isDemo = isDemo
  }

  private func firstState(_ size: ScreenSize) -> AppState {
    var state = AppState(
      size: size, now: session.now, today: session.today, dates: session.dates,
      settings: session.config.applied(to: store?.load() ?? TerminalSettings()),
      keymap: Keymap.standard.fulfilling(session.config.keys).0, standing: standing)
    state.profile = session.home.profile
    state.said = greeting
    if let fault = session.configFaults.first {
      state.said =
        fault.text(path: (session.configFile.path as NSString).lastPathComponent)
        + " · storyline config check"
    }
    return state
  }

  private func farewell(_ sync: SyncWorker?, isLast: Bool) async throws {
    guard let sync else { return }
    await sync.stop(sending: try replica.status().pending > 0)
    let pending = try replica.status().pending
    if isLast, pending > 0 { try session.note("\(PlainWords.count(pending, "mark")) waiting for the next sync") }
  }
}

/// The accounts of this device, and the one that is opened next.
final class AccountDesk: Sendable {
  private let session: Session
  private let opened = Mutex<App?>(nil)

  init(session: Session) { self.session = session }

  func list() -> [Profile] { session.home.profiles }

  /// Opens an account beside the present one.
  func open(_ profile: String?) throws {
    let other = Session(session, profile: profile)
    guard FileManager.default.fileExists(atPath: other.home.path) else {
      throw CommandFailure(
        .error, "There is no profile “\(profile ?? "")”; storyline login ADDRESS --profile \(profile ?? "") makes one.")
    }
    var app = try App(other) { try other.openReplica() }
    app.greeting = "Now with \(AppState.title(of: profile))."
    opened.withLock { $0 = app }
  }

  /// What was opened last.
  func takeOpened() -> App? {
    opened.withLock { app in
      defer { app = nil }
      return app
    }
  }
}
