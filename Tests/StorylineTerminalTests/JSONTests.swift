import Foundation
import StorylineClient
import StorylineModels
import Testing

@testable import StorylineTerminal

@Suite struct JSONTests {
  private func json<Value: Codable & Hashable>(
    _ arguments: [String], as type: Value.Type, from reader: Reader
  ) async throws -> Value {
    let outcome = await reader.run(arguments + ["--json"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let value = try StorylineJSON.decode(type, from: Data(outcome.output.utf8))
    let again = try StorylineJSON.decode(type, from: try StorylineJSON.encode(value))
    #expect(again == value)
    return value
  }

  @Test func `every reading command prints values that decode again`() async throws {
    let reader = try await Reader.withStory()
    let now = try await json(["now"], as: NowReport.self, from: reader)
    #expect(now.story == FixtureStory.storyRecord)
    #expect(now.changes.newArticles.count == 3)
    let articles = try await json(["articles", "--limit", "2"], as: ArticlesReport.self, from: reader)
    #expect(articles.articles.map(\.id) == ["2024-07-12-wide", "2024-07-11-summit"])
    let view = try await json(["read", "2024-07-11-summit"], as: ArticleView.self, from: reader)
    #expect(view.article == FixtureStory.summit(version: 1))
    #expect(view.facts.events.count == 2)
    let timeline = try await json(["timeline", "--key"], as: TimelineReport.self, from: reader)
    #expect(timeline.events.map(\.id) == ["plan-2008", "summit-2024"])
    #expect(timeline.actors.map(\.id) == ["kholmy", "zarichchia"])
    let positions = try await json(["positions", "--at", "2024-06"], as: PositionsReport.self, from: reader)
    #expect(positions.positions.map(\.id) == ["k-2008", "z-2023"])
    let quotes = try await json(["quotes", "--speaker", "JOSE"], as: QuotesReport.self, from: reader)
    #expect(quotes.quotes.map(\.id) == ["q-never"])
    let commitments = try await json(["commitments", "--total"], as: CommitmentsReport.self, from: reader)
    #expect(commitments.commitments == nil)
    #expect(commitments.totals.map(\.currency) == ["EUR", "USD"])
    #expect(commitments.totals.map(\.announced) == ["40000000", "1234567"])
    #expect(commitments.totals.map(\.delivered) == ["4500000", "1000"])
    let search = try await json(["search", "irreversible"], as: SearchReport.self, from: reader)
    #expect(search.hits.contains { $0.id == "2024-07-11-summit" })
    let status = try await json(["status"], as: StatusReport.self, from: reader)
    #expect(status.replica?.hasContent == true)
    #expect(status.server == "https://stories.example")
  }

  @Test func `JSON on a terminal holds no control characters`() async throws {
    let reader = try await Reader.withStory()
    let outcome = await reader.run(["read", "2024-07-12-wide", "--json"], columns: 80, isTerminal: true)
    #expect(outcome.code == 0)
    #expect(!outcome.output.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
    #expect(!outcome.output.unicodeScalars.contains("\u{202E}"))
    let view = try StorylineJSON.decode(ArticleView.self, from: Data(outcome.output.utf8))
    #expect(view.article.headline.unicodeScalars.contains("\u{1B}"))
  }

  @Test func `marking prints the article as it is now`() async throws {
    let reader = try await Reader.withStory()
    let read = try await json(["mark", "read", "2024-07-11-summit"], as: MarkReport.self, from: reader)
    #expect(read.article.isRead)
    #expect(read.pending == 1)
    let saved = try await json(["save", "2008"], as: MarkReport.self, from: reader)
    #expect(saved.article.isSaved)
    let unsaved = try await json(["unsave", "2008"], as: MarkReport.self, from: reader)
    #expect(!unsaved.article.isSaved)
    let unread = try await json(["mark", "unread", "2024-07-11-summit"], as: MarkReport.self, from: reader)
    #expect(!unread.article.isRead)
  }
}
