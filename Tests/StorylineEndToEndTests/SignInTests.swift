import Foundation
import StorylineClient
import StorylineClientNIO
import StorylineModels
import StorylineTestSupport
import Testing

/// Signing in and out as people do it: the real programs, over TLS.
@Suite(.timeLimit(.minutes(5))) struct SignInTests {
  private func credentials(_ scratch: Scratch, _ home: String) throws -> Credentials {
    try #require(try TokenKeeper(path: scratch.file(home) + "/credentials.json").load())
  }

  private func login(_ service: LiveService, _ home: String, _ invite: String) throws {
    let result = try service.storyline(
      ["login", service.address, "--ca", service.authority, "--device-name", home], home: home, input: invite + "\n")
    try #require(result.status == 0, "\(result.errors)")
  }

  @Test func `a link with a pin signs in, and one with another pin sends nothing`() async throws {
    struct Made: Decodable { var link: String }
    let scratch = try Scratch()
    try LiveService.admin(["certificate", "--directory", scratch.file("tls")], in: scratch)
    try LiveService.admin(["certificate", "--directory", scratch.file("other")], in: scratch)
    let port = try FreePort.find()
    let make = { (authority: String) throws -> String in
      let output = try LiveService.admin(
        ["invite", "--json", "--server", "https://localhost:\(port)", "--ca", scratch.file(authority)], in: scratch)
      return try JSONDecoder().decode(Made.self, from: Data(output.utf8)).link
    }
    let (right, wrong) = (try make("tls/ca.pem"), try make("other/ca.pem"))
    let service = try await LiveService.start(in: scratch, port: port)
    let refused = try service.storyline(["login", wrong], home: "fooled")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("does not belong to the authority that the invite names"), "\(refused.errors)")
    let signedIn = try service.storyline(["login", right], home: "phone")
    #expect(signedIn.status == 0, "\(signedIn.errors)")
    #expect(try service.storyline(["sync"], home: "phone").status == 0)
    guard case .authority = try credentials(scratch, "phone").trust else {
      Issue.record("the authority was not learned")
      return
    }
    #expect(service.program.terminate() == 0)
  }

  @Test func `a new terminal is let in from an enrolled one by code and number`() async throws {
    let scratch = try Scratch()
    let invite = try LiveService.invite(in: scratch)
    let service = try await LiveService.start(in: scratch)
    try login(service, "phone", invite)
    let waiting = try Program(
      LiveService.tool("storyline"),
      ["login", service.address, "--ca", service.authority, "--code", "--home", scratch.file("new")],
      logsIn: scratch.url)
    let code = try #require(try await waiting.errorLine(after: "Code    "))
    let number = try #require(try await waiting.errorLine(after: "Number  "))
    let wrong = try service.storyline(["devices", "approve", code, "--match", "1"], home: "phone")
    #expect(wrong.status == 1 && wrong.errors.contains("not the number"), "\(wrong.errors)")
    let none = try service.storyline(["devices", "approve", "BBBB-BBBB", "--match", "1"], home: "phone")
    #expect(none.status == 1 && none.errors.contains("No device waits"), "\(none.errors)")
    let right = try service.storyline(["devices", "approve", code.lowercased(), "--match", number], home: "phone")
    #expect(right.status == 0, "\(right.errors)")
    #expect(waiting.wait() == 0, "\(waiting.errorText)")
    #expect(try credentials(scratch, "new").accountID == credentials(scratch, "phone").accountID)
    #expect(try service.storyline(["sync"], home: "new").status == 0)
    let list = try service.storyline(["devices"], home: "phone")
    #expect(list.output.contains("this device"))

    // And out again: one device from another, and itself.
    let id = try credentials(scratch, "new").deviceID
    #expect(try service.storyline(["devices", "rename", id, "Kitchen"], home: "phone").status == 0)
    #expect(try service.storyline(["devices"], home: "phone").output.contains("Kitchen"))
    #expect(try service.storyline(["devices", "revoke", String(id.prefix(8))], home: "phone").status == 0)
    let after = try service.storyline(["sync"], home: "new")
    #expect(after.status == 4, "\(after.errors)")
    #expect(!FileManager.default.fileExists(atPath: scratch.file("new") + "/credentials.json"))
    #expect(FileManager.default.fileExists(atPath: scratch.file("new") + "/replica.sqlite"))
    let held = try credentials(scratch, "phone")
    #expect(try service.storyline(["logout"], home: "phone").status == 0)
    #expect(try service.storyline(["sync"], home: "phone").status == 4)
    try await expectSignedOut(held, service)
    #expect(try service.storyline(["wipe", "--yes"], home: "phone").status == 0)
    #expect(!FileManager.default.fileExists(atPath: scratch.file("phone")))
    #expect(service.program.terminate() == 0)
  }

  /// Neither of the tokens is of any use.
  private func expectSignedOut(_ held: Credentials, _ service: LiveService) async throws {
    let transport = try service.transport()
    let request = TransportRequest(
      method: .get, path: Route.contentHead.path, headers: [.init("authorization", "Bearer \(held.accessToken)")])
    #expect(try await transport.send(request).status == 401)
    try await transport.shutdown()
  }

  @Test func `wiping signs out as well`() async throws {
    let scratch = try Scratch()
    let invite = try LiveService.invite(in: scratch)
    let service = try await LiveService.start(in: scratch)
    try login(service, "phone", invite)
    #expect(try service.storyline(["sync"], home: "phone").status == 0)
    let held = try credentials(scratch, "phone")
    let refused = try service.storyline(["wipe"], home: "phone")
    #expect(refused.status == 2 && refused.errors.contains("--yes"))
    let wiped = try service.storyline(["wipe", "--yes"], home: "phone")
    #expect(wiped.status == 0 && wiped.output.contains("knows this device no more"), "\(wiped.output)")
    try await expectSignedOut(held, service)
    #expect(service.program.terminate() == 0)
  }

  @Test func `four processes that find their token ended renew it once between them`() async throws {
    let scratch = try Scratch()
    let invite = try LiveService.invite(in: scratch)
    let service = try await LiveService.start(in: scratch)
    try login(service, "phone", invite)
    #expect(try service.storyline(["sync"], home: "phone").status == 0)
    let keeper = TokenKeeper(path: scratch.file("phone") + "/credentials.json")
    for _ in 0..<3 {
      var held = try #require(try keeper.load())
      let before = held.accessToken
      held.accessExpiresAt = Timestamp(milliseconds: 0)
      try keeper.save(held)
      let programs = try (0..<4).map { _ in
        try Program(
          LiveService.tool("storyline"), ["devices", "--home", scratch.file("phone")], logsIn: scratch.url)
      }
      for program in programs { #expect(program.wait() == 0, "\(program.errorText)") }
      let after = try #require(try keeper.load())
      #expect(after.accessToken != before && after.refreshToken == held.refreshToken)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.file("phone"))
    #expect(!names.contains { $0.hasSuffix(".tmp") })
    #expect(service.program.terminate() == 0)
  }

  @Test func `an outage costs nobody the sign-in`() async throws {
    let scratch = try Scratch()
    let invite = try LiveService.invite(in: scratch)
    let service = try await LiveService.start(in: scratch)
    try login(service, "phone", invite)
    #expect(service.program.terminate() == 0)
    let keeper = TokenKeeper(path: scratch.file("phone") + "/credentials.json")
    var held = try #require(try keeper.load())
    held.accessExpiresAt = Timestamp(milliseconds: 0)
    try keeper.save(held)
    let offline = try service.storyline(["sync"], home: "phone")
    #expect(offline.status == 3, "\(offline.errors)")
    #expect(try keeper.load() == held)
    let again = try await LiveService.start(in: scratch, port: service.port)
    #expect(try again.storyline(["sync"], home: "phone").status == 0)
    #expect(again.program.terminate() == 0)
  }
}
