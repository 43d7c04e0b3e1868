import Foundation
import StorylineScreen
import StorylineTestSupport
import Testing

@testable import StorylineTerminal

@Suite struct PagesTests {
  /// The commands whose pages are kept as files, and the names of these.
  static let pages: [(name: String, arguments: [String])] = [
    ("now", ["now"]), ("articles", ["articles"]), ("read", ["read", "2024-07-11-summit"]),
    ("read-wide", ["read", "2024-07-12-wide"]), ("timeline", ["timeline"]), ("positions", ["positions"]),
    ("positions-history", ["positions", "--topic", "toll", "--history"]),
    ("positions-at", ["positions", "--at", "2023-05"]), ("quotes", ["quotes"]), ("commitments", ["commitments"]),
    ("search", ["search", "bridge"]),
  ]

  @Test(arguments: [40, 72, 120])
  func `every page is set for its width`(width: Int) async throws {
    let reader = try await Reader.withStory()
    for page in Self.pages {
      let outcome = await reader.run(page.arguments + ["--width", "\(width)"])
      #expect(outcome.code == 0, "\(page.name): \(outcome.errors)")
      let tooWide = outcome.output.split(separator: "\n").filter { TextWidth.of(String($0)) > width }
      #expect(tooWide.isEmpty, "\(page.name)")
      Golden.expect(Data(outcome.output.utf8), equals: "pages/\(page.name)-\(width).txt")
    }
  }

  @Test func `what came after the visit is new, with its correction`() async throws {
    let reader = try await Reader.withStory()
    #expect(await reader.run(["now", "--seen"]).code == 0)
    reader.clock.advance(milliseconds: 5_400_000)
    let nothing = await reader.run(["now"])
    #expect(nothing.output.contains("nothing new"))
    try await reader.server.publish(FixtureStory.correction)
    #expect(await reader.run(["sync"]).code == 0)
    reader.clock.advance(milliseconds: 600_000)
    #expect(await reader.run(["mark", "read", "2008-04-04-plan"]).code == 0)
    let outcome = await reader.run(["now"])
    Golden.expect(Data(outcome.output.utf8), equals: "pages/now-changed-72.txt")
    let article = await reader.run(["read", "2024-07-11-summit"])
    Golden.expect(Data(article.output.utf8), equals: "pages/read-corrected-72.txt")
  }

  @Test func `an article is also Markdown, plain text and JSON`() async throws {
    let reader = try await Reader.withStory()
    let markdown = await reader.run(["read", "2024-07-11", "--md"])
    Golden.expect(Data(markdown.output.utf8), equals: "pages/read.md")
    let plain = await reader.run(["read", "2024-07-11", "--plain"], columns: 40, isTerminal: true)
    Golden.expect(Data(plain.output.utf8), equals: "pages/read-plain.txt")
  }

  @Test func `a terminal gets looks, and none where they are not wanted`() async throws {
    let reader = try await Reader.withStory()
    let looks = await reader.run(["search", "bridge"], columns: 80, isTerminal: true)
    #expect(looks.output.contains("\u{1B}[7m"))
    #expect(!looks.output.contains("[bridge]"))
    let refusals: [([String], [String: String])] = [
      (["--no-color"], [:]), ([], ["NO_COLOR": "1"]), ([], ["TERM": "dumb"]),
    ]
    for (options, variables) in refusals {
      let plain = await reader.run(
        ["search", "bridge"] + options, columns: 80, isTerminal: true, variables: variables)
      #expect(!plain.output.contains("\u{1B}"))
      #expect(plain.output.contains("[bridge]"))
    }
    let unset = await reader.run(["articles"], isTerminal: true, variables: ["NO_COLOR": ""])
    #expect(unset.output.contains("\u{1B}[1"))
  }

  @Test func `the width comes from the option, else the terminal, else COLUMNS, else the default`() async throws {
    let reader = try await Reader.withStory()
    func widest(_ outcome: Reader.Outcome) -> Int {
      outcome.output.split(separator: "\n").map { TextWidth.of(String($0)) }.max() ?? 0
    }
    #expect(widest(await reader.run(["read", "2024-07-11-summit"])) == Layout.defaultWidth)
    #expect(widest(await reader.run(["read", "2024-07-11-summit"], variables: ["COLUMNS": "50"])) == 50)
    #expect(
      widest(await reader.run(["read", "2024-07-11-summit"], columns: 60, variables: ["COLUMNS": "50"])) == 60)
    #expect(widest(await reader.run(["--width", "44", "read", "2024-07-11-summit"], columns: 60)) == 44)
  }
}
