import StorylineScreen
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
    for command in LinearReader.commands where !["a number", "search and words", "quit"].contains(command.name) {
      let outcome = await reader.run(["--linear"], lines: ["articles", "1", command.name])
      #expect(outcome.code == 0)
      #expect(!outcome.output.contains("There is no command"), "\(command.name)")
      #expect(!outcome.output.contains("Not done"), "\(command.name): \(outcome.output.suffix(200))")
    }
  }

  @Test func `the demo is read line by line, too`() async throws {
    let reader = try await Reader()
    let outcome = await reader.run(["demo", "--linear"], lines: ["now", "sync", "quit"])
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("Where things stand"))
    #expect(outcome.output.contains("There is nothing to sync: demo."))
  }
}
