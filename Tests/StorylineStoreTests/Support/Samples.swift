import Foundation
import StorylineModels

/// Records for tests.
enum Samples {
  static let story = Entity.story(Story(id: "sample-story", title: "A sample story"))

  static func actor(_ id: String, name: String = "Somebody") -> Entity {
    .actor(Actor(id: Identifier(id), type: .country, name: name))
  }

  static func article(
    _ id: String, headline: String = "A headline", publishedAt: String? = nil, version: Int = 1
  ) -> Entity {
    .article(
      Article(
        id: Identifier(id), story: "sample-story", headline: headline,
        publishedAt: publishedAt.flatMap { Timestamp($0) }, version: version,
        blocks: [Block(id: "b1", role: .paragraph, text: "A paragraph.")]))
  }

  /// A mutation whose stamp has the physical time `at`, in milliseconds after the tests' clock.
  static func mutation(
    _ m: Int, _ id: String = "article-1", at: Int64 = 0, counter: UInt16 = 0, node: UInt64 = 1,
    payload: String? = "{\"read\":true}", deleted: Bool = false
  ) -> Mutation {
    let stamp = Stamp(physical: UInt64(1_720_677_600_000 + at), counter: counter, node: node)
    return Mutation(
      m: m, kind: .read, id: id, stamp: stamp.description, deleted: deleted ? true : nil,
      payload: deleted ? nil : payload)
  }

  static func push(
    _ mutations: [Mutation], after: Cursor? = nil, empty: Bool? = nil, limit: Int? = nil
  ) -> LibrarySyncRequest {
    LibrarySyncRequest(after: after, empty: empty, limit: limit, mutations: mutations)
  }
}
