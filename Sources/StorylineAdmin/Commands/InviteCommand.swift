import ArgumentParser
import Foundation
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

      The service's address is that of --server, else what a running storylined says that it is called, else \
      $STORYLINE_PUBLIC_URL.

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

      JSON: {invite, link, expiresAt, scope, devices}; no link if the service's address is not known
      """)

  @Option(help: "How many hours it is good for, 1 to 336.")
  var hours = 72

  @Option(help: "How many devices of one reader it enrols, 1 to 10.")
  var devices = 1

  @Option(help: ArgumentHelp("The account that the devices join.", valueName: "id"))
  var account: String?

  @Option(help: "What its devices may: reader, editor or operator.")
  var role = Role.reader

  @Option(help: ArgumentHelp("The service's address, for the link and the example line.", valueName: "url"))
  var server: String?

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
    if credentials != nil, server == nil {
      throw ValidationError("--credentials needs --server: where the invite is to be made")
    }
    if let server, !Self.isAddress(server) {
      throw ValidationError("--server takes an address such as https://stories.example")
    }
    if let account, ReaderID(account) == nil {
      throw ValidationError("--account takes the 32 hexadecimal digits that “storyline status” shows")
    }
  }

  func run(_ context: AdminContext) async throws {
    let pin = try ca.map(AuthorityPin.init(of:))
    let (invite, address) =
      if let server, let credentials {
        try await DeskOptions.withService(at: server, credentials: credentials) { try await make(at: $0, context) }
      } else {
        try await database.file(context).withDesk(creates: true) { try await make(at: $0, context) }
      }
    let link = address.map { EnrolmentLink(server: $0, invite: invite.invite, pin: pin?.digest) }
    if json { return try context.console.json(InviteReport(invite, link: link?.description)) }
    context.console.out(invite.invite)
    if let link, self.link || qr { context.console.out(link.description) }
    if let link, qr { try show(link, on: context.console) }
    let number = devices == 1 ? "one device" : "\(devices) devices of one reader"
    context.console.out("\nGood for \(number) until \(invite.expiresAt). There, with the service running:")
    explain(address, context)
  }

  /// Makes the invite, and finds out what the service is called. Who asked for a link gets no invite without one.
  private func make(at desk: any PublishingDesk, _ context: AdminContext) async throws -> (InviteReply, String?) {
    let said = try await [server, desk.address(), context.environment["STORYLINE_PUBLIC_URL"]]
    // Plain HTTP is between a proxy and the service; devices know another address.
    let address = said.compactMap(\.self).first(where: Self.isAddress)
    guard address != nil || !(link || qr) else {
      throw AdminFailure(
        "the service's address is not known, and a link has it in it; start storylined first, or name the address with "
          + "--server; no invite was made")
    }
    let request = InviteRequest(scope: role.scope, devices: devices, expiresIn: hours * 3600, accountID: account)
    return (try await desk.invite(request), address.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 })
  }

  private func explain(_ address: String?, _ context: AdminContext) {
    let isLocal = address.map { ["localhost", "127.0.0.1", "[::1]"].contains(URLComponents(string: $0)?.host ?? "") }
    // A name of this machine alone has its certificate from an authority of one's own; of another one we can't tell.
    let trust = ca.map { " --ca \($0)" } ?? (isLocal == false ? "" : " --ca ca.pem")
    let console = context.console
    console.out("  storyline login \(address ?? "ADDRESS")\(trust)      (it asks for the invite)")
    if address == nil {
      console.out("ADDRESS is what devices call the service; --server puts it here, and a running storylined too.")
    } else if isLocal == true {
      console.out("Only this machine can reach that address; for other ones see public.url in docs/configuration.md.")
    }
  }

  private static func isAddress(_ text: String) -> Bool {
    guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty else { return false }
    return parts.scheme == "https" && ["", "/"].contains(parts.path) && parts.user == nil && parts.query == nil
      && parts.fragment == nil
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
  let link: String?
  let expiresAt: Timestamp
  let scope: [String]
  let devices: Int

  init(_ invite: InviteReply, link: String?) {
    self.invite = invite.invite
    self.link = link
    expiresAt = invite.expiresAt
    devices = invite.devices
    scope = invite.scope.split(separator: " ").map(String.init)
  }
}
