import ArgumentParser
import Foundation
import StorylineClient
import StorylineModels

struct CompletionsCommand: TerminalCommand {
  enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

  static let configuration = CommandConfiguration(
    commandName: "completions",
    abstract: "Print what makes a shell complete commands, options and ids with Tab.",
    discussion: """
      Examples:
        storyline completions bash > ~/.local/share/bash-completion/completions/storyline
        storyline completions zsh > ~/.zfunc/_storyline
        storyline completions fish > ~/.config/fish/completions/storyline.fish

      JSON: {shell, script}
      """)

  @Argument(help: "For which shell.")
  var shell: Shell

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    guard let kind = CompletionShell(rawValue: shell.rawValue) else {
      throw CommandFailure(.usage, "no completions for \(shell.rawValue)")
    }
    let script = RootCommand.completionScript(for: kind)
    if session.wantsJSON {
      return try session.show(CompletionsReport(shell: shell.rawValue, script: script), [])
    }
    try session.environment.output.write(script + "\n")
  }
}

/// The ids that a shell offers: those of the copy on this device.
enum ArticleIDs {
  static let completion = CompletionKind.custom { arguments, _, prefix in
    let environment = ProcessInfo.processInfo.environment
    let home = Home(
      option: value(of: "--home", in: arguments), profile: value(of: "--profile", in: arguments),
      variables: environment, homeDirectory: TerminalEnvironment.homeDirectory(environment))
    // A completion that fails offers nothing: there is nobody to tell.
    guard FileManager.default.fileExists(atPath: home.replicaPath),
      let replica = try? Replica.open(at: home.replicaPath)
    else { return [] }
    let ids = (try? replica.articles())?.map(\.id.rawValue) ?? []
    return ids.filter { $0.hasPrefix(prefix) }
  }

  private static func value(of option: String, in arguments: [String]) -> String? {
    guard let index = arguments.firstIndex(of: option), index + 1 < arguments.count else { return nil }
    return arguments[index + 1]
  }
}
