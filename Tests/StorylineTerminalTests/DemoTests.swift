import Foundation
import StorylineClient
import StorylineModels
import StorylineSeeds
import StorylineTestSupport
import Testing

@testable import StorylineTerminal

@Suite struct DemoTests {
  private static let file = Program.repository.appendingPathComponent("Sources/CStorylineTerm/Demo/story.json")

  /// The seeds as one page; the ids that a server would draw are counted instead, so that it is always the same.
  private func seeded() throws -> Data {
    let folder = Program.repository.appendingPathComponent("seeds/ukraine-nato").path
    let plan = SeedFolder.read(folder).plan(against: [])
    #expect(!plan.hasErrors)
    let rows = try plan.entities.enumerated().map { index, entity in
      let pub = entity.kind == .article ? String(format: "%026d", index + 1) : nil
      return try ContentChange(
        kind: entity.kind, id: entity.id, rev: Int64(index + 1), num: index + 1, pub: pub,
        updatedAt: Timestamp(milliseconds: 1_733_270_400_000), body: entity.body()
      ).wire()
    }
    let head = #"{"epoch":"demo","after":"start","cursor":"demo","more":false,"changes":["# + "\n"
    let text = rows.map { String(decoding: $0.data, as: UTF8.self) }.joined(separator: ",\n")
    return Data((head + text + "\n]}\n").utf8)
  }

  @Test func `the bundled story is the one of the seeds`() throws {
    let expected = try seeded()
    if ProcessInfo.processInfo.environment["STORYLINE_RECORD_GOLDEN"] == "1" {
      try expected.write(to: Self.file)
      Issue.record("recorded the bundled story; build and run again without STORYLINE_RECORD_GOLDEN")
      return
    }
    #expect(DemoStory.bytes == expected, "record it with STORYLINE_RECORD_GOLDEN=1 and build again")
  }

  @Test func `it can be read without a server, an account or a file`() async throws {
    let reader = try await Reader()
    let outcome = await reader.run(["demo"])
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("Where things stand"))
    #expect(!FileManager.default.fileExists(atPath: reader.home))
    #expect(reader.server.requests.isEmpty)
  }

  @Test func `a bundled story overwrites nothing`() async throws {
    let replica = try Replica.inMemory()
    try replica.install(try DemoStory.page())
    #expect(throws: ReplicaError.self) { try replica.install(try DemoStory.page()) }
  }
}
