import ArgumentParser
import StorylineModels
import StorylineQR
import StorylineStore

struct InviteCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "invite",
    abstract: "Make an invite that enrols one device, or a few of one reader.",
    discussion: """
      The invite is shown once: only its digest is stored. It works once, or once for each of --devices, and makes a \
      new account unless --account names the one that the device is to join (“storyline status” shows it).

      While storylined runs it makes the invite, asked through its socket; nobody has to stop it. With --credentials it \
      is asked over the network, at the address of --server, in the name of an operator.

      --link and --qr show it as a storyline:// link, the second as a QR code too. With --ca the link names the \
      private authority by the digest of its key, and the device that opens it trusts that one alone.

      Editors and operators need a device that keeps a key, as “storyline login” makes one.

      Examples:
        storyline-admin invite
        storyline-admin invite --qr --server https://stories.example
        storyline-admin invite --qr --server https://localhost:8443 --ca tls/ca.pem
        storyline-admin invite --role editor --hours 4
        storyline-admin invite --devices 2
        storyline-admin invite --account 5f0c6d1e2b3a49788796a5b4c3d2e1f0
        storyline-admin invite --hours 24 --database /var/lib/storyline/storyline.sqlite --json
        storyline-admin invite --server https://stories.example --credentials operator/credentials.json

      JSON: {invite, link, expiresAt, scope, devices}
      """)

  @Option(help: "How many hours it is good for, 1 to 336.")
  var hours = 72

  @Option(help: "How many devices of one reader it enrols, 1 to 10.")
  var devices = 1

  @Option(help: ArgumentHelp("The account that the devices join.", valueName: "id"))
  var account: String?

  @Option(help: "What its devices may: reader, editor or operator.")
  var role = Role.reader

  @Option(help: ArgumentHelp("The server's address, for the link and the example line.", valueName: "url"))
  var server = "https://localhost:8443"

  @Option(help: ArgumentHelp("The private authority that the link tells to trust, in PEM.", valueName: "file"))
  var ca: String?

  @Flag(help: "Show the invite as a link.")
  var link = false

  @Flag(help: "Show the invite as a link and as a QR code of it.")
  var qr = false

  @Option(
    help: ArgumentHelp(
      "An operator's credentials, as “storyline login” keeps them: the service at --server makes the invite.",
      valueName: "file"))
  var credentials: String?

  @OptionGroup var database: DatabaseOptions

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (1...336).contains(hours) else { throw ValidationError("--hours must be from 1 to 336, two weeks") }
    guard (1...10).contains(devices) else { throw ValidationError("--devices must be from 1 to 10") }
    if credentials != nil, database.database != nil {
      throw ValidationError("give --credentials or --database, not both")
    }
    if let account, ReaderID(account) == nil {
      throw ValidationError("--account takes the 32 hexadecimal digits that “storyline status” shows")
    }
  }

  func run(_ context: AdminContext) async throws {
    let pin = try ca.map(AuthorityPin.init(of:))
    let request = InviteRequest(scope: role.scope, devices: devices, expiresIn: hours * 3600, accountID: account)
    let invite =
      if let credentials {
        try await DeskOptions.withService(at: server, credentials: credentials) { try await $0.invite(request) }
      } else {
        try await database.file(context).withDesk(creates: true) { try await $0.invite(request) }
      }
    let address = EnrolmentLink(server: server, invite: invite.invite, pin: pin?.digest)
    if json { return try context.console.json(InviteReport(invite, link: address.description)) }
    context.console.out(invite.invite)
    if link || qr { context.console.out(address.description) }
    if qr { try show(address, on: context.console) }
    context.console.out("")
    let number = devices == 1 ? "one device" : "\(devices) devices of one reader"
    context.console.out("Good for \(number) until \(invite.expiresAt). There, with the server running:")
    context.console.out("  storyline login \(server) --ca ca.pem      (it asks for the invite)")
  }

  private func show(_ link: EnrolmentLink, on console: Console) throws {
    do {
      console.out(try QRCode(link.description).lines(isColoured: console.hasColour).joined(separator: "\n"))
    } catch {
      throw AdminFailure("the link is too long for a QR code; the invite above is good all the same")
    }
  }

  /// What an invite's devices may.
  enum Role: String, CaseIterable, ExpressibleByArgument {
    case reader, editor, `operator`

    var scope: Set<Scope> {
      switch self {
      case .reader: Scope.reader
      case .editor: Scope.reader.union(Scope.editor)
      case .operator: Scope.everything
      }
    }
  }
}

private struct InviteReport: Encodable {
  let invite: String
  let link: String
  let expiresAt: Timestamp
  let scope: [String]
  let devices: Int

  init(_ invite: InviteReply, link: String) {
    self.invite = invite.invite
    self.link = link
    expiresAt = invite.expiresAt
    devices = invite.devices
    scope = invite.scope.split(separator: " ").map(String.init)
  }
}
