import ArgumentParser

/// The root of the command line.
struct AdminCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "storyline-admin",
    abstract: "Reads, checks and publishes a story, and looks after its server.",
    discussion: """
      A story is a folder of text files; docs/seed-format.md describes it.

      Examples:
        storyline-admin init harbour
        storyline-admin new article 2024-12-04-vote --folder harbour
        storyline-admin parse articles/2024-12-03-ministers-meet.txt
        storyline-admin lint seeds/ukraine-nato
        storyline-admin plan seeds/ukraine-nato --database storyline.sqlite
        storyline-admin apply seeds/ukraine-nato --database storyline.sqlite
        storyline-admin history
        storyline-admin revert 12 --note "The figures were wrong."
        storyline-admin media
        storyline-admin certificate --directory tls
        storyline-admin invite --hours 24
        storyline-admin devices approve BCDF-GHJK
        storyline-admin snapshot --database storyline.sqlite
        storyline-admin backup --to monday.backup
        storyline-admin restore --from monday.backup
        storyline-admin verify
        storyline-admin doctor

      Exit codes: 0 done; 1 refused or failed, nothing changed; 2 “plan” found changes; 64 the command line is wrong; 130 stopped \
      by Ctrl-C, with whole commits published or none.
      """,
    subcommands: [
      InitCommand.self, NewCommand.self, ParseCommand.self, SuggestCommand.self, LintCommand.self, PlanCommand.self,
      ApplyCommand.self,
      FormatCommand.self, ExportCommand.self, HistoryCommand.self, ShowCommand.self, RevertCommand.self,
      WithdrawCommand.self, MediaCommand.self, WatchCommand.self, CertificateCommand.self,
      InviteCommand.self, DevicesCommand.self, SnapshotCommand.self, BackupCommand.self, RestoreCommand.self,
      VerifyCommand.self, StatsCommand.self, DoctorCommand.self,
    ])
}
