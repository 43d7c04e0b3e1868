import ArgumentParser
import Foundation
import StorylineClient
import StorylineModels

struct LogoutCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout",
    abstract: "Sign this device out; what it has fetched stays readable.",
    discussion: """
      Marks that were not sent yet stay too, for the next sign-in to the same account.

      Examples:
        storyline logout
        storyline logout --local

      JSON: {signedOut, toldServer}
      """)

  @Flag(help: "Forget the sign-in here without telling the server, which then keeps it until it ends by itself.")
  var local = false

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    guard try session.home.keeper.load() != nil else { throw CommandFailure.notSignedIn }
    if !local { try await SignOff.tellServer(session) }
    try session.home.keeper.wipe()
    try session.show(
      SignedOutReport(signedOut: true, toldServer: !local), [Line("Signed out. Everything fetched is still here.")])
  }
}

struct WipeCommand: TerminalCommand {
  static let configuration = CommandConfiguration(
    commandName: "wipe",
    abstract: "Remove everything from this device: the copy, the marks, the sign-in.",
    discussion: """
      First everything here goes, then the server is told, if it can be reached. Marks that were not sent are lost.

      Examples:
        storyline wipe
        storyline wipe --yes

      JSON: {wiped, toldServer}
      """)

  @Flag(help: "Do not ask.")
  var yes = false

  @OptionGroup var global: GlobalOptions

  func run(with session: Session) async throws {
    if !yes { try confirm(session) }
    // A file that cannot be read is removed like any other.
    let held = try? session.home.keeper.load()
    try session.home.removeEverything()
    let isTold = if let held { await SignOff.tellServer(held, session) } else { false }
    let told =
      held == nil
      ? "This device was not signed in."
      : isTold
        ? "The server knows this device no more." : "The server was not reached; sign this device out from another one."
    try session.show(WipedReport(wiped: true, toldServer: isTold), [Line("Nothing is left here."), Line(told)])
  }

  private func confirm(_ session: Session) throws {
    guard session.environment.inputIsTerminal else {
      throw CommandFailure(.usage, "this removes everything in \(session.home.path); say --yes")
    }
    try session.environment.errors.write("Remove everything in \(session.home.path)? Type wipe: ")
    guard session.environment.readLine()?.trimmingCharacters(in: .whitespaces) == "wipe" else {
      throw CommandFailure(.error, "nothing was removed")
    }
  }
}

/// Giving tokens back.
enum SignOff {
  static func tellServer(_ session: Session) async throws {
    do {
      try await session.signedIn { credentials, transport in
        try await ReaderDevices(transport: transport, clock: session.environment.clock).signOut(credentials)
      }
    } catch SyncError.offline(let why) {
      throw CommandFailure(
        .error, "offline: \(why); still signed in. Try again online, or say --local to forget the sign-in here only")
    }
  }

  /// The same for credentials that are no longer on the disk; whether it worked.
  static func tellServer(_ held: Credentials, _ session: Session) async -> Bool {
    let clock = session.environment.clock
    do {
      try await session.environment.transports.with(server: held.server, trust: held.trust) { transport in
        try await ReaderDevices(transport: transport, clock: clock, limits: SyncLimits(retries: 0)).signOut(held)
      }
      return true
    } catch {
      return false
    }
  }
}
