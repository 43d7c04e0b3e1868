import ArgumentParser
public import StorylineModels

/// The editor's and operator's command, `storyline-admin`, as a value that tests can run too.
public struct AdminTool: Sendable {
  private let context: AdminContext

  /// - Parameters:
  ///   - console: where results and messages go.
  ///   - environment: the variables that options may come from.
  ///   - now: the clock that certificates, invites and commits take.
  ///   - interruption: tells that a person wants the command to stop.
  public init(
    console: Console, environment: [String: String],
    now: @escaping @Sendable () -> Timestamp = Timestamp.wallClock, interruption: Interruption = Interruption()
  ) {
    context = AdminContext(console: console, environment: environment, now: now, interruption: interruption)
  }

  /// Runs one command line, without the program's name.
  ///
  /// - Returns: the exit code: 0 done, 1 refused or failed, 2 `plan` found changes, 64 the command line is wrong, 130 it was
  ///   asked to stop.
  public func run(_ arguments: [String]) async -> Int32 {
    defer { context.console.clear() }
    do {
      var command = try AdminCommand.parseAsRoot(arguments)
      // The others are the root and “help”, whose runs throw the text to show.
      guard let action = command as? any AdminAction else {
        try command.run()
        return 0
      }
      try await action.run(context)
      return 0
    } catch let exit as CommandExit {
      return exit.code
    } catch let failure as AdminFailure {
      context.console.error(failure.message)
      return 1
    } catch {
      return report(error)
    }
  }

  /// Help that was asked for is a result; a wrong command line is a message.
  private func report(_ error: any Error) -> Int32 {
    let code = AdminCommand.exitCode(for: error).rawValue
    let text = AdminCommand.fullMessage(for: error, columns: 100)
    if code == 0 { context.console.out(text) } else { context.console.err(text) }
    return code
  }
}

/// What every command gets from outside.
struct AdminContext: Sendable {
  let console: Console
  let environment: [String: String]
  let now: @Sendable () -> Timestamp
  let interruption: Interruption
}

/// A command that does something.
protocol AdminAction: ParsableCommand {
  /// - Throws: `AdminFailure` for what went wrong, `CommandExit` where everything has been said.
  func run(_ context: AdminContext) async throws
}

/// Ends a command with a code, without a word.
struct CommandExit: Error {
  let code: Int32
  static let failed = CommandExit(code: 1)
  static let changes = CommandExit(code: 2)
  /// As a shell has it for a program that SIGINT ended.
  static let interrupted = CommandExit(code: 130)
}

/// Something that went wrong, in words for the person at the terminal.
struct AdminFailure: Error {
  /// What is wrong; what to do.
  let message: String
  init(_ message: String) { self.message = message }
}
