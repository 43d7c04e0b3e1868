import ArgumentParser
import Foundation
import StorylineClient

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
    let base = session.home.base
    let folder = base + "/" + Home.profilesFolder
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter(Home.isProfile).sorted()
    let homes = [Home(base: base, profile: nil)] + names.map { Home(base: base, profile: $0) }
    let profiles = homes.map { home in
      // One that cannot be read is listed all the same.
      let credentials = try? home.keeper.load()
      return ProfilesReport.Profile(
        name: home.profile, home: home.path, server: credentials?.server, account: credentials?.accountID,
        isPresent: home == session.home)
    }
    let lines = profiles.map { profile in
      Line([
        Span(profile.isPresent ? "● " : "  ", .unread), Span(profile.name ?? "(none)", .strong),
        Span(" · " + (profile.server ?? "not signed in"), .faint),
      ])
    }
    try session.show(ProfilesReport(profiles: profiles), lines)
  }
}
