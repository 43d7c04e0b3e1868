import Foundation
import StorylineClient
import StorylineTestSupport
import Testing

/// What an operator does while the service runs: through its socket, over HTTPS, and from his own terminal.
@Suite(.serialized, .timeLimit(.minutes(5))) struct OperatorTests {
  /// A terminal that waits to be let in, with its code and number.
  private struct Waiting {
    let program: Program
    let code: String
    let number: String
    let home: String

    init(_ service: LiveService, home: String) async throws {
      self.home = home
      program = try Program(
        LiveService.tool("storyline"),
        ["login", service.address, "--ca", service.authority, "--code", "--home", service.scratch.file(home)],
        logsIn: service.scratch.url)
      code = try #require(try await program.errorLine(after: "Code    "))
      number = try #require(try await program.errorLine(after: "Number  "))
    }
  }

  private func admin(
    _ arguments: [String], in scratch: Scratch
  ) throws -> (status: Int32, output: String, errors: String) {
    try Program.run(LiveService.tool("storyline-admin"), arguments, logsIn: scratch.url)
  }

  private func account(_ home: String, in scratch: Scratch) throws -> String {
    try #require(try TokenKeeper(path: scratch.file(home) + "/credentials.json").load()?.accountID)
  }

  @Test func `through the socket he invites, lets in, turns away and signs out`() async throws {
    let scratch = try Scratch()
    let service = try await LiveService.start(in: scratch)
    let database = ["--database", scratch.file("storyline.sqlite")]
    let invite = try LiveService.invite(in: scratch)
    let phone = try service.storyline(
      ["login", service.address, "--ca", service.authority], home: "phone", input: invite + "\n")
    #expect(phone.status == 0, "\(phone.errors)")

    let alone = try await Waiting(service, home: "alone")
    let wrong = try admin(["devices", "approve", alone.code, "--match", "1"] + database, in: scratch)
    #expect(wrong.status == 1 && wrong.errors.contains("not the number"), "\(wrong.errors)")
    let let_ = try admin(["devices", "approve", alone.code, "--match", alone.number] + database, in: scratch)
    #expect(let_.status == 0, "\(let_.errors)")
    #expect(alone.program.wait() == 0, "\(alone.program.errorText)")
    #expect(try account("alone", in: scratch) != account("phone", in: scratch))

    let joining = try await Waiting(service, home: "joining")
    let joined = try admin(
      ["devices", "approve", joining.code, "--match", joining.number, "--account", account("phone", in: scratch)]
        + database, in: scratch)
    #expect(joined.status == 0, "\(joined.errors)")
    #expect(joining.program.wait() == 0, "\(joining.program.errorText)")
    #expect(try account("joining", in: scratch) == account("phone", in: scratch))

    let turnedAway = try await Waiting(service, home: "away")
    #expect(try admin(["devices", "deny", turnedAway.code] + database, in: scratch).status == 0)
    #expect(turnedAway.program.wait() != 0)
    let nobody = try admin(["devices", "deny", "BBBB-BBBB"] + database, in: scratch)
    #expect(nobody.status == 1 && nobody.errors.contains("no device waits"), "\(nobody.errors)")

    let list = try admin(["devices"] + database, in: scratch)
    #expect(list.errors.contains("3 devices"), "\(list.output)\(list.errors)")
    let revoked = try admin(
      ["devices", "revoke", "--account", account("phone", in: scratch)] + database, in: scratch)
    #expect(revoked.output == "Signed out: 2.\n", "\(revoked.errors)")
    for home in ["phone", "joining"] { #expect(try service.storyline(["sync"], home: home).status == 4) }
    #expect(try service.storyline(["sync"], home: "alone").status == 0)
    #expect(service.program.terminate() == 0)
  }

  @Test func `an invite names the address that the running service has`() async throws {
    let scratch = try Scratch()
    let service = try await LiveService.start(in: scratch)
    let invite = { (more: [String]) in
      try admin(["invite"] + more + ["--database", scratch.file("storyline.sqlite")], in: scratch)
    }
    let plain = try invite([])
    #expect(plain.output.contains("storyline login \(service.address) --ca ca.pem"), "\(plain.output)\(plain.errors)")
    let link = try invite(["--link", "--ca", service.authority])
    #expect(link.output.contains("storyline://localhost:\(service.port)/enrol?invite="), "\(link.output)")
    #expect(link.output.contains("storyline login \(service.address) --ca \(service.authority)"))
    let opened = try service.storyline(
      ["login", try #require(link.output.split(separator: "\n").dropFirst().first.map(String.init))], home: "phone")
    #expect(opened.status == 0, "\(opened.errors)")
    #expect(service.program.terminate() == 0)
  }

  @Test func `the doctor reads how the running service was started`() async throws {
    let scratch = try Scratch()
    let service = try await LiveService.start(in: scratch)
    let database = ["--database", scratch.file("storyline.sqlite")]
    let health = try admin(["doctor"] + database, in: scratch)
    let process = service.program.processIdentifier
    #expect(health.output.contains("understood as process \(process) was started"), "\(health.output)")
    #expect(health.output.contains("6 of them by flags"), "\(health.output)")
    #expect(health.output.contains("ok       key"), "\(health.output)")
    #expect(health.status == 0, "\(health.output)")
    // A file that the service was not started with says something else.
    try scratch.write(
      "database:\n  path: \(scratch.file("storyline.sqlite"))\nlisten:\n  port: 1\ntls:\n  enabled: false\n",
      to: "other.yaml")
    let other = try admin(["doctor", "--config", scratch.file("other.yaml")], in: scratch)
    #expect(other.output.contains("has other settings than \(scratch.file("other.yaml")): "), "\(other.output)")
    #expect(other.output.contains("listen.port") && other.output.contains("tls.certificate"), "\(other.output)")
    #expect(service.program.terminate() == 0)
    let stopped = try admin(["doctor"] + database, in: scratch)
    #expect(stopped.output.contains("warning  configuration  not checked: no service runs"), "\(stopped.output)")
  }

  @Test func `the benchmark of a save says its figures and nothing else`() throws {
    let scratch = try Scratch()
    let run = try Program.run(LiveService.tool("storyline-bench"), ["--quick", "watch"], logsIn: scratch.url)
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(run.output.contains("every save arrived"))
  }

  @Test func `over HTTPS his own token does, and a reader's does not`() async throws {
    struct Made: Decodable { var invite: String }
    let scratch = try Scratch()
    let made = try LiveService.admin(["invite", "--json", "--role", "operator"], in: scratch)
    let operators = try JSONDecoder().decode(Made.self, from: Data(made.utf8)).invite
    let readers = try LiveService.invite(in: scratch)
    let service = try await LiveService.start(in: scratch)
    for (home, invite) in [("desk", operators), ("phone", readers)] {
      let login = try service.storyline(
        ["login", service.address, "--ca", service.authority], home: home, input: invite + "\n")
      #expect(login.status == 0, "\(login.errors)")
    }
    let remote = { (home: String) in
      ["--server", service.address, "--credentials", scratch.file(home) + "/credentials.json"]
    }
    // With the tool, and with the reader's program of the operator.
    let first = try await Waiting(service, home: "first")
    let refused = try admin(["devices", "approve", first.code, "--match", first.number] + remote("phone"), in: scratch)
    #expect(refused.status == 1 && refused.errors.contains("not an operator's"), "\(refused.errors)")
    let approved = try admin(["devices", "approve", first.code, "--match", first.number] + remote("desk"), in: scratch)
    #expect(approved.status == 0, "\(approved.errors)")
    #expect(first.program.wait() == 0, "\(first.program.errorText)")
    let second = try await Waiting(service, home: "second")
    let approval = ["devices", "approve", second.code, "--match", second.number, "--account"]
    let reader = try service.storyline(approval + ["new"], home: "phone")
    #expect(reader.status != 0 && reader.errors.contains("admin"), "\(reader.errors)")
    let own = try service.storyline(approval + ["new"], home: "desk")
    #expect(own.status == 0, "\(own.errors)")
    #expect(second.program.wait() == 0, "\(second.program.errorText)")
    let third = try await Waiting(service, home: "third")
    let into = try account("phone", in: scratch)
    let joined = try service.storyline(
      ["devices", "approve", third.code, "--match", third.number, "--account", into], home: "desk")
    #expect(joined.status == 0, "\(joined.errors)")
    #expect(third.program.wait() == 0, "\(third.program.errorText)")
    #expect(try account("third", in: scratch) == into)
    let accounts = try ["desk", "phone", "first", "second"].map { try account($0, in: scratch) }
    #expect(Set(accounts).count == 4)
    let list = try admin(["devices"] + remote("desk"), in: scratch)
    #expect(list.errors.contains("5 devices"), "\(list.output)\(list.errors)")
    let forbidden = try admin(["devices"] + remote("phone"), in: scratch)
    #expect(forbidden.status == 1 && forbidden.errors.contains("not an operator's"), "\(forbidden.errors)")
    #expect(service.program.terminate() == 0)
  }
}
