import Foundation
import StorylineModels
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

  @Test func `lists are cut and sorted by words`() async throws {
    let reader = try await Reader.withStory()
    let outcome = await reader.run(
      ["--linear"],
      lines: [
        "articles since 2024 of zarichchia", "articles tag works", "articles tag bridge", "1",
        "unread of KH since 2009",
        "saved", "articles corrected", "timeline key of Kholmy", "positions at 2010 on toll",
        "positions history of kholmy",
        "commitments by sum of league", "quotes of josé", "tags", "1", "actors", "4",
      ])
    let said = outcome.output.split(separator: "\n").map(String.init)
    #expect(outcome.code == 0)
    #expect(!outcome.output.contains("Not done"), "\(outcome.output)")
    #expect(said.contains("1 article, since 2024, of Zarichchia."))
    #expect(said.filter { $0 == "1 article, tag the bridge works." }.count == 2 + 1)
    #expect(said.contains("No unread article, of Kholmy, since 2009."), "it was read just now")
    #expect(said.contains("No saved article.") && said.contains("No corrected article."))
    #expect(said.contains("Key events, of Kholmy."))
    #expect(said.contains { $0.contains("key event: Summit of the towns") })
    #expect(!outcome.output.contains("A survey of the river bed"))
    #expect(said.contains("As of 2010, on toll."))
    #expect(said.contains { $0.contains("Waits for the plan.") })
    #expect(said.contains("With what each held before, of Kholmy."))
    let sums = ["Funding for one year", "Cranes", "Training of engineers"]
    let places = sums.map { sum in said.firstIndex { $0.hasPrefix(sum) } ?? -1 }
    #expect(places == places.sorted() && !places.contains(-1), "\(places)")
    #expect(!said.contains { $0.hasPrefix("Two piers") })
    #expect(said.contains { $0.contains("Not as long as I sit here.") })
    #expect(said.contains("1. the bridge works, 1 article.") || said.contains("2. the bridge works, 1 article."))
    #expect(said.contains { $0.hasPrefix("1. Kholmy, 1 article.") })
    #expect(said.contains("1 article, of Zarichchia."))
  }

  @Test func `what a list does not take is said, with what it does`() async throws {
    let reader = try await Reader.withStory()
    let outcome = await reader.run(
      ["--linear"],
      lines: [
        "articles green", "articles tag", "articles unread saved", "articles since soon", "articles of nobody",
        "articles tag nothing", "positions on nothing", "commitments by colour", "quotes key",
      ])
    let said = outcome.output.split(separator: "\n").map(String.init).filter { $0.hasPrefix("Not done: ") }
    let takes =
      "Not done: behind articles can stand: unread; saved; corrected; tag and a tag; of and a name; since and a date."
    #expect(
      said == [
        takes, takes,
        "Not done: of unread, saved, corrected and a tag only one can be asked for at once.",
        "Not done: a date is written as in “since 2024-07”.",
        "Not done: there is no actor “nobody”; actors says them.",
        "Not done: no article has the tag “nothing”; tags says them.",
        "Not done: no position is on “nothing”; positions says them all.",
        "Not done: behind commitments can stand: of and a name; by and date, sum, giver, type and status.",
        "Not done: behind quotes can stand: of and a name.",
      ], "\(said)")
  }

  @Test func `an image is said in words, and its file is named`() async throws {
    let reader = try await Reader.withStory()
    let image = SampleImage.png(width: 30, height: 20)
    let id = try await reader.server.keep(image)
    let other = try await reader.server.keep(SampleImage.png(width: 20, height: 30))
    let blocks = [
      Block(id: "b1", role: .image, url: id.address, alt: "A pier", caption: "The first pier!", credit: "O. Vovk"),
      Block(id: "b2", role: .image, url: "https://example.org/a.png", alt: "A boat"),
      Block(id: "b3", role: .image, url: "ftp://example.org/b.png"),
      Block(id: "b4", role: .image, url: other.address, alt: "Another"),
    ]
    try await reader.server.publish([
      .article(
        Article(
          id: "2024-07-14-images", story: FixtureStory.story, headline: "Piers in pictures",
          publishedAt: FixtureStory.moment("2024-07-14T10:00:00Z"), blocks: blocks))
    ])
    #expect(await reader.run(["sync"]).code == 0)
    let file = reader.home + "/replica.sqlite.images/\(id)"
    let first = await reader.run(
      ["--linear"], variables: ["BROWSER": "true"],
      lines: ["images", "read 2008", "images", "read 2024-07-14", "images", "1", "2", "3"])
    let said = first.output.split(separator: "\n").map(String.init)
    #expect(said.contains("Not done: read an article first, then hear its images."))
    #expect(said.contains("This article has no image.") && said.contains("4 images."))
    #expect(said.contains("1. A pier. Caption: The first pier! Credit: O. Vovk."))
    #expect(said.contains("2. A boat.") && said.contains("3. Nothing is said of it."))
    #expect(said.contains("It is kept at \(file)"))
    #expect(said.contains("This image has no address."))
    #expect(FileManager.default.contents(atPath: file) == image)
    // Nothing was asked for before its number was said.
    #expect(reader.server.requests.filter { $0 == id.address }.count == 1)
    reader.server.setReachable(false)
    let second = await reader.run(["--linear"], lines: ["read 2024-07-14", "images", "1", "4"])
    #expect(second.output.contains("It is kept at \(file)"))
    #expect(second.output.contains("Not done: "))
  }
}
