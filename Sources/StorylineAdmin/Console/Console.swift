import Foundation

/// Where a command writes to: results, and messages apart from them.
public struct Console: Sendable {
  private let write: @Sendable (_ text: String, _ isMessage: Bool) -> Void
  private let colour: Bool
  private let answer: (@Sendable () -> String?)?

  /// - Parameters:
  ///   - colour: whether messages may be coloured.
  ///   - answer: reads a line that a person types; nil where there is nobody to ask.
  ///   - write: takes a text that ends with a line end; `isMessage` for what belongs on standard error.
  public init(
    colour: Bool = false, answer: (@Sendable () -> String?)? = nil,
    write: @escaping @Sendable (_ text: String, _ isMessage: Bool) -> Void
  ) {
    self.colour = colour
    self.answer = answer
    self.write = write
  }

  /// Whether a person is there to be asked, and to see a bar grow.
  var isInteractive: Bool { answer != nil }

  /// Whether the person says yes; nil if there is nobody to ask.
  func confirms(_ question: String) -> Bool? {
    guard let answer else { return nil }
    write("\(question) [y/N] ", true)
    return ["y", "yes", "т", "так"].contains(answer()?.trimmingCharacters(in: .whitespaces).lowercased() ?? "")
  }

  /// What the person types; nil if there is nobody to ask.
  func ask(_ question: String) -> String? {
    guard let answer else { return nil }
    write("\(question) ", true)
    return answer()?.trimmingCharacters(in: .whitespaces) ?? ""
  }

  /// Shows how far something has come, on one line that the next call replaces; nothing where nobody looks.
  func progress(_ done: Int, of all: Int, _ what: String) {
    guard isInteractive, all > 0 else { return }
    let width = 30
    let filled = min(width, width * done / all)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    write("\r\u{1B}[K\(bar) \(done)/\(all) \(what)\(done >= all ? "\n" : "")", true)
  }

  /// Standard output and standard error; colours on a terminal unless `NO_COLOR` is set.
  public static func standard(environment: [String: String]) -> Console {
    let wants = (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    let isTerminal = isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
    let answer: (@Sendable () -> String?)? = isTerminal && isatty(STDIN_FILENO) == 1 ? { @Sendable in readLine() } : nil
    return Console(colour: wants && isTerminal, answer: answer) { text, isMessage in
      let handle = isMessage ? FileHandle.standardError : FileHandle.standardOutput
      // A reader that went away (`| head`) is no failure of the command.
      try? handle.write(contentsOf: Data(text.utf8))
    }
  }

  /// Whether a terminal shows what is written, in colours.
  var hasColour: Bool { colour }

  func out(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n", false) }

  func err(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n", true) }

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
