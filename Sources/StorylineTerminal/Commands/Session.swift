import Foundation
import StorylineClient
import StorylineModels
import StorylineScreen

/// One run of a command: its environment, seen through the options.
struct Session: Sendable {
  let environment: TerminalEnvironment
  let home: Home
  let layout: Layout
  let palette: Palette
  let dates: DateWords
  let wantsJSON: Bool
  /// Whether nobody asked for plain output.
  let wantsColour: Bool

  init(_ options: GlobalOptions, in environment: TerminalEnvironment) {
    self.environment = environment
    home = Home(option: options.home, environment: environment)
    palette = Self.palette(options, environment)
    layout = Layout(width: Self.width(options, environment), hasLooks: palette.isColoured)
    dates = DateWords(zone: environment.zone)
    wantsJSON = options.json
    wantsColour = !options.noColor
  }

  var now: Timestamp { environment.clock.now() }

  /// The day of the reader's calendar, `yyyy-mm-dd`.
  var today: String { dates.today(environment.clock)() }

  // MARK: The replica

  /// The replica with something in it, or the reason why there is nothing to read.
  func readableReplica() throws -> Replica {
    // A reading command makes no file: whoever has not signed in leaves nothing behind.
    guard FileManager.default.fileExists(atPath: home.replicaPath) else { throw try emptiness() }
    let replica = try openReplica()
    guard try replica.status().hasContent else { throw try emptiness() }
    return replica
  }

  /// The replica, made if there is none.
  func openReplica() throws -> Replica {
    do {
      return try Replica.open(at: home.replicaPath, now: environment.clock.now)
    } catch ReplicaError.storage(let why) {
      throw CommandFailure(.error, "cannot open \(home.replicaPath): \(why)")
    } catch ReplicaError.damaged(let why) {
      throw CommandFailure(.error, "\(home.replicaPath) cannot be used: \(why)")
    }
  }

  private func emptiness() throws -> CommandFailure {
    try home.keeper.load() == nil ? .notSignedIn : .neverSynced
  }

  func names(_ replica: Replica, story: Story? = nil) throws -> Names {
    let story = try story ?? replica.story()
    return Names(actors: try replica.actors(), sources: try replica.sources(), tags: story?.tagNames ?? [:])
  }

  // MARK: Output

  /// Prints the page, or its JSON if that is asked for.
  func show(_ report: some Encodable, _ lines: @autoclosure () throws -> [Line]) throws {
    if wantsJSON { return try environment.output.write(JSONText.safe(try StorylineJSON.encodePretty(report))) }
    try environment.output.write(palette.render(try lines()))
  }

  /// A line for the person at the terminal, beside the output.
  func note(_ text: String) throws { try environment.errors.write(SafeText.line(text) + "\n") }

  private static func palette(_ options: GlobalOptions, _ environment: TerminalEnvironment) -> Palette {
    let variables = environment.variables
    let isRefused = options.noColor || variables["NO_COLOR"]?.isEmpty == false || variables["TERM"] == "dumb"
    return environment.output.isTerminal && !isRefused ? .coloured : .plain
  }

  private static func width(_ options: GlobalOptions, _ environment: TerminalEnvironment) -> Int {
    options.width ?? environment.output.columns ?? environment.variables["COLUMNS"].flatMap { Int($0) }
      ?? Layout.defaultWidth
  }
}

/// JSON that may be printed on a terminal.
enum JSONText {
  /// The same JSON with every control, bidirectional and invisible character written as an escape, and a line end.
  static func safe(_ data: Data) -> String {
    var text = ""
    for scalar in String(decoding: data, as: UTF8.self).unicodeScalars {
      let isPlain = scalar.isASCII ? scalar.value >= 0x20 && scalar.value != 0x7F || scalar == "\n" : !isHidden(scalar)
      if isPlain {
        text.unicodeScalars.append(scalar)
      } else {
        // Outside ASCII such characters stand in strings only, and there an escape means the same.
        for unit in String(scalar).utf16 { text += String(format: "\\u%04x", Int(unit)) }
      }
    }
    return text + "\n"
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: scalar.properties.isDefaultIgnorableCodePoint
    }
  }
}
