import ArgumentParser
import StorylineModels
import StorylineStore

struct InviteCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "invite",
    abstract: "Make an invite that enrols one device, or a few of one reader.",
    discussion: """
      The invite is shown once: only its digest is stored. It works once, or once for each of --devices, and makes a \
      new account unless --account names the one that the device is to join (“storyline status” shows it). The \
      database must not be in use by storylined.

      Examples:
        storyline-admin invite
        storyline-admin invite --devices 2
        storyline-admin invite --account 5f0c6d1e2b3a49788796a5b4c3d2e1f0
        storyline-admin invite --hours 24 --database /var/lib/storyline/storyline.sqlite --json

      JSON: {invite, expiresAt, scope, devices}
      """)

  @Option(help: "How many hours it is good for, 1 to 336.")
  var hours = 72

  @Option(help: "How many devices of one reader it enrols, 1 to 10.")
  var devices = 1

  @Option(help: ArgumentHelp("The account that the devices join.", valueName: "id"))
  var account: String?

  @Option(help: ArgumentHelp("The server's address, for the example line.", valueName: "url"))
  var server = "https://localhost:8443"

  @OptionGroup var database: DatabaseOptions

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (1...336).contains(hours) else { throw ValidationError("--hours must be from 1 to 336, two weeks") }
    guard (1...10).contains(devices) else { throw ValidationError("--devices must be from 1 to 10") }
    if let account, ReaderID(account) == nil {
      throw ValidationError("--account takes the 32 hexadecimal digits that “storyline status” shows")
    }
  }

  func run(_ context: AdminContext) async throws {
    let invite = try await database.file(context).withStore { store in
      try await store.createInvite(
        scope: Scope.reader, devices: devices, for: account.flatMap { ReaderID($0) }, validFor: hours * 3600)
    }
    if json { return try context.console.json(InviteReport(invite)) }
    context.console.out(invite.text)
    context.console.out("")
    let number = devices == 1 ? "one device" : "\(devices) devices of one reader"
    context.console.out("Good for \(number) until \(invite.expiresAt). There, with the server running:")
    context.console.out("  storyline login \(server) --ca ca.pem      (it asks for the invite)")
  }
}

private struct InviteReport: Encodable {
  let invite: String
  let expiresAt: Timestamp
  let scope: [String]
  let devices: Int

  init(_ invite: Invite) {
    self.invite = invite.text
    expiresAt = invite.expiresAt
    devices = invite.devices
    scope = invite.scope.map(\.rawValue).sorted()
  }
}
