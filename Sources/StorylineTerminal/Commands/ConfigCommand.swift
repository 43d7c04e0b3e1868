import ArgumentParser
import Foundation

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Settings and keys: make the file, look whether it is right.",
    discussion: """
      The file is $STORYLINE_CONFIG, else $XDG_CONFIG_HOME/storyline/config.toml, else \
      ~/.config/storyline/config.toml. What it says holds at every start; what it leaves open, the reader remembers \
      as it was last.
      """,
    subcommands: [Init.self, Check.self])

  struct Init: TerminalCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a file with every setting and every key in it, as remarks.",
      discussion: """
        A file that is there already is left as it is.

        Examples:
          storyline config init

        JSON: {path}
        """)

    @OptionGroup var global: GlobalOptions

    func run(with session: Session) async throws {
      let file = ConfigFile(environment: session.environment)
      try file.create()
      try session.show(ConfigInitReport(path: file.path), [Line("Written to \(file.path)")])
    }
  }

  struct Check: TerminalCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say what is wrong in the file, with its line.",
      discussion: """
        Ends with 1 if something is wrong. A note is no fault.

        Examples:
          storyline config check
          storyline config check other.toml

        JSON: {path, faults: [{line, message, isWarning}]}
        """)

    @Argument(help: ArgumentHelp("Another file than the one that is used.", valueName: "file"))
    var file: String?

    @OptionGroup var global: GlobalOptions

    func run(with session: Session) async throws {
      let file = file.map(ConfigFile.init(path:)) ?? ConfigFile(environment: session.environment)
      let isThere = FileManager.default.fileExists(atPath: file.path)
      if !isThere, self.file != nil { throw CommandFailure(.error, "there is no file \(file.path)") }
      let read = file.read()
      var lines = read.faults.map { Line($0.text(path: file.path), $0.isWarning ? .warning : .bad) }
      if !isThere {
        lines = [Line("\(file.path): not there; everything is as it is by itself")]
      } else if read.faults.isEmpty {
        lines = [Line("\(file.path): all is well", .good)]
      }
      try session.show(ConfigCheckReport(path: file.path, faults: read.faults), lines)
      if !read.errors.isEmpty {
        throw CommandFailure(.error, "\(PlainWords.count(read.errors.count, "fault")) in \(file.path)")
      }
    }
  }
}
