import StorylineScreen
import StorylineTestSupport
import Testing

@testable import StorylineTerminal

@Suite struct LinearTests {
  @Test func `a reader hears, reads, marks and takes back line by line`() async throws {
    let reader = try await Reader.withStory()
    let outcome = await reader.run(
      ["--linear"],
      lines: [
        "articles", "2", "save", "undo", "unread", "next", "keep", "search bridge", "9", "timelin", "sync", "quit",
      ])
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    let said = outcome.output.split(separator: "\n").map(String.init)
    #expect(said.first == "The bridge at Kholmy. 3 unread. Say help for the commands.")
    #expect(said.contains { $0.hasPrefix("2. Towns call the bridge irreversible. unread, 11 July 2024, 3 minutes") })
    #expect(said.contains("End of the article. 2 unread."))
    #expect(said.contains("Saved."))
    #expect(said.contains("Undone: saved."))
    #expect(said.contains("2 unread articles."))
    #expect(said.contains("Marked unread."))
    #expect(said.contains { $0.contains("Not done: the list ends with") })
    #expect(said.contains("There is no command timelin. Did you mean timeline?"))
    #expect(said.contains { $0.hasPrefix("Up to date") })
    let signs = Set("●◆•─│█░★")
    #expect(said.allSatisfy { $0.allSatisfy { !signs.contains($0) } })
    #expect(!outcome.output.contains("\u{1B}"))
    let articles = await reader.run(["articles", "--unread", "--json"])
    #expect(!articles.output.contains("2024-07-11-summit"))
  }

  @Test func `every command of the help is one`() async throws {
    let reader = try await Reader.withStory()
    for command in LinearReader.commands where !["a number", "quit"].contains(command.name) {
      let line = command.name.replacing(" and words", with: " bridge").replacing(" and a number", with: " 1")
      let outcome = await reader.run(["--linear"], lines: ["articles", "2", "sentences", line])
      #expect(outcome.code == 0)
      #expect(!outcome.output.contains("There is no command"), "\(command.name)")
      #expect(!outcome.output.contains("Not done"), "\(command.name): \(outcome.output.suffix(200))")
    }
  }

  @Test func `an article is searched, marked and compared line by line`() async throws {
    let reader = try await Reader.withStory()
    let first = await reader.run(
      ["--linear"],
      lines: [
        "find bridge", "articles", "2", "find bríd", "1", "highlight 1", "find zzz", "highlights", "1",
        "note Ask the mayor",
        "notes", "links", "2", "facts", "links", "9", "changes", "done",
      ])
    let said = first.output.split(separator: "\n").map(String.init)
    #expect(said.contains("Not done: read an article first, then find words in it."))
    #expect(said.contains("1 sentence with these words."))
    #expect(said.contains("1. Both councils said that the bridge is on an irreversible path."))
    #expect(said.contains("Highlighted."))
    #expect(said.contains("No sentence with these words."))
    #expect(said.contains("1 highlighted sentence."))
    #expect(said.contains("1. highlighted: Both councils said that the bridge is on an irreversible path."))
    #expect(said.contains("Noted."))
    #expect(said.contains("Note: Ask the mayor."))
    #expect(said.contains("3 links."))
    #expect(said.contains("1. full text: https://town.example/text."))
    // The second link is an article, which is read; so its own links are said next.
    #expect(said.contains("A plan for a bridge"))
    #expect(said.contains { $0.hasSuffix("The first plan. Proved by: “the bridge will be built”") })
    #expect(said.contains("It was not changed since you last looked."))
    #expect(said.contains("This article has no links."))
    #expect(said.contains("Not done: no list was said yet; articles says one."))
    reader.clock.advance(milliseconds: 5_400_000)
    try await reader.server.publish(FixtureStory.correction)
    #expect(await reader.run(["sync"]).code == 0)
    let second = await reader.run(
      ["--linear"],
      lines: ["read 2024-07-11-summit", "changes", "notes", "undo", "highlights", "highlight 1", "undo", "highlights"])
    #expect(second.output.contains("Changed from version 1 to version 2."))
    #expect(second.output.contains("(removed: dollars)"))
    #expect(second.output.contains("(added: euros)"))
    #expect(second.output.contains("Note: Ask the mayor."))
    #expect(second.output.contains("No longer highlighted."))
    #expect(second.output.hasSuffix("1. highlighted: Both councils said that the bridge is on an irreversible path.\n"))
  }

  @Test func `the demo is read line by line, too`() async throws {
    let reader = try await Reader()
    let outcome = await reader.run(["demo", "--linear"], lines: ["now", "sync", "quit"])
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("Where things stand"))
    #expect(outcome.output.contains("There is nothing to sync: demo."))
  }
}
