import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// Highlights over articles that are edited.
struct HighlightTests {
  private static let quote = "the path is irreversible"

  private func article(_ texts: [(String, String)]) -> Entity {
    .article(
      Article(
        id: "a1", story: "ukraine-nato", headline: "Allies meet",
        blocks: texts.map { Block(id: Identifier($0.0), role: .paragraph, text: $0.1) }))
  }

  private func highlighted() async throws -> (World, Replica) {
    let world = try await World()
    try await world.publish(
      Sample.story,
      article([("b1", "They said that **the path** is irreversible for Ukraine."), ("b2", "Other words.")]))
    let replica = try world.replica()
    _ = try await world.engine(replica).sync()
    try replica.write(
      Highlight(article: "a1", block: "b1", quote: Self.quote, prefix: "said that ", suffix: " for", colour: "yellow"),
      id: "01J9Z6000000000000000000H1")
    return (world, replica)
  }

  private func placement(after texts: [(String, String)]) async throws -> PlacedHighlight.Placement {
    let (world, replica) = try await highlighted()
    try await world.publish(article(texts))
    _ = try await world.engine(replica).sync()
    return try #require(try replica.highlights(of: "a1").first).placement
  }

  @Test func `words that stand where they stood are found in their block`() async throws {
    let (_, replica) = try await highlighted()
    let placed = try #require(try replica.highlights(of: "a1").first)
    #expect(placed.placement == .exact(block: "b1", range: 15..<39))
    #expect(placed.highlight.quote == Self.quote)
    #expect(try replica.highlights(of: "a2").isEmpty)
  }

  @Test func `of two places the one with the same surroundings is meant`() async throws {
    let found = try await placement(after: [
      ("b1", "Perhaps the path is irreversible. They said that the path is irreversible for Ukraine.")
    ])
    #expect(found == .exact(block: "b1", range: 49..<73))
  }

  @Test func `edge case 30: words that moved are found in another block`() async throws {
    #expect(
      try await placement(after: [("b1", "New."), ("b7", "Now the path is irreversible.")])
        == .moved(block: "b7", range: 4..<28))
  }

  @Test func `edge case 30: words that were edited a little are found nearly`() async throws {
    #expect(
      try await placement(after: [("b1", "They said that the path was irreversible for Ukraine.")])
        == .similar(block: "b1", range: 15..<40))
  }

  @Test func `edge case 30: words that are gone leave a detached highlight, which nobody deletes`() async throws {
    let (world, replica) = try await highlighted()
    try await world.publish(article([("b1", "Nothing of the kind was ever agreed upon."), ("b2", "Other words.")]))
    _ = try await world.engine(replica).sync()
    let placed = try #require(try replica.highlights(of: "a1").first)
    #expect(placed.placement == .detached)
    #expect(placed.highlight.quote == Self.quote)
    try await world.publish(article([("b3", "the path is irreversible")]))
    _ = try await world.engine(replica).sync()
    #expect(try replica.highlights(of: "a1").first?.placement == .moved(block: "b3", range: 0..<24))
  }

  @Test(arguments: ["legal", "retracted"])
  func `edge case 31: of an article that is gone the words are shown unless a law forbids it`(
    reason: String
  ) async throws {
    let (world, replica) = try await highlighted()
    try await world.publish(remove: .init(kind: .article, id: "a1", reason: reason))
    _ = try await world.engine(replica).sync()
    let placed = try #require(try replica.highlights(of: "a1").first)
    #expect(placed.placement == .detached)
    #expect(placed.isQuoteHidden == (reason == "legal"))
    #expect(placed.highlight.quote == (reason == "legal" ? "" : Self.quote))
    #expect(placed.highlight.prefix == (reason == "legal" ? nil : "said that "))
    // The record itself is the reader's, and stays as it was.
    let record = try #require(try replica.records().first { $0.kind == .highlight })
    #expect(record.decoded(as: Highlight.self)?.quote == Self.quote)
  }

  @Test func `any quote in any text is looked for without harm`() {
    var random = SeededGenerator(seed: 11)
    let signs: [Character] = ["a", "b", " ", "é", "👩‍👩‍👧", "\u{301}", "й"]
    for round in 0..<500 {
      let quote = (0..<Int.random(in: 1...8, using: &random)).compactMap { _ in signs.randomElement(using: &random) }
      let text = (0..<Int.random(in: 0...20, using: &random)).compactMap { _ in signs.randomElement(using: &random) }
      guard let found = QuoteFinder.nearest(quote, in: text) else { continue }
      #expect(found.range.upperBound <= text.count, "seed 11, round \(round)")
      #expect(found.distance <= quote.count, "seed 11, round \(round)")
      let isThere = text.indices.contains { text[$0...].starts(with: quote) }
      #expect(isThere == (found.distance == 0), "seed 11, round \(round)")
    }
  }

  @Test func `progress is one record, written only where it moves`() async throws {
    let (_, replica) = try await highlighted()
    let progress = Progress(block: "b1", offset: 12, fraction: 0.25)
    try replica.setProgress(progress, article: "a1")
    let stamp = try replica.record(LibraryKey(kind: .progress, id: "a1"))?.stamp
    try replica.setProgress(progress, article: "a1")
    #expect(try replica.record(LibraryKey(kind: .progress, id: "a1"))?.stamp == stamp)
    #expect(try replica.progress(of: "a1") == progress)
    #expect(try replica.progress(of: "a2") == nil)
  }
}
