import Foundation
import StorylineClient
import Testing

@testable import StorylineTerminal

@Suite struct LoginTests {
  @Test func `credentials are kept for their owner only, and no output holds the token`() async throws {
    let reader = try await Reader()
    let outcome = await reader.run(
      ["login", "https://Stories.example:8443/"], variables: ["STORYLINE_INVITE": reader.invite])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(!(outcome.output + outcome.errors).contains("sla_"))
    let path = reader.home + "/credentials.json"
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let credentials = try #require(try TokenKeeper(path: path).load())
    #expect(credentials.server == "https://stories.example:8443")
    #expect(try FileManager.default.contentsOfDirectory(atPath: reader.home) == ["credentials.json"])
  }

  @Test func `the invite may come from standard input`() async throws {
    let reader = try await Reader()
    #expect(await reader.run(["login", "stories.example"], input: "  \(reader.invite) \n").code == 0)
    let other = try await Reader()
    let none = await other.run(["login", "stories.example"])
    #expect(none.code == 2)
    #expect(none.errors.contains("STORYLINE_INVITE"))
  }

  @Test func `a refused invite is 4 and leaves no credentials`() async throws {
    let reader = try await Reader()
    let outcome = await reader.run(["login", "stories.example", "--invite", "sli-WRONG"])
    #expect(outcome.code == 4)
    #expect(outcome.errors.contains("this invite does not work"))
    #expect(!FileManager.default.fileExists(atPath: reader.home + "/credentials.json"))
  }

  @Test func `a sign-in whose reply was lost asks with the same number again`() async throws {
    let reader = try await Reader()
    reader.server.setReachable(false)
    #expect(await reader.run(["login", "stories.example", "--invite", reader.invite]).code == 1)
    let path = reader.home + "/enrolment.json"
    let first = try PendingEnrolment.loadOrCreate(at: path, server: "https://stories.example")
    let second = try PendingEnrolment.loadOrCreate(at: path, server: "https://stories.example")
    #expect(first == second)
    let other = try PendingEnrolment.loadOrCreate(at: path, server: "https://other.example")
    #expect(other.requestID != first.requestID)
    reader.server.setReachable(true)
    #expect(await reader.run(["login", "stories.example", "--invite", reader.invite]).code == 0)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `a second sign-in does not replace the first by accident`() async throws {
    let reader = try await Reader.withStory()
    let outcome = await reader.run(["login", "other.example", "--invite", reader.invite])
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("already signed in to https://stories.example"))
    #expect(await reader.run(["login", "stories.example", "--invite", reader.invite, "--again"]).code == 0)
  }

  @Test func `a certificate that is none is told by name`() async throws {
    let reader = try await Reader()
    let missing = await reader.run([
      "login", "stories.example", "--invite", reader.invite, "--ca", "/nonexistent/ca.pem",
    ])
    #expect(missing.code == 1)
    #expect(missing.errors.contains("/nonexistent/ca.pem"))
    let wrong = await reader.run(["login", "stories.example", "--invite", reader.invite, "--ca", "/dev/null"])
    #expect(wrong.errors.contains("/dev/null holds no certificate in PEM"))
  }

  @Test func `credentials that others can read are refused in plain words`() async throws {
    let reader = try await Reader.withStory()
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: reader.home + "/credentials.json")
    let outcome = await reader.run(["sync"])
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("chmod 600"))
  }

  @Test(
    arguments: [
      ("/chosen", ["STORYLINE_HOME": "/variable", "XDG_DATA_HOME": "/data"], "/chosen"),
      (nil, ["STORYLINE_HOME": "/variable", "XDG_DATA_HOME": "/data"], "/variable"),
      (nil, ["STORYLINE_HOME": "", "XDG_DATA_HOME": "/data"], "/data/storyline"),
      (nil, ["XDG_DATA_HOME": "relative"], "/people/a/.local/share/storyline"),
      (nil, [:], "/people/a/.local/share/storyline"),
    ] as [(String?, [String: String], String)])
  func `the folder is found in one order`(option: String?, variables: [String: String], path: String) throws {
    let sink = TextSink(isTerminal: false) { _ in }
    let environment = TerminalEnvironment(
      output: sink, errors: sink, variables: variables, homeDirectory: "/people/a", clock: SystemSyncClock(),
      zone: .gmt,
      transports: TransportFactory { _, _ in throw CommandFailure(.error, "no network here") })
    #expect(Home(option: option, environment: environment).path == path)
  }
}
