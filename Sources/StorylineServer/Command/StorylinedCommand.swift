import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import StorylineModels
import StorylineStore

/// The `storylined` command.
public enum StorylinedCommand {
  /// Runs it with the process's own arguments and environment, and ends the process.
  public static func main() async {
    let code = await run(
      arguments: Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment,
      output: { print($0, to: .standardOutput) }, errors: { print($0, to: .standardError) })
    exit(code.rawValue)
  }

  /// Runs it until it is asked to stop by SIGTERM or SIGINT.
  ///
  /// - Parameters:
  ///   - output: Takes what scripts read: help, configuration, and the line that says where it listens.
  ///   - errors: Takes what is wrong, one fault a line.
  public static func run(
    arguments: [String], environment: [String: String], output: @escaping @Sendable (String) -> Void,
    errors: @escaping @Sendable (String) -> Void
  ) async -> StartupFailure.ExitCode {
    do {
      let flags = try CommandLineFlags(parsing: arguments)
      if flags.task == .help {
        output(ConfigurationHelp.text)
        return .success
      }
      let loaded = try LoadedConfiguration(flags: flags, environment: environment)
      if flags.task == .printConfiguration {
        output(loaded.text)
        return .success
      }
      return await serve(loaded.configuration, output: output, errors: errors)
    } catch {
      errors("\(error)".split(separator: "\n").map { "storylined: \($0)" }.joined(separator: "\n") + "\n")
      return .usage
    }
  }

  private static func serve(
    _ configuration: ServerConfiguration, output: @escaping @Sendable (String) -> Void,
    errors: @escaping @Sendable (String) -> Void
  ) async -> StartupFailure.ExitCode {
    do {
      try await StorylineService(configuration: configuration, announce: output).run()
      return .success
    } catch {
      let failure = StartupFailure(error, configuration: configuration)
      errors("storylined: \(failure.message)\n")
      return failure.exitCode
    }
  }

  private static func print(_ text: String, to handle: FileHandle) {
    // Nobody is left to tell if this fails.
    try? handle.write(contentsOf: Data(text.utf8))
  }
}
