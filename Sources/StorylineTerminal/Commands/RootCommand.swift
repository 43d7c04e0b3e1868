import ArgumentParser

struct RootCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "storyline",
    abstract: "Read one long-running story: what is new, what happened, who stands where, what was promised.",
    discussion: """
      Everything is read from this device's copy, online or not; only sync, and what is about \
      signing in and out, use the network. Without a command, on a \
      terminal: the full-screen app; else: now.

      Exit codes: 0 done, 1 error, 2 usage, 3 offline and nothing cached, 4 not signed in.
      """,
    groupedSubcommands: [
      CommandGroup(
        name: "Reading",
        subcommands: [
          AppCommand.self, DemoCommand.self, NowCommand.self, ArticlesCommand.self, SavedCommand.self,
          ReadCommand.self, TimelineCommand.self, PositionsCommand.self, QuotesCommand.self, CommitmentsCommand.self,
          SearchCommand.self, UnreadCountCommand.self,
        ]),
      CommandGroup(name: "Marking", subcommands: [MarkCommand.self, SaveCommand.self, UnsaveCommand.self]),
      CommandGroup(name: "Program", subcommands: [ConfigCommand.self, CompletionsCommand.self]),
      CommandGroup(
        name: "Account",
        subcommands: [
          LoginCommand.self, SyncCommand.self, StatusCommand.self, RepairCommand.self, DevicesCommand.self,
          ProfilesCommand.self, LogoutCommand.self, WipeCommand.self,
        ]),
    ],
    defaultSubcommand: AppCommand.self)

  /// Here too, so that they may stand before the command's name.
  @OptionGroup var global: GlobalOptions
}

/// A command that gets everything from outside.
protocol TerminalCommand: AsyncParsableCommand {
  var global: GlobalOptions { get }
  func run(with session: Session) async throws
}

extension TerminalCommand {
  /// Runs it; errors are for `StorylineTool` to tell.
  func run(in environment: TerminalEnvironment) async throws {
    let session = Session(global, in: environment)
    // The full screen says it at its bottom, and who checks the file sees it anyhow.
    if !(self is AppCommand || self is DemoCommand || self is ConfigCommand.Check) { try session.noteConfigFaults() }
    try await run(with: session)
  }
}
