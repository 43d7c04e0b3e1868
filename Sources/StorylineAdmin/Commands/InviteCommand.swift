import ArgumentParser
import StorylineModels
import StorylineStore

struct InviteCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "invite",
    abstract: "Make an invite that enrols one device.",
    discussion: """
      The invite works once and is shown once: only its digest is stored. The database must not be in use by storylined.

      Examples:
        storyline-admin invite
        storyline-admin invite --hours 24 --database /var/lib/storyline/storyline.sqlite --json

      JSON: {invite, expiresAt, scope}
      """)

  @Option(help: "How many hours it is good for, 1 to 8760.")
  var hours = 72

  @Option(help: ArgumentHelp("The server's address, for the example line.", valueName: "url"))
  var server = "https://localhost:8443"

  @OptionGroup var database: DatabaseOptions

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (1...8760).contains(hours) else { throw ValidationError("--hours must be from 1 to 8760") }
  }

  func run(_ context: AdminContext) async throws {
    let invite = try await database.file(context).withStore { store in
      try await store.createInvite(scope: Scope.reader, validFor: hours * 3600)
    }
    if json { return try context.console.json(InviteReport(invite)) }
    context.console.out(invite.text)
    context.console.out("")
    context.console.out("Good for one device until \(invite.expiresAt). On that device, with the server running:")
    context.console.out("  storyline login \(server) --ca ca.pem --invite \(invite.text)")
  }
}

private struct InviteReport: Encodable {
  let invite: String
  let expiresAt: Timestamp
  let scope: [String]

  init(_ invite: Invite) {
    self.invite = invite.text
    expiresAt = invite.expiresAt
    scope = invite.scope.map(\.rawValue).sorted()
  }
}
