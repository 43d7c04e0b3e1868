import Foundation

/// Where a command writes to: results, and messages apart from them.
public struct Console: Sendable {
  private let write: @Sendable (_ text: String, _ isMessage: Bool) -> Void
  private let colour: Bool

  /// - Parameters:
  ///   - colour: whether messages may be coloured.
  ///   - write: takes a text that ends with a line end; `isMessage` for what belongs on standard error.
  public init(colour: Bool = false, write: @escaping @Sendable (_ text: String, _ isMessage: Bool) -> Void) {
    self.colour = colour
    self.write = write
  }

  /// Standard output and standard error; colours on a terminal unless `NO_COLOR` is set.
  public static func standard(environment: [String: String]) -> Console {
    let wants = (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    return Console(colour: wants && isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 1) { text, isMessage in
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
