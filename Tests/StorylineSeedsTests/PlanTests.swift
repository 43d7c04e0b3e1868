import Foundation
import StorylineModels
import StorylineSeeds
import Testing

@Suite("Plan") struct PlanTests {
  @Test func `against an empty store everything is new, what is referred to first`() throws {
    let folder = try Workplace(GoodStory.files)
    let plan = folder.story().plan(against: [])
    #expect(plan.changes.allSatisfy { $0.action == .new })
    #expect(
      plan.entities.map { "\($0.kind) \($0.id)" } == [
        "story harbour", "source desk", "actor district", "actor sandvik", "article 2024-03-01-promise",
        "event promise", "quote q-build", "position sandvik-money-2024", "commitment district-14m",
      ])
    #expect(!plan.hasErrors && plan.isWhole)
  }

  @Test func `evidence gets the block that its words stand in`() throws {
    let entities = try Workplace(GoodStory.files).story().entities()
    let blocks = entities.flatMap(\.evidence).map(\.block.rawValue)
    #expect(blocks == ["b1", "b1", "b3", "b2"])
  }

  @Test func `the same folder again changes nothing`() throws {
    let story = try Workplace(GoodStory.files).story()
    let plan = story.plan(against: try stored(story.plan(against: []).entities))
    #expect(plan.isEmpty && plan.gone.isEmpty)
    #expect(plan.count(.unchanged) == 9)
  }

  @Test func `a change names its members and blocks, and what follows from it`() throws {
    let before = try Workplace(GoodStory.files).story().plan(against: []).entities
    let folder = try GoodStory.with(
      "articles/2024-03-01-promise.md", "The district promised", "A first line.\n\nThe district promised")
    let plan = folder.story().plan(against: try stored(before))
    let changed = plan.changes.filter { $0.action == .changed }
    #expect(changed.map(\.key.id) == ["2024-03-01-promise"])
    #expect(changed.first?.members == ["blocks", "version"])
    #expect(changed.first?.blocksAdded == ["b2-1"])
    #expect(changed.first?.blocksChanged == [] && changed.first?.blocksRemoved == [])
  }

  @Test func `what is gone is named and stays unless it is asked for`() throws {
    let before = try Workplace(GoodStory.files).story().plan(against: []).entities
    var files = GoodStory.files
    files["quotes/2024.yaml"] = nil
    let plan = try Workplace(files).story().plan(against: try stored(before))
    #expect(plan.isEmpty)
    #expect(plan.gone == [EntityKey(kind: .quote, id: "q-build")])
  }

  @Test func `a document alone joins the story that is there, and takes nothing away`() throws {
    let before = try Workplace(GoodStory.files).story().plan(against: []).entities
    let loose = try Workplace(["news.txt": "A headline\n\nThe council met for hours and left without a vote.\n"])
    let plan = loose.story().plan(against: try stored(before))
    #expect(plan.entities.map { "\($0.kind) \($0.id)" } == ["article news"])
    guard case .article(let article)? = plan.entities.first else { return }
    #expect(article.story == "harbour")
    #expect(plan.gone.isEmpty && !plan.isWhole && !plan.hasErrors)
    #expect(plan.faults.contains { $0.rule == .assumedStory && $0.message.contains("harbour") })
    let again = loose.story().plan(against: try stored(before + plan.entities))
    #expect(again.isEmpty)
  }

  @Test func `a document alone makes a story named after its folder`() throws {
    let loose = try Workplace(["the-harbour/news.txt": "A headline\n\nThe council met and left without a vote.\n"])
    let plan = loose.story("/the-harbour/").plan(against: [])
    guard case .story(let story)? = plan.entities.first else {
      Issue.record("there is no story")
      return
    }
    #expect(story.id == "the-harbour" && story.title == "The harbour")
    #expect(loose.story("/the-harbour").plan(against: try stored(plan.entities)).isEmpty)
  }

  @Test func `a database holds one story`() throws {
    let other = try stored([.story(Story(id: "other", title: "Other"))])
    let plan = try Workplace(GoodStory.files).story().plan(against: other)
    #expect(plan.faults.filter { $0.severity == .error }.map(\.rule) == [.otherStory])
  }

  @Test func `a link says the headline that it leads to, and follows it`() throws {
    var files = GoodStory.files
    files["articles/b.md"] =
      "---\nheadline: B\n---\n\nText.\n\n[[2024-03-01-promise]]\n\n[[2024-03-01-promise|Own words]]\n"
    let folder = try Workplace(files)
    let entities = folder.story().plan(against: []).entities
    let titles = entities.flatMap { entity -> [String?] in
      guard case .article(let article) = entity, article.id == "b" else { return [] }
      return article.blocks.dropFirst().map(\.title)
    }
    #expect(titles == ["District promises money", "Own words"])
    try folder.write(
      (files["articles/2024-03-01-promise.md"] ?? "").replacingOccurrences(
        of: "District promises", with: "District gives"),
      to: "articles/2024-03-01-promise.md")
    let plan = folder.story().plan(against: try stored(entities))
    let changed = plan.changes.filter { $0.action == .changed }
    #expect(changed.map(\.key.id) == ["2024-03-01-promise", "b"])
    #expect(changed.last?.blocksChanged == ["b2"])
  }
}
