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
  let configFile: ConfigFile
  let config: Config
  /// What is wrong in the configuration; everything else in it counts.
  let configFaults: [ConfigFault]
  /// Held while the replica's file is open.
  let lease = ReplicaLease()

  init(_ options: GlobalOptions, in environment: TerminalEnvironment) {
    self.environment = environment
    home = Home(option: options.home, profile: options.profile, environment: environment)
    palette = Self.palette(options, environment)
    layout = Layout(width: Self.width(options, environment), hasLooks: palette.isColoured)
    configFile = ConfigFile(environment: environment)
    let read = configFile.read()
    (config, configFaults) = (read.config, read.errors)
    dates = DateWords(
      zone: config.zone.flatMap(TimeZone.init(identifier:)) ?? environment.zone,
      style: config.locale.map(DateStyle.init(locale:)) ?? DateStyle(variables: environment.variables))
    wantsJSON = options.json
    wantsColour = !options.noColor
  }

  /// The same for another account of this device.
  init(_ session: Session, profile: String?) {
    environment = session.environment
    home = Home(base: session.home.base, profile: profile)
    layout = session.layout
    palette = session.palette
    dates = session.dates
    wantsJSON = session.wantsJSON
    wantsColour = session.wantsColour
    configFile = session.configFile
    config = session.config
    configFaults = session.configFaults
  }

  var now: Timestamp { environment.clock.now() }

  /// The day of the reader's calendar, `yyyy-mm-dd`.
  var today: String { dates.today(environment.clock)() }

  // MARK: The story

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

  /// What is wrong in the configuration, beside the output.
  func noteConfigFaults() throws {
    for fault in configFaults { try note(fault.text(path: configFile.path)) }
  }

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
