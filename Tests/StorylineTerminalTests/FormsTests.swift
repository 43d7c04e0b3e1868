import Foundation
import StorylineClient
import StorylineModels
import StorylineTestSupport
import Testing

@testable import StorylineTerminal

/// Every screen as a command, in each of its forms.
@Suite struct FormsTests {
  static let screens: [(name: String, arguments: [String])] = [
    ("now", ["now"]), ("articles", ["articles"]), ("saved", ["saved"]), ("timeline", ["timeline"]),
    ("positions", ["positions"]), ("commitments", ["commitments"]), ("quotes", ["quotes"]),
    ("search", ["search", "bridge"]),
  ]

  @Test func `every screen is also plain text and Markdown, complete and without looks`() async throws {
    let reader = try await Reader.withStory()
    #expect(await reader.run(["save", "2024-07-11-summit"]).code == 0)
    #expect(await reader.run(["mark", "read", "2024-07-11-summit"]).code == 0)
    for screen in Self.screens {
      let plain = await reader.run(screen.arguments + ["--plain"], columns: 40, isTerminal: true)
      #expect(plain.code == 0, "\(plain.errors)")
      #expect(!plain.output.contains("\u{1B}") && !plain.output.contains("─"))
      Golden.expect(Data(plain.output.utf8), equals: "forms/\(screen.name).txt")
      let markdown = await reader.run(screen.arguments + ["--md"], columns: 40, isTerminal: true)
      #expect(markdown.code == 0, "\(markdown.errors)")
      #expect(markdown.output.hasPrefix("# ") && !markdown.output.contains("\u{1B}"))
      Golden.expect(Data(markdown.output.utf8), equals: "forms/\(screen.name).md")
    }
  }

  @Test func `every screen can be cut to a count and to a date`() async throws {
    let reader = try await Reader.withStory()
    #expect(await reader.run(["save", "2024-07-11-summit"]).code == 0)
    for screen in Self.screens {
      let whole = await reader.run(screen.arguments + ["--json"]).output
      let few = await reader.run(screen.arguments + ["--limit", "1", "--json"])
      #expect(few.code == 0)
      #expect(few.output.count <= whole.count, "\(screen.name)")
      let later = await reader.run(screen.arguments + ["--since", "2099", "--json"])
      #expect(later.code == 0, "\(later.errors)")
      #expect(later.output.count < whole.count, "\(screen.name)")
    }
    let hits = await reader.run(["search", "bridge", "--since", "2024-07", "--json"])
    let found = try JSONDecoder().decode(SearchReport.self, from: Data(hits.output.utf8)).hits.map(\.id)
    #expect(found.contains("2024-07-11-summit") && !found.contains("2008-04-04-plan"))
    let seats = await reader.run(["positions", "--limit", "1", "--json"])
    let board = try JSONDecoder().decode(PositionsReport.self, from: Data(seats.output.utf8)).positions
    #expect(Set(board.map(\.topic)).count == board.count)
  }

  @Test func `forms exclude each other`() async throws {
    let reader = try await Reader.withStory()
    for screen in Self.screens {
      #expect(await reader.run(screen.arguments + ["--plain", "--md"]).code == 2)
      #expect(await reader.run(screen.arguments + ["--json", "--md"]).code == 2)
    }
  }

  @Test func `the number for a status bar is the number of unread articles and nothing else`() async throws {
    let reader = try await Reader.withStory()
    #expect(await reader.run(["unread-count"]).output == "3\n")
    #expect(await reader.run(["mark", "read", "2024-07-11-summit"]).code == 0)
    #expect(await reader.run(["unread-count"]).output == "2\n")
    #expect(await reader.run(["unread-count", "--json"]).output.contains("\"unread\" : 2"))
    let nobody = try await Reader()
    let outcome = await nobody.run(["unread-count"])
    #expect(outcome.code == 4 && outcome.output.isEmpty)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `each shell gets completions that know every command`(shell: String) async throws {
    let reader = try await Reader()
    let outcome = await reader.run(["completions", shell])
    #expect(outcome.code == 0)
    for command in HelpTests.commands { #expect(outcome.output.contains(command), "\(command)") }
    #expect(outcome.output.contains("unread-count"))
    #expect(await reader.run(["completions", "tcsh"]).code == 2)
  }

  @Test func `a profile is an account of its own`() async throws {
    let reader = try await Reader.withStory()
    #expect(await reader.run(["articles", "--profile", "work"]).code == 4)
    let login = await reader.run(
      ["login", "https://stories.example", "--invite", try await reader.server.invite(), "--profile", "work"])
    #expect(login.code == 0, "\(login.errors)")
    #expect(await reader.run(["sync", "--profile", "work"]).code == 0)
    #expect(await reader.run(["save", "2024-07-11-summit", "--profile", "work"]).code == 0)
    #expect(await reader.run(["saved", "--json"]).output.contains("2024-07-11-summit") == false)
    let there = await reader.run(["saved", "--json"], variables: ["STORYLINE_PROFILE": "work"])
    #expect(there.output.contains("2024-07-11-summit"))
    let list = await reader.run(["profiles", "--profile", "work"])
    #expect(list.output == "  (none) · https://stories.example\n● work · https://stories.example\n")
    #expect(await reader.run(["wipe", "--yes", "--profile", "work"]).code == 0)
    #expect(await reader.run(["articles"]).code == 0)
    for name in ["../x", ".hidden", "a/b", ""] {
      #expect(await reader.run(["articles", "--profile", name]).code == 2, "\(name)")
    }
  }
}
