import Foundation

/// Where a command writes to: results, and messages apart from them.
public struct Console: Sendable {
  private let write: @Sendable (_ text: String, _ isMessage: Bool) -> Void
  private let colour: Bool
  private let answer: (@Sendable () -> String?)?
  private let line: ProgressLine?

  /// - Parameters:
  ///   - colour: whether messages may be coloured.
  ///   - answer: reads a line that a person types; nil where there is nobody to ask.
  ///   - width: columns of the terminal that shows how far a command has come; nil where none does.
  ///   - write: takes a text that ends with a line end; `isMessage` for what belongs on standard error.
  public init(
    colour: Bool = false, answer: (@Sendable () -> String?)? = nil, width: (@Sendable () -> Int)? = nil,
    write: @escaping @Sendable (_ text: String, _ isMessage: Bool) -> Void
  ) {
    self.init(
      colour: colour, answer: answer, line: width.map { width in ProgressLine(width: width) { write($0, true) } },
      write: write)
  }

  init(
    colour: Bool = false, answer: (@Sendable () -> String?)? = nil, line: ProgressLine?,
    write: @escaping @Sendable (_ text: String, _ isMessage: Bool) -> Void
  ) {
    self.colour = colour
    self.answer = answer
    self.line = line
    self.write = write
  }

  /// Whether the person says yes; nil if there is nobody to ask.
  func confirms(_ question: String) -> Bool? {
    guard let answer else { return nil }
    clear()
    write("\(question) [y/N] ", true)
    return ["y", "yes", "т", "так"].contains(answer()?.trimmingCharacters(in: .whitespaces).lowercased() ?? "")
  }

  /// What the person types; nil if there is nobody to ask.
  func ask(_ question: String) -> String? {
    guard let answer else { return nil }
    clear()
    write("\(question) ", true)
    return answer()?.trimmingCharacters(in: .whitespaces) ?? ""
  }

  /// Says what is being done, on a line of the terminal that goes again, if the command takes longer than two seconds.
  func progress(_ what: String) { line?.set(.init(what: what)) }

  /// The same for what can be counted.
  func progress(_ done: Int, of all: Int, _ what: String) { line?.set(.init(what: what, done: done, all: all)) }

  /// Takes that line away; whatever is written does so too.
  func clear() { line?.end() }

  /// Standard output and standard error; colours on a terminal unless `NO_COLOR` is set.
  public static func standard(environment: [String: String]) -> Console {
    let wants = (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    let isTerminal = isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
    let answer: (@Sendable () -> String?)? = isTerminal && isatty(STDIN_FILENO) == 1 ? { @Sendable in readLine() } : nil
    let moves = isTerminal && environment["TERM"] != "dumb"
    return Console(
      colour: wants && isTerminal, answer: answer, width: moves ? { @Sendable in terminalWidth() } : nil
    ) { text, isMessage in
      let handle = isMessage ? FileHandle.standardError : FileHandle.standardOutput
      // A reader that went away (`| head`) is no failure of the command.
      try? handle.write(contentsOf: Data(text.utf8))
    }
  }

  /// Whether a terminal shows what is written, in colours.
  var hasColour: Bool { colour }

  private static func terminalWidth() -> Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  func out(_ text: String) {
    clear()
    write(text.hasSuffix("\n") ? text : text + "\n", false)
  }

  func err(_ text: String) {
    clear()
    write(text.hasSuffix("\n") ? text : text + "\n", true)
  }

  func error(_ message: String) { err(paint("error:", .red) + " " + message) }

  /// The escape sequences of one colour around `text`, if colours are wanted.
  func paint(_ text: String, _ ink: Ink) -> String {
    colour ? "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m" : text
  }

  enum Ink: String {
    case red = "31"
    case yellow = "33"
    case green = "32"
    case blue = "34"
    case faint = "2"
    case strong = "1"
  }
}
