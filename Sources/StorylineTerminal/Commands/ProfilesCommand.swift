import ArgumentParser

struct ProfilesCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "profiles",
    abstract: "List the accounts on this device.",
    discussion: """
      A profile is an account of its own: another server, another story, another reader. --profile NAME goes with \
      every command; $STORYLINE_PROFILE names the one that is meant without it.

      Examples:
        storyline login https://stories.example --profile work
        storyline --profile work
        storyline profiles

      JSON: {profiles: [{name, home, server, account, isPresent}]}; one of them has no name
      """)

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let profiles = session.home.profiles.map { profile in
      ProfilesReport.Profile(
        name: profile.name, home: profile.home.path, server: profile.server, account: profile.account,
        isPresent: profile.home == session.home)
    }
    let lines = profiles.map { profile in
      Line([
        Span(profile.isPresent ? "● " : "  ", .unread), Span(profile.name ?? Profile.unnamed, .strong),
        Span(" · " + (profile.server ?? "not signed in"), .faint),
      ])
    }
    try session.show(ProfilesReport(profiles: profiles), lines)
  }
}
