import Foundation
import StorylineModels
import StorylineStore

/// A small story in three commits.
enum SampleStory {
  static let id: Identifier<Story> = "sample-story"
  static let requestID = UUID(uuid: (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))

  static func publish(to store: StoryStore) async throws {
    let story = Story(id: id, title: "A sample story")
    let source = Source(id: "sample-desk", name: "Sample Desk", type: "agency")
    for entities in [[.story(story), .source(source), .article(article(1))], [.article(article(2))]] as [[Entity]] {
      _ = try await store.publish(ContentCommit(entities: entities, author: "test"))
    }
    _ = try await store.publish(
      ContentCommit(
        entities: [.article(article(3))],
        removals: [.init(kind: .article, id: "article-2", reason: "retracted")], author: "test"))
  }

  static func article(_ number: Int) -> Article {
    Article(
      id: Identifier("article-\(number)"), story: id, headline: "Headline \(number)",
      publishedAt: Timestamp(milliseconds: 1_720_000_000_000 + Int64(number)),
      blocks: [Block(id: "b1", role: .paragraph, text: "What happened, part \(number).")])
  }

  /// A push of `count` read marks.
  static func push(_ count: Int, after: Cursor? = nil) -> LibrarySyncRequest {
    LibrarySyncRequest(
      after: after, now: Timestamp(milliseconds: 1_720_000_000_000),
      mutations: (0..<count).map { number in
        Mutation(
          m: number, kind: .read, id: "article-\(number)",
          stamp: "0190f2d3a4b5-\(String(format: "%04x", number))-9f2c4e1a77b0c3d2", payload: "{\"read\":true}")
      })
  }
}
