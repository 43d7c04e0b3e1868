import ArgumentParser
import Foundation
import StorylineClient
import StorylineModels

struct LoginCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "login",
    abstract: "Sign this device in with an invite.",
    discussion: """
      The invite is taken from --invite, else from $STORYLINE_INVITE, else from standard input, where other users of \
      this machine cannot see it.

      Examples:
        storyline login https://stories.example
        storyline login https://localhost:8443 --ca ca.pem < invite.txt

      JSON: {server, account, device}
      """)

  @Argument(help: "The server's address, such as https://stories.example:8443.")
  var server: ServerAddress

  @Option(help: ArgumentHelp("The invite you were given.", valueName: "text"))
  var invite: String?

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
    let trust = try trust()
    let invite = try invite(session)
    try home.create()
    let enrolment = try PendingEnrolment.loadOrCreate(at: home.enrolmentPath, server: server.text)
    let reply = try await redeem(invite, enrolment, trust, session)
    let credentials = Credentials(server: server.text, trust: trust, reply: reply)
    try checkAccount(credentials, session)
    try home.keeper.save(credentials)
    try PendingEnrolment.remove(at: home.enrolmentPath)
    let report = LoginReport(server: server.text, account: reply.accountID, device: reply.deviceID)
    try session.show(
      report,
      [
        Line("Signed in to \(server.text)"),
        Line("Account \(reply.accountID)"),
        Line("Next: storyline sync"),
      ])
  }

  private func redeem(
    _ invite: String, _ enrolment: PendingEnrolment, _ trust: ServerTrust, _ session: Session
  ) async throws -> TokenReply {
    let environment = session.environment
    do {
      return try await environment.transports.with(server: server.text, trust: trust) { transport in
        try await Enroller(transport: transport, clock: environment.clock)
          .redeem(invite: invite, deviceName: deviceName, requestID: enrolment.requestID)
      }
    } catch let error as OAuthError {
      // A definite no: the next try is a new request.
      try PendingEnrolment.remove(at: session.home.enrolmentPath)
      guard error.error == .invalidGrant else {
        throw CommandFailure(.notSignedIn, "the server refused: \(error.description)")
      }
      throw CommandFailure(.notSignedIn, "this invite does not work: mistyped, used up, or expired")
    } catch SyncError.offline(let why) {
      throw CommandFailure(.error, "offline: \(why); run the same command again later")
    }
  }

  /// The marks in a replica belong to one account; another one gets a folder of its own.
  private func checkAccount(_ credentials: Credentials, _ session: Session) throws {
    guard FileManager.default.fileExists(atPath: session.home.replicaPath) else { return }
    let replica = try session.openReplica()
    guard let held = try replica.status().account, held != credentials.accountID else { return }
    throw CommandFailure(
      .error,
      "\(session.home.path) holds the marks of account \(held), and this invite is for another one; "
        + "sign in with --home and another folder, and a new invite")
  }

  private func trust() throws -> ServerTrust {
    guard let ca else { return .system }
    guard let file = FileHandle(forReadingAtPath: ca) else {
      let reason = String(cString: strerror(errno))
      throw CommandFailure(.error, "cannot read the certificate \(ca): \(reason)")
    }
    // A certificate is some kilobytes; a file that is none need not be read to its end.
    let data = try file.read(upToCount: 1 << 20) ?? Data()
    guard let pem = String(data: data, encoding: .utf8), pem.contains("-----BEGIN CERTIFICATE-----") else {
      throw CommandFailure(.error, "\(ca) holds no certificate in PEM")
    }
    return .authority(pem: pem)
  }

  private func invite(_ session: Session) throws -> String {
    let environment = session.environment
    var text = invite ?? environment.variables["STORYLINE_INVITE"] ?? ""
    if text.isEmpty {
      if environment.inputIsTerminal { try environment.errors.write("Invite: ") }
      text = environment.readLine() ?? ""
    }
    text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    if text.isEmpty {
      throw CommandFailure(.usage, "an invite is needed: --invite TEXT, $STORYLINE_INVITE or standard input")
    }
    return text
  }
}
