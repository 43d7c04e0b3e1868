import ArgumentParser
import Foundation
import StorylineClient
import StorylineModels

struct LoginCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "login",
    abstract: "Sign this device in: with an invite, or let in from another device.",
    discussion: """
      Give the link that came with an invite, or the server's address. The invite is then taken from --invite, else \
      from $STORYLINE_INVITE, else from standard input, where other users of this machine cannot see it. Who has none \
      presses Enter, or says --code: this device then shows a code, and a device that is signed in already lets it in \
      with “storyline devices approve CODE”.

      Examples:
        storyline login 'storyline://stories.example/enrol?invite=sli-…'
        storyline login https://stories.example
        storyline login https://stories.example --code
        storyline login https://localhost:8443 --ca ca.pem < invite.txt

      JSON: {server, account, device}
      """)

  @Argument(help: "The server's address, such as https://stories.example:8443, or an invite's storyline:// link.")
  var server: LoginTarget

  @Option(help: ArgumentHelp("The invite you were given.", valueName: "text"))
  var invite: String?

  @Flag(help: "Show a code, and wait until another device lets this one in.")
  var code = false

  @Option(help: ArgumentHelp("The certificate of a private authority, in PEM; only it is trusted.", valueName: "file"))
  var ca: String?

  @Option(help: ArgumentHelp("What to call this device in your list of devices.", valueName: "name"))
  var deviceName: String?

  @Flag(help: "Sign in again to the same account, when the server no longer accepts the sign-in.")
  var again = false

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    let home = session.home
    if !again, let held = try home.keeper.load() {
      throw CommandFailure(
        .error, "already signed in to \(held.server); choose another folder with --home, or use --again")
    }
    let trust = try await trust(session)
    let invite = try invite(session)
    try home.create()
    let enrolment = try PendingEnrolment.loadOrCreate(at: home.enrolmentPath, server: server.address.text)
    let reply = try await enrol(invite, enrolment, trust, session)
    let credentials = Credentials(
      server: server.address.text, trust: trust, reply: reply, key: enrolment.key, receivedAt: session.now)
    try checkAccount(credentials, session)
    try home.keeper.save(credentials)
    try PendingEnrolment.remove(at: home.enrolmentPath)
    let report = LoginReport(server: server.address.text, account: reply.accountID, device: reply.deviceID)
    try session.show(
      report,
      [
        Line("Signed in to \(server.address.text)"),
        Line("Account \(reply.accountID)"),
        Line("Next: storyline sync"),
      ])
  }

  private func enrol(
    _ invite: String?, _ enrolment: PendingEnrolment, _ trust: ServerTrust, _ session: Session
  ) async throws -> TokenReply {
    let environment = session.environment
    let address = server.address.text
    do {
      return try await environment.transports.with(server: address, trust: trust) { transport in
        let proving = ProvingTransport(
          base: transport, key: enrolment.key, server: address, now: environment.clock.now)
        let enroller = Enroller(transport: proving, clock: environment.clock)
        if let invite {
          return try await enroller.redeem(invite: invite, deviceName: deviceName, requestID: enrolment.requestID)
        }
        let waiting = try await enroller.requestDevice(name: deviceName)
        try WaitingScreen(authorization: waiting).show(in: session)
        return try await enroller.awaitApproval(of: waiting)
      }
    } catch let error as OAuthError {
      // A definite no: the next try is a new request.
      try PendingEnrolment.remove(at: session.home.enrolmentPath)
      throw Self.failure(error)
    } catch SyncError.offline(let why) {
      throw CommandFailure(.error, "offline: \(why); run the same command again later")
    }
  }

  private static func failure(_ error: OAuthError) -> CommandFailure {
    switch error.error {
    case .invalidGrant: CommandFailure(.notSignedIn, "this invite does not work: mistyped, used up, or expired")
    case .accessDenied: CommandFailure(.notSignedIn, "this device was turned away on the other one")
    case .expiredToken: CommandFailure(.notSignedIn, "nobody let this device in within ten minutes; try again")
    default: CommandFailure(.notSignedIn, "the server refused: \(error.description)")
    }
  }

  /// The marks in a replica belong to one account; another one gets a folder of its own.
  private func checkAccount(_ credentials: Credentials, _ session: Session) throws {
    guard FileManager.default.fileExists(atPath: session.home.replicaPath) else { return }
    let replica = try session.openReplica()
    guard let held = try replica.status().account, held != credentials.accountID else { return }
    throw CommandFailure(
      .error,
      "\(session.home.path) holds the marks of account \(held), and this sign-in is for another one; "
        + "sign in with --home and another folder, and a new invite")
  }

  private func trust(_ session: Session) async throws -> ServerTrust {
    if let ca { return try Self.authority(ca) }
    guard let pin = server.link?.pin else { return .system }
    // Whatever goes wrong here ends the sign-in: a server that is not the one of the invite gets no invite.
    return .authority(pem: try await session.environment.transports.pinned(server.address.text, pin))
  }

  private static func authority(_ path: String) throws -> ServerTrust {
    guard let file = FileHandle(forReadingAtPath: path) else {
      let reason = String(cString: strerror(errno))
      throw CommandFailure(.error, "cannot read the certificate \(path): \(reason)")
    }
    // A certificate is some kilobytes; a file that is none need not be read to its end.
    let data = try file.read(upToCount: 1 << 20) ?? Data()
    guard let pem = String(data: data, encoding: .utf8), pem.contains("-----BEGIN CERTIFICATE-----") else {
      throw CommandFailure(.error, "\(path) holds no certificate in PEM")
    }
    return .authority(pem: pem)
  }

  /// nil if this device is to be let in from another one.
  private func invite(_ session: Session) throws -> String? {
    if code { return nil }
    let environment = session.environment
    var text = invite ?? server.link?.invite ?? environment.variables["STORYLINE_INVITE"] ?? ""
    if text.isEmpty {
      if environment.inputIsTerminal {
        try environment.errors.write("Invite (or only Enter, to be let in from another device): ")
      }
      text = environment.readLine() ?? ""
    }
    text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    if !text.isEmpty { return text }
    if environment.inputIsTerminal { return nil }
    throw CommandFailure(
      .usage, "an invite is needed: --invite TEXT, $STORYLINE_INVITE or standard input; or --code, without one")
  }
}
