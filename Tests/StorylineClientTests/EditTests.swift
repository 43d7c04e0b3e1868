import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// What was changed in an article since the reader's last visit.
struct EditTests {
  private func article(
    _ texts: [(String, String)], version: Int = 1, headline: String = "Allies meet", status: Article.Status = .usable
  ) -> Entity {
    .article(
      Article(
        id: "a1", story: "ukraine-nato", headline: headline, publishedAt: Timestamp("2024-07-01T08:00:00Z"),
        version: version, status: status,
        blocks: texts.map { Block(id: Identifier($0.0), role: .paragraph, text: $0.1) }))
  }

  private func visited(_ texts: [(String, String)]) async throws -> (World, Replica) {
    let world = try await World()
    try await world.publish(Sample.story, article(texts))
    let replica = try world.replica()
    _ = try await world.engine(replica).sync()
    world.clock.advance(milliseconds: 1000)
    try replica.markVisited()
    return (world, replica)
  }

  private func words(_ change: ArticleEdit.BlockChange) -> String {
    switch change {
    case .added(let block): "+\(block.id) \(block.text ?? "")"
    case .removed(let block): "-\(block.id) \(block.text ?? "")"
    case .changed(let old, let new): "~\(new.id) \(old.text ?? "") → \(new.text ?? "")"
    }
  }

  @Test func `changed, added and removed blocks are told with both texts, offline`() async throws {
    let (world, replica) = try await visited([("b1", "One."), ("b2", "Two."), ("b3", "Three.")])
    try await world.publish(
      article([("b1", "One."), ("b9", "Nine."), ("b3", "Three!")], version: 2, headline: "Allies met"))
    _ = try await world.engine(replica).sync()
    let edit = try #require(try replica.changes().edits.first)
    #expect(edit.id == "a1")
    #expect(edit.fromVersion == 1)
    #expect(edit.toVersion == 2)
    #expect(edit.headline == .init(old: "Allies meet", new: "Allies met"))
    #expect(edit.standfirst == nil)
    #expect(edit.blocks.map(words) == ["-b2 Two.", "+b9 Nine.", "~b3 Three. → Three!"])
  }

  @Test func `several changes since the visit are one difference, and none after the next visit`() async throws {
    let (world, replica) = try await visited([("b1", "First.")])
    for version in 2...9 {
      try await world.publish(article([("b1", "Text \(version).")], version: version))
      _ = try await world.engine(replica).sync()
    }
    let edit = try #require(try replica.edit(of: "a1", since: replica.lastVisit()))
    #expect(edit.blocks.map(words) == ["~b1 First. → Text 9."])
    world.clock.advance(milliseconds: 1000)
    try replica.markVisited()
    #expect(try replica.changes().edits.isEmpty)
    try await world.publish(article([("b1", "Text 10.")], version: 10))
    _ = try await world.engine(replica).sync()
    #expect(try replica.changes().edits.flatMap(\.blocks).map(words) == ["~b1 Text 9. → Text 10."])
    let kept = try replica.storage.read { try $0.number("SELECT count(*) FROM article_version") }
    #expect(kept == 3)
  }

  @Test func `who never came back sees what changed since they read it, else what the last correction changed`()
    async throws
  {
    let world = try await World()
    try await world.publish(Sample.story, article([("b1", "First.")]))
    let replica = try world.replica()
    _ = try await world.engine(replica).sync()
    #expect(try replica.lastEdit(of: "a1") == nil)
    for version in 2...3 {
      try await world.publish(article([("b1", "Text \(version).")], version: version))
      _ = try await world.engine(replica).sync()
    }
    #expect(try replica.edit(of: "a1", since: replica.lastVisit()) == nil)
    #expect(try replica.lastEdit(of: "a1")?.blocks.map(words) == ["~b1 Text 2. → Text 3."])
    _ = try replica.setRead(true, article: "a1")
    for version in 4...5 {
      try await world.publish(article([("b1", "Text \(version).")], version: version))
      _ = try await world.engine(replica).sync()
    }
    #expect(try replica.lastEdit(of: "a1")?.blocks.map(words) == ["~b1 Text 3. → Text 5."])
    // It is read now: what the last correction changed can still be seen.
    _ = try replica.setRead(true, article: "a1")
    #expect(try replica.lastEdit(of: "a1")?.blocks.map(words) == ["~b1 Text 4. → Text 5."])
  }

  @Test func `a text changed back is no difference`() async throws {
    let (world, replica) = try await visited([("b1", "First.")])
    for text in ["Second.", "First."] {
      try await world.publish(article([("b1", text)]))
      _ = try await world.engine(replica).sync()
    }
    #expect(try replica.changes().edits.isEmpty)
    #expect(try replica.changes().changedArticles.count == 1)
  }

  @Test(arguments: [true, false]) func `what was withdrawn stays in no older version`(isRemoved: Bool) async throws {
    let (world, replica) = try await visited([("b1", "Libel.")])
    try await world.publish(article([("b1", "More libel.")], version: 2))
    _ = try await world.engine(replica).sync()
    if isRemoved {
      try await world.publish(remove: .init(kind: .article, id: "a1", reason: "legal"))
    } else {
      try await world.publish(article([], version: 3, status: .withdrawn))
    }
    _ = try await world.engine(replica).sync()
    #expect(try replica.changes().edits.isEmpty)
    #expect(try replica.storage.read { try $0.number("SELECT count(*) FROM article_version") } == 0)
  }

  @Test func `notes of corrections are told apart`() async throws {
    let (world, replica) = try await visited([("b1", "One.")])
    try await world.publish(
      Sample.update("u1", article: "a1", type: .correction), Sample.update("u2", article: "a1", type: .addition))
    _ = try await world.engine(replica).sync()
    #expect(try replica.changes().corrections.map(\.id) == ["u1"])
    #expect(try replica.changes().updates.count == 2)
  }
}

struct WordDiffTests {
  private func text(_ old: String, _ new: String) -> String {
    WordDiff(from: old, to: new).runs.map { run in
      switch run.kind {
      case .same: run.text
      case .removed: "[-\(run.text)-]"
      case .added: "{+\(run.text)+}"
      }
    }.joined()
  }

  @Test(arguments: [
    ("", "", ""), ("same", "same", "same"), ("", "new", "{+new+}"), ("old", "", "[-old-]"),
    ("Forty billion dollars", "Forty billion euros", "Forty billion [-dollars-]{+euros+}"),
    ("Yes, he said.", "Yes he said.", "Yes[-,-] he said."),
    ("Київ каже так", "Київ каже ні", "Київ каже [-так-]{+ні+}"),
  ])
  func `words that differ are marked`(old: String, new: String, expected: String) {
    #expect(text(old, new) == expected)
  }

  @Test func `both texts can be read out of the difference`() {
    var random = SeededGenerator(seed: 7)
    let words = ["a", "b", ",", " ", "é", "👩‍👩‍👧", "\n"]
    for round in 0..<200 {
      let (old, new) = (0..<2).map { _ in
        (0..<Int.random(in: 0...12, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }.joined()
      }.pair
      let runs = WordDiff(from: old, to: new).runs
      #expect(runs.filter { $0.kind != .added }.map(\.text).joined() == old, "seed 7, round \(round)")
      #expect(runs.filter { $0.kind != .removed }.map(\.text).joined() == new, "seed 7, round \(round)")
    }
  }
}

extension [String] {
  fileprivate var pair: (String, String) { (self[0], self[1]) }
}
