import Dispatch
import Foundation
import StorylineClient
import StorylineModels
import StorylineScreen

/// The one loop of the full-screen app: waits for something, updates the state, draws what changed.
///
/// It is made by one thread and then used by another one alone; that is why it may be handed over.
final class AppLoop: @unchecked Sendable {
  private let terminal: Terminal
  private let mailbox: Mailbox
  private let library: LibraryWorker
  private let sync: SyncWorker?
  private let store: SettingsStore?
  private var pictures: PictureDesk
  /// Whether the terminal can be asked what it shows.
  private let asksForKitty: Bool
  /// nil where there is no other account to go to.
  private let accounts: AccountDesk?
  private let clock: any SyncClock
  private let today: @Sendable () -> String
  /// What starts programs or writes files, and must not hold the loop.
  private let errands = DispatchQueue(label: "storyline.errands")
  private var state: AppState
  private var writer: FrameWriter
  private var isDone = false
  /// Whether it ended for another account, which takes over the screen.
  private(set) var isLeaving = false
  /// Until the next key.
  private var showsPicture = false

  /// As the system's tools show it; fifteen characters are the most that Linux keeps.
  static let threadName = "storyline-loop"

  /// How often the words about time are looked at, in milliseconds.
  private static let patience: Int32 = 20_000

  init(
    terminal: Terminal, mailbox: Mailbox, library: LibraryWorker, sync: SyncWorker?, store: SettingsStore?,
    pictures: PictureDesk, asksForKitty: Bool,
    accounts: AccountDesk?, state: AppState, writer: FrameWriter, clock: any SyncClock,
    today: @escaping @Sendable () -> String
  ) {
    self.terminal = terminal
    self.mailbox = mailbox
    self.library = library
    self.sync = sync
    self.store = store
    self.pictures = pictures
    self.accounts = accounts
    self.asksForKitty = asksForKitty
    self.state = state
    self.clock = clock
    self.today = today
    self.writer = writer
  }

  /// Runs in a thread of its own: those that Swift shares among tasks are the sync's.
  func runInItsThread() async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      Thread.detachNewThread {
        Thread.current.name = Self.threadName
        self.run(continuation)
      }
    }
  }

  private func run(_ continuation: CheckedContinuation<Void, any Error>) {
    do {
      try run()
      continuation.resume()
    } catch {
      continuation.resume(throwing: error)
    }
  }

  /// Runs until the reader quits, the terminal goes away, or another account is open; then it keeps the screen.
  func run() throws {
    try terminal.enter()
    defer {
      if !isLeaving { terminal.leave() }
      errands.sync {}
    }
    library.start()
    sync?.start()
    if accounts != nil { readProfiles(isAsked: false) }
    if asksForKitty, !pictures.way.hasKitty { try terminal.write(KittyQuestion.bytes) }
    try draw()
    while !isDone {
      let events = terminal.wait(timeout: Self.patience)
      state.today = today()
      try take(.tick(clock.now()))
      for event in events { try handle(event) }
      for message in mailbox.takeAll() { try take(message) }
      if !isDone { try draw() }
    }
  }

  private func draw() throws {
    if showsPicture { return }
    let bytes = writer.bytes(for: AppView(state).frame())
    if !bytes.isEmpty { try terminal.write(bytes) }
  }

  private func handle(_ event: Terminal.Event) throws {
    switch event {
    case .input(let input):
      if case .mode(2026, let answer) = input { writer.isSynchronised = answer == 1 || answer == 2 }
      if case .graphics(true) = input { pictures.way = pictures.way.withKitty }
      if showsPicture, try leavePicture(input) { return }
      try take(.input(input))
    case .resized:
      showsPicture = false
      if let size = terminal.size { try take(.resized(size)) }
      writer.forget()
    case .stopWanted: try suspend()
    case .continued:
      // Whoever stopped us may have left the terminal as he likes it.
      try terminal.enter()
      try comeBack()
    case .ended:
      for effect in state.progressOfAll() { library.perform(effect) }
      isDone = true
    case .woken: break
    }
  }

  private func take(_ message: Message) throws {
    for effect in state.update(message) { try perform(effect) }
  }

  private func perform(_ effect: Effect) throws {
    switch effect {
    case .sync: sync?.sync()
    case .cancelSync: sync?.cancel()
    case .browse(let address): errands.async { [mailbox] in mailbox.post(.say(Browser.open(address))) }
    case .copy(let text):
      // OSC 52: the terminal puts it on the clipboard, over SSH too.
      try terminal.write("\u{1B}]52;c;\(Data(text.utf8).base64EncodedString())\u{07}")
    case .pipe(let command, let id): try pipe(id, to: command)
    case .keep(let settings):
      errands.async { [mailbox, store] in
        if let failure = store?.save(settings) { mailbox.post(.say(failure)) }
      }
    case .fetchPicture(let picture): try take(.say(pictures.show(picture, on: state.size)))
    case .showPicture(let drawn, let picture): try show(drawn, picture)
    case .readProfiles: readProfiles(isAsked: true)
    case .openProfile(let name): open(profile: name)
    case .leaveAccount: (isLeaving, isDone) = (true, true)
    case .suspend: try suspend()
    case .quit: isDone = true
    default: library.perform(effect)
    }
  }

  private func readProfiles(isAsked: Bool) {
    errands.async { [mailbox, accounts] in
      mailbox.post(.profiles(accounts?.list() ?? [], isAsked: isAsked))
    }
  }

  /// This account stays until the other one is open: where that fails, nothing has changed.
  private func open(profile name: String?) {
    errands.async { [mailbox, accounts] in
      do {
        try accounts?.open(name)
        mailbox.post(.profileOpened)
      } catch {
        mailbox.post(.say((error as? CommandFailure)?.message ?? FailureWords.message(for: error)))
      }
    }
  }

  private func show(_ drawn: String, _ picture: Picture) throws {
    let end = " · any key goes back"
    var words = SafeText.line(picture.words)
    while !words.isEmpty, TextWidth.of(words + end) >= state.size.columns { words.removeLast() }
    let row = state.size.rows
    try terminal.write("\u{1B}[0m\u{1B}[2J\u{1B}[H\(drawn)\u{1B}[0m\u{1B}[\(row);1H\u{1B}[K\(words)\(end)")
    showsPicture = true
  }

  /// Whether the event only took the image away.
  private func leavePicture(_ input: InputEvent) throws -> Bool {
    switch input {
    case .mode, .graphics: return false
    case .mouse(let press) where press.isRelease: return true
    case .key, .mouse, .paste:
      showsPicture = false
      if pictures.way.hasKitty { try terminal.write(PicturePainter.clearing) }
      writer.forget()
      return true
    }
  }

  private func suspend() throws {
    try terminal.stop()
    try comeBack()
  }

  private func comeBack() throws {
    writer.forget()
    if let size = terminal.size, size != state.size { try take(.resized(size)) }
    sync?.sync()
  }

  private func pipe(_ id: Identifier<Article>, to command: String) throws {
    let text: String
    do { text = try library.plainText(of: id) } catch {
      return try take(.failed(FailureWords.message(for: error)))
    }
    terminal.leave()
    defer { writer.forget() }
    let status = Shell.run(command, input: text)
    print("\n[\(command) ended with \(status). Enter goes back.]", terminator: "")
    fflush(nil)
    _ = readLine()
    try terminal.enter()
  }
}

extension FrameWriter {
  /// As the variables say what the terminal is.
  init(variables: [String: String], wantsColour: Bool) {
    self.init(hasColours: variables["NO_COLOR"]?.isEmpty != false && wantsColour)
    // tmux calls itself screen, too, and fills what it clears.
    clearsInColour = variables["TERM"]?.hasPrefix("screen") != true || variables["TMUX"]?.isEmpty == false
  }
}

/// Opens addresses outside of the terminal.
enum Browser {
  /// Starts `$BROWSER`, else `xdg-open`, and says what came of it.
  static func open(_ address: String) -> String {
    guard let safe = SafeAddress(address) else { return "This address is not one to open." }
    let chosen = ProcessInfo.processInfo.environment["BROWSER"] ?? ""
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [chosen.isEmpty ? "xdg-open" : chosen, safe.text]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return "No browser could be started; the address can be copied instead." }
    return "Opened \(safe.text)"
  }
}

/// Runs a command of the reader's with a text.
enum Shell {
  /// The exit status; -1 if it could not be started.
  static func run(_ command: String, input: String) -> Int32 {
    fflush(nil)
    guard let stream = popen(command, "w") else { return -1 }
    fputs(input, stream)
    let status = pclose(stream)
    return (status >> 8) & 0xFF
  }
}
