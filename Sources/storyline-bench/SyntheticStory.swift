import StorylineModels
import StorylineStore

/// Articles of 20 paragraphs of about 250 bytes, always the same ones.
enum SyntheticStory {
  static let articlesPerCommit = 20
  static let title = "A synthetic story"

  /// Publishes a story of `count` articles, twenty in a commit.
  static func publish(_ count: Int, in store: StoryStore) async throws {
    var random = Words(state: 1)
    _ = try await store.publish(
      ContentCommit(entities: [.story(Story(id: "bench", title: title))], author: "bench"))
    for first in stride(from: 0, to: count, by: articlesPerCommit) {
      let articles = (first..<min(first + articlesPerCommit, count)).map { article($0, using: &random) }
      _ = try await store.publish(ContentCommit(entities: articles.map(Entity.article), author: "bench"))
    }
  }

  static func article(_ number: Int, using random: inout Words) -> Article {
    let blocks = (1...20).map { index in
      Block(id: Identifier("b\(index)"), role: .paragraph, text: random.paragraph(bytes: 250))
    }
    return Article(
      id: Identifier("article-\(number)"), story: "bench", headline: random.paragraph(bytes: 60),
      publishedAt: Timestamp(milliseconds: 1_700_000_000_000 + Int64(number) * 60_000), blocks: blocks)
  }
}

/// A repeatable stream of words.
struct Words {
  var state: UInt64

  private static let vocabulary = [
    "alliance", "ministers", "agreed", "on", "Tuesday", "that", "the", "invitation", "would", "wait", "for", "a",
    "consensus", "among", "members", "while", "support", "continues", "and", "weapons", "arrive", "before", "winter",
  ]

  mutating func paragraph(bytes: Int) -> String {
    var text = ""
    while text.utf8.count < bytes {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      if !text.isEmpty { text += " " }
      text += Self.vocabulary[Int((state >> 33) % UInt64(Self.vocabulary.count))]
    }
    return text + "."
  }
}
