import CStorylineTerm
import Foundation

/// The terminal as a full-screen program has it: raw mode, its own screen, signals as events.
///
/// One at a time in a process. However the program ends, but for SIGKILL, the terminal is left as it was found.
public final class Terminal {
  /// What happened while the program waited.
  public enum Event: Hashable, Sendable {
    case input(InputEvent)
    case resized
    /// Ctrl-Z from outside; `stop()` is for the program to call.
    case stopWanted
    /// It was stopped and goes on.
    case continued
    /// SIGTERM, SIGINT, SIGHUP, SIGQUIT, or the terminal is gone.
    case ended
    /// Somebody called `wake`.
    case woken
  }

  /// Wakes a waiting terminal from any thread.
  public struct Waker: Sendable {
    let descriptor: Int32
    public func wake() {
      var byte: UInt8 = 0
      // A full pipe wakes as well.
      _ = Foundation.write(descriptor, &byte, 1)
    }
  }

  /// How long an Esc waits for the rest of a sequence.
  private static let escapeDelay: Int32 = 40

  private static let enterSequence = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?2004h\u{1B}[?2026$p"
  private static let mouseSequence = "\u{1B}[?1000h\u{1B}[?1006h"
  private static let leaveSequence =
    "\u{1B}[0m\u{1B}]8;;\u{1B}\\\u{1B}[?2026l\u{1B}[?2004l\u{1B}[?1006l\u{1B}[?1000l\u{1B}[?25h\u{1B}[?1049l"

  private let input: Int32
  private let output: Int32
  private let news: (read: Int32, write: Int32)
  private var decoder = InputDecoder()
  /// Whether clicks and the wheel come to the program; else the terminal selects text and scrolls with them.
  public var hasMouse = true

  public init(input: Int32 = 0, output: Int32 = 1) throws {
    self.input = input
    self.output = output
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw TerminalError.failed("no pipe", errno) }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    news = (ends[0], ends[1])
  }

  deinit {
    storyline_terminal_leave()
    storyline_signals_forget()
    close(news.read)
    close(news.write)
  }

  public var waker: Waker { Waker(descriptor: news.write) }

  /// Takes the screen. The program's thread calls it, the same that waits.
  public func enter() throws {
    guard storyline_signals_watch(news.write) == 0 else { throw TerminalError.failed("signals", errno) }
    let leave = Array(Self.leaveSequence.utf8CString)
    guard storyline_terminal_enter(input, output, leave, Int32(leave.count - 1)) == 0 else {
      throw TerminalError.failed("raw mode", errno)
    }
    try write(Self.enterSequence + (hasMouse ? Self.mouseSequence : ""))
  }

  /// Gives the screen back. Harmless if it was not taken.
  public func leave() { storyline_terminal_leave() }

  /// Gives the screen back, stops as Ctrl-Z does, and takes the screen again when the program goes on.
  public func stop() throws {
    leave()
    storyline_stop()
    try enter()
  }

  /// The present size; nil if the terminal does not say.
  public var size: ScreenSize? {
    var (columns, rows): (Int32, Int32) = (0, 0)
    guard storyline_terminal_size(output, &columns, &rows) == 0 else { return nil }
    return ScreenSize(columns: Int(columns), rows: Int(rows))
  }

  /// Writes all of it.
  public func write(_ text: String) throws {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(output, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        var ready = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
        _ = poll(&ready, 1, -1)
      } else if errno != EINTR {
        throw TerminalError.failed("writing", errno)
      }
    }
  }

  /// Waits until something happens, at most `timeout` milliseconds; nothing happened if the list is empty.
  public func wait(timeout: Int32) -> [Event] {
    var sources = [
      pollfd(fd: input, events: Int16(POLLIN), revents: 0), pollfd(fd: news.read, events: Int16(POLLIN), revents: 0),
    ]
    let patience = decoder.isWaiting ? Self.escapeDelay : timeout
    let count = poll(&sources, 2, patience)
    if count == 0 { return decoder.timeOut().map(Event.input) }
    if count < 0 { return [] }
    var events: [Event] = []
    if sources[1].revents != 0 { events += readNews() }
    if sources[0].revents != 0 { events += readInput() }
    return events
  }

  private func readInput() -> [Event] {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(input, &buffer, buffer.count)
    if count < 0, errno == EINTR || errno == EAGAIN { return [] }
    // The end of the input of a terminal in raw mode is the end of the terminal.
    guard count > 0 else { return [.ended] }
    return decoder.take(buffer[..<count]).map(Event.input)
  }

  private func readNews() -> [Event] {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = read(news.read, &buffer, buffer.count)
    guard count > 0 else { return [] }
    var events: [Event] = []
    for byte in Set(buffer[..<count]).sorted() {
      switch Int32(byte) {
      case 0: events.append(.woken)
      case SIGWINCH: events.append(.resized)
      case SIGTSTP: events.append(.stopWanted)
      case SIGCONT: events.append(.continued)
      default: events.append(.ended)
      }
    }
    return events
  }
}

/// Why the terminal cannot be used.
public enum TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
  case failed(String, Int32)

  public var description: String {
    switch self {
    case .failed(let what, let code): "this terminal cannot be used (\(what): \(String(cString: strerror(code))))"
    }
  }
}
