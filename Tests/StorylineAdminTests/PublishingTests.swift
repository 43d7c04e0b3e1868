import Foundation
import StorylineModels
import StorylineStore
import Testing

/// Notes to readers, schedules, and what is asked before much is removed.
@Suite("Publishing") struct PublishingTests {
  private func edit(_ desk: Desk, _ name: String, _ old: String, _ new: String) throws {
    let text = try desk.read(name)
    try #require(text.contains(old))
    try desk.write(text.replacing(old, with: new), to: name)
  }

  @Test func `a published article whose words change needs a note to its readers`() async throws {
    let desk = try Desk(Town.files)
    #expect(await desk.run("apply", "@/town").code == 0)
    try edit(desk, "town/articles/vote.md", "Nobody was surprised.", "Few were surprised.")
    let plan = await desk.run("plan", "@/town")
    #expect(plan.code == 2)
    #expect(plan.out.contains("“The vote” (vote) needs a note to its readers"))
    #expect(plan.out.contains("- paragraph: Nobody was surprised.") && plan.out.contains("+ paragraph: Few were"))
    let refused = await desk.run("apply", "@/town")
    #expect(refused.code == 1 && refused.err.contains("readers must be told what changed in “The vote” (vote)"))
    #expect(try await desk.published().contains("article vote 1"))
    let noted = await desk.run("apply", "@/town", "--note", "It said that nobody was surprised.")
    #expect(noted.code == 0, "\(noted.err)")
    #expect(noted.out.contains("wrote \(desk.path)/town/updates/u-vote-2.yaml"))
    #expect(noted.out.contains("published as commit 2: 1 new, 1 changed"))
    let note = try desk.read("town/updates/u-vote-2.yaml")
    #expect(note.contains("type: correction") && note.contains("fromVersion: 1") && note.contains("- b2"))
    #expect(await desk.run("apply", "@/town").out == "nothing changed: 5 unchanged\n")
  }

  @Test func `an update in the folder is a note, once`() async throws {
    let desk = try Desk(Town.files)
    #expect(await desk.run("apply", "@/town").code == 0)
    try edit(desk, "town/articles/vote.md", "Nobody", "Hardly anybody")
    try desk.write(
      """
      - id: u1
        target:
          kind: article
          id: vote
        type: clarification
        at: "2024-03-02T00:00:00Z"
        note: Some were.
      """, to: "town/updates/2024.yaml")
    #expect(await desk.run("apply", "@/town").code == 0)
    try edit(desk, "town/articles/vote.md", "Hardly anybody", "Everybody")
    #expect(await desk.run("apply", "@/town").code == 1, "the note was about the change before")
  }

  @Test func `what readers do not read needs no note`() async throws {
    let desk = try Desk(Town.files)
    #expect(await desk.run("apply", "@/town").code == 0)
    try edit(desk, "town/articles/vote.md", "actors: [mayor]", "tags: [vote]\nactors: [mayor]")
    #expect(await desk.run("apply", "@/town").code == 0)
  }

  @Test func `drafts and what waits for its time leave nothing behind, with the facts that rest on them`()
    async throws
  {
    var files = Town.files
    files["town/articles/vote.md"] = nil
    files["town/articles/secret.md"] = Town.files["town/articles/vote.md"]?
      .replacing("headline: The vote", with: "headline: The secret\ndraft: true")
    files["town/events/2024.yaml"] = Town.files["town/events/2024.yaml"]?.replacing(
      "article: vote", with: "article: secret")
    let desk = try Desk(files)
    let draft = await desk.run("apply", "@/town")
    #expect(draft.code == 0, "\(draft.err)")
    #expect(draft.out.contains("draft    article secret") && draft.out.contains("draft    event vote"))
    #expect(try await desk.published() == ["actor mayor 1", "story town 1"])
    // An embargo until six in the evening of that day.
    try edit(desk, "town/articles/secret.md", "draft: true", "embargoUntil: \"2024-12-04T18:00:00Z\"")
    let waiting = await desk.run("apply", "@/town")
    #expect(waiting.out.contains("nothing is published yet: 2 unchanged, 2 scheduled"), "\(waiting.out)\(waiting.err)")
    #expect(waiting.out.contains("scheduled article secret at 2024-12-04T18:00:00.000Z"))
    let again = await desk.run("apply", "@/town")
    #expect(again.out.contains("nothing changed: 2 unchanged") && again.out.contains("waiting  article secret"))
    #expect(await desk.run("plan", "@/town").code == 0)
    #expect(try await desk.published() == ["actor mayor 1", "story town 1"])
    let store = try desk.store()
    #expect(try await store.scheduledRecords().map(\.id) == ["secret", "vote"])
    try store.close()
    let evening = Timestamp(milliseconds: Desk.noon.milliseconds + 6 * 3_600_000)
    let due = await desk.run("apply", "@/town", now: evening)
    #expect(due.out.contains("published as commit 2: 2 new"), "\(due.out)\(due.err)")
    let after = try desk.store()
    #expect(try await after.scheduledRecords().isEmpty)
    try after.close()
  }

  @Test func `what is taken off the schedule does not come out later`() async throws {
    let desk = try Desk(Town.files)
    try edit(
      desk, "town/articles/vote.md", "headline: The vote", "headline: The vote\npublishAt: \"2025-01-01T00:00:00Z\"")
    #expect(await desk.run("apply", "@/town").code == 0)
    try edit(desk, "town/articles/vote.md", "publishAt: \"2025-01-01T00:00:00Z\"", "draft: true")
    let plan = await desk.run("plan", "@/town")
    #expect(plan.code == 2 && plan.out.contains("cancel   article vote"), "\(plan.out)")
    #expect(await desk.run("apply", "@/town").out.contains("2 taken off the schedule"))
    let store = try desk.store()
    #expect(try await store.scheduledRecords().isEmpty)
    try store.close()
  }

  @Test func `more than a tenth goes only if somebody says so`() async throws {
    let desk = try Desk(Town.files)
    #expect(await desk.run("apply", "@/town").code == 0)
    try FileManager.default.removeItem(atPath: desk.path + "/town/events")
    let nobody = await desk.run("apply", "@/town", "--prune")
    #expect(nobody.code == 1 && nobody.err.contains("1 of 4 published records") && nobody.err.contains("add --yes"))
    let no = await desk.run("apply", "@/town", "--prune", answer: "n")
    #expect(no.code == 1 && no.err.contains("Remove them? [y/N]"))
    #expect(try await desk.published().count == 4)
    #expect(await desk.run("apply", "@/town", "--prune", answer: "y").code == 0)
    #expect(try await desk.published().count == 3)
  }

  @Test func `less than a tenth goes without a question`() async throws {
    let desk = try Desk(Town.files)
    let many = { (count: Int) in
      (0..<count).map { "- id: source-\($0)\n  name: Source \($0)\n  type: agency\n" }.joined()
    }
    try desk.write(many(2_100), to: "town/sources.yaml")
    #expect(await desk.run("apply", "@/town").out.hasPrefix("published as commits 1 to 2: "))
    try desk.write(many(2_099), to: "town/sources.yaml")
    #expect(await desk.run("apply", "@/town", "--prune").out.contains("1 removed"))
  }

  @Test func `somebody else's change in between is named, and nothing is overwritten`() async throws {
    let desk = try Desk(Town.files)
    #expect(await desk.run("apply", "@/town").code == 0)
    let store = try desk.store()
    let commit = ContentCommit(
      entities: [.actor(Actor(id: "mayor", type: .person, name: "Theirs"))],
      preconditions: [.init(kind: .actor, id: "mayor", rev: 9)], author: "other")
    await #expect(throws: StoreError.conflict([.init(kind: .actor, id: "mayor", rev: 1)])) {
      try await store.publish(commit)
    }
    try store.close()
  }
}
