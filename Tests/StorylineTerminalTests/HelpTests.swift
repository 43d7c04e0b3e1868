import Foundation
import StorylineTestSupport
import Testing

@testable import StorylineTerminal

@Suite struct HelpTests {
  static let commands = [
    "now", "articles", "read", "timeline", "positions", "quotes", "commitments", "search", "mark", "save", "unsave",
    "login", "sync", "status", "logout", "wipe", "repair", "saved", "unread-count", "profiles", "completions", "app",
    "demo",
  ]

  @Test(arguments: commands)
  func `every command explains itself with an example`(command: String) async throws {
    let reader = try await Reader()
    let help = await reader.run([command, "--help"], columns: 80)
    #expect(help.code == 0)
    #expect(help.output.contains("storyline \(command)"))
    #expect(help.output.contains("Examples:"))
    #expect(help.output.contains("JSON: {"))
    #expect(await reader.run(["help", command], columns: 80) == help)
    Golden.expect(Data(help.output.utf8), equals: "help/\(command).txt")
  }

  @Test(arguments: ["list", "approve", "deny", "rename", "revoke", "revoke-others"])
  func `what can be done about devices explains itself too`(command: String) async throws {
    let reader = try await Reader()
    let help = await reader.run(["devices", command, "--help"], columns: 80)
    #expect(help.code == 0)
    #expect(help.output.contains("Examples:"))
    #expect(help.output.contains("JSON: {"))
    Golden.expect(Data(help.output.utf8), equals: "help/devices-\(command).txt")
  }

  @Test(arguments: ["init", "check"])
  func `what can be done about the configuration explains itself too`(command: String) async throws {
    let reader = try await Reader()
    let help = await reader.run(["config", command, "--help"], columns: 80)
    #expect(help.code == 0)
    #expect(help.output.contains("Examples:"))
    #expect(help.output.contains("JSON: {"))
    Golden.expect(Data(help.output.utf8), equals: "help/config-\(command).txt")
  }

  @Test func `the overview names every command`() async throws {
    let reader = try await Reader()
    let help = await reader.run(["--help"], columns: 80)
    #expect(help.code == 0)
    for command in Self.commands { #expect(help.output.contains("\n  \(command) ")) }
    Golden.expect(Data(help.output.utf8), equals: "help/storyline.txt")
  }
}
