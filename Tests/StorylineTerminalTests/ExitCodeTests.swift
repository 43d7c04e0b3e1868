import Foundation
import Testing

@testable import StorylineTerminal

@Suite struct ExitCodeTests {
  static let reading = [
    ["now"], ["articles"], ["read", "x"], ["timeline"], ["positions"], ["quotes"], ["commitments"], ["search", "x"],
    ["mark", "read", "x"], ["save", "x"], ["unsave", "x"], [],
  ]

  @Test(arguments: reading)
  func `without a sign-in there is nothing to read, and nothing is left behind`(arguments: [String]) async throws {
    let reader = try await Reader()
    let outcome = await reader.run(arguments)
    #expect(outcome.code == 4)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("storyline login"))
    #expect(!FileManager.default.fileExists(atPath: reader.home))
  }

  @Test(arguments: reading)
  func `signed in but never synced is told to sync`(arguments: [String]) async throws {
    let reader = try await Reader()
    #expect(await reader.run(["login", "stories.example", "--invite", reader.invite]).code == 0)
    let outcome = await reader.run(arguments)
    #expect(outcome.code == 3)
    #expect(outcome.errors.contains("storyline sync"))
  }

  @Test(arguments: [
    ["bogus"], ["read"], ["read", "a", "b"], ["articles", "--limit", "0"], ["articles", "--limit", "x"],
    ["timeline", "--from", "2024-13"], ["positions", "--at", "yesterday"], ["mark", "done", "x"], ["search"],
    ["--width", "3", "now"], ["read", "x", "--md", "--plain"], ["login"], ["login", "http://plain.example"],
    ["login", "https://user:secret@stories.example"], ["login", "https://stories.example/path"],
  ])
  func `a command line that makes no sense ends with 2 and says how to get help`(arguments: [String]) async throws {
    let reader = try await Reader.withStory()
    let outcome = await reader.run(arguments)
    #expect(outcome.code == 2, "\(outcome)")
    #expect(outcome.output.isEmpty)
    #expect(!outcome.errors.isEmpty)
  }

  @Test func `an article that is not there is answered with what is near`() async throws {
    let reader = try await Reader.withStory()
    let typo = await reader.run(["read", "2024-07-11-sumit"])
    #expect(typo.code == 1)
    #expect(typo.errors == "storyline: there is no article “2024-07-11-sumit”; did you mean 2024-07-11-summit?\n")
    let part = await reader.run(["read", "wide"])
    #expect(part.errors.contains("did you mean 2024-07-12-wide?"))
    let several = await reader.run(["read", "2024-07"])
    #expect(several.code == 1)
    #expect(several.errors.contains("begins several ids: 2024-07-11-summit, 2024-07-12-wide"))
    let nothing = await reader.run(["save", "\u{1B}[31mqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"])
    #expect(nothing.code == 1)
    #expect(!nothing.errors.contains("\u{1B}"))
  }

  @Test func `offline with a copy is 1 and says of when it is; with none it is 3`() async throws {
    let reader = try await Reader.withStory()
    reader.server.setReachable(false)
    let held = await reader.run(["sync"])
    #expect(held.code == 1)
    #expect(held.errors.contains("offline"))
    #expect(held.errors.contains("12 July 2024, 13:00"))
    #expect(await reader.run(["now"]).code == 0)
    let other = try await Reader()
    #expect(await other.run(["login", "stories.example", "--invite", other.invite]).code == 0)
    other.server.setReachable(false)
    let empty = await other.run(["sync"])
    #expect(empty.code == 3)
    #expect(empty.errors.contains("nothing was fetched yet"))
  }

  @Test func `a token that is no longer accepted is 4, and what was fetched can still be read`() async throws {
    let reader = try await Reader.withStory()
    reader.server.expireTokens()
    let outcome = await reader.run(["sync"])
    #expect(outcome.code == 4)
    #expect(outcome.errors.contains("; what is on this device can still be read"))
    #expect(outcome.errors.contains("storyline login --again"))
    #expect(await reader.run(["articles"]).code == 0)
  }

  @Test func `a reader of our output that leaves ends the command quietly`() async throws {
    let reader = try await Reader.withStory()
    let environment = TerminalEnvironment(
      output: TextSink(isTerminal: false) { _ in throw OutputClosed() },
      errors: TextSink(isTerminal: false) { Issue.record("said \($0)") }, variables: ["STORYLINE_HOME": reader.home],
      homeDirectory: "/nonexistent", clock: reader.clock, zone: .gmt,
      transports: TransportFactory { _, _ in throw CommandFailure(.error, "no network here") })
    #expect(await StorylineTool.run(["articles"], in: environment) == 0)
  }

  @Test func `only login and sync touch the network`() async throws {
    let reader = try await Reader.withStory()
    let before = reader.server.requests.count
    for arguments in Self.reading { _ = await reader.run(arguments.map { $0 == "x" ? "2008-04-04-plan" : $0 }) }
    #expect(reader.server.requests.count == before)
  }

  @Test func `a replica that is no database is told by its path, and is left as it is`() async throws {
    let reader = try await Reader.withStory()
    let path = reader.home + "/replica.sqlite"
    let garbage = Data(String(repeating: "no database at all. ", count: 400).utf8)
    try garbage.write(to: URL(fileURLWithPath: path))
    for arguments in [["now"], ["status"], ["sync"]] {
      let outcome = await reader.run(arguments)
      #expect(outcome.code == 1)
      #expect(outcome.errors.contains("HOME/replica.sqlite"), "\(outcome.errors)")
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == garbage)
  }
}
