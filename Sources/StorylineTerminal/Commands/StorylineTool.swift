import ArgumentParser
import StorylineClient
import StorylineScreen

/// The tool `storyline`: reads a story in the terminal.
public enum StorylineTool {
  /// Runs one command line, without the program's name, and says the exit code.
  ///
  /// 0 done, 1 error, 2 usage, 3 offline and nothing cached, 4 not signed in.
  public static func run(_ arguments: [String], in environment: TerminalEnvironment) async -> Int32 {
    do {
      var command = try RootCommand.parseAsRoot(arguments)
      if let command = command as? any TerminalCommand {
        try await command.run(in: environment)
      } else {
        try command.run()
      }
      return 0
    } catch {
      return report(error, in: environment)
    }
  }

  private static func report(_ error: any Error, in environment: TerminalEnvironment) -> Int32 {
    do {
      switch error {
      case is OutputClosed: return 0
      case let failure as CommandFailure:
        try complain(failure.message, in: environment)
        return failure.code.rawValue
      case let error as SyncError:
        return report(FailureWords.failure(for: error), in: environment)
      case is CancellationError:
        try complain("stopped; what had arrived is kept", in: environment)
        return CommandFailure.Code.error.rawValue
      case is TokenKeeperError, is ReplicaError, is TransportError:
        try complain(FailureWords.message(for: error), in: environment)
        return CommandFailure.Code.error.rawValue
      default:
        return try reportParsing(error, in: environment)
      }
    } catch {
      // Nobody listens on standard error either.
      return CommandFailure.Code.error.rawValue
    }
  }

  private static func complain(_ message: String, in environment: TerminalEnvironment) throws {
    try environment.errors.write("storyline: " + SafeText.line(message) + "\n")
  }

  /// What the argument parser throws: a request for help, or a command line that makes no sense.
  private static func reportParsing(_ error: any Error, in environment: TerminalEnvironment) throws -> Int32 {
    let columns = min(environment.output.columns ?? Layout.tableWidth, Layout.tableWidth)
    let message = RootCommand.fullMessage(for: error, columns: columns)
    let code = RootCommand.exitCode(for: error)
    if code == .success {
      try environment.output.write(message + "\n")
      return 0
    }
    try environment.errors.write(SafeText.lines(message) + "\n")
    return code == .validationFailure ? CommandFailure.Code.usage.rawValue : CommandFailure.Code.error.rawValue
  }
}

/// Errors of the client library in the words of this tool.
enum FailureWords {
  static func failure(for error: SyncError) -> CommandFailure {
    switch error {
    case .signInNeeded(let why):
      CommandFailure(
        .notSignedIn,
        "the server does not accept this sign-in: \(why); what is on this device can still be read, and “storyline login "
          + "--again” signs it in anew")
    default: CommandFailure(.error, error.description)
    }
  }

  static func message(for error: any Error) -> String {
    if case ReplicaError.damaged(let why) = error {
      return
        "the copy on this device is damaged (\(why)); “storyline repair” keeps your marks and fetches the story again"
    }
    guard let error = error as? TransportError else { return "\(error)" }
    switch error {
    case .unreachable(let why): return "the server cannot be reached: \(why)"
    case .timedOut: return "the server did not answer in time"
    case .cut(let why): return "the connection broke: \(why)"
    case .untrusted(let why): return "the server's certificate is not trusted: \(why)"
    }
  }
}
