import Foundation
import StorylineModels
import StorylineStore
import Testing

@Suite("Apply") struct ApplyTests {
  @Test func `a folder is published in one commit, and a second time nothing happens`() async throws {
    let desk = try Desk(Town.files)
    let first = await desk.run("apply", "@/town")
    #expect(first.code == 0, "\(first.err)")
    #expect(first.out == "published as commit 1: 4 new, 0 changed, 0 removed, 0 unchanged\n")
    let published = try await desk.published()
    #expect(published == ["actor mayor 1", "article vote 1", "event vote 1", "story town 1"])
    let second = await desk.run("apply", "@/town")
    #expect(second.code == 0)
    #expect(second.out == "nothing changed: 4 unchanged\n")
    #expect(try await desk.published() == published)
  }

  @Test func `an edited article is published as its next version, and evidence stays with its block`() async throws {
    let desk = try Desk(Town.files)
    #expect(await desk.run("apply", "@/town").code == 0)
    let text = try desk.read("town/articles/vote.md")
    try desk.write(
      text.replacingOccurrences(of: "The mayor lost", with: "It rained.\n\nThe mayor lost"), to: "town/articles/vote.md"
    )
    let run = await desk.run("apply", "@/town", "--note", "The weather was missing.", "--json")
    #expect(try run.json()["changed"] == .integer(1) && run.json()["rev"] == .integer(2))
    #expect(
      try await desk.published() == [
        "actor mayor 1", "article vote 2", "event vote 1", "story town 1", "update u-vote-2 2",
      ])
    let store = try desk.store()
    for record in try await store.contentRecords() {
      guard case .article(let article)? = try record.entity() else { continue }
      #expect(article.version == 2)
      #expect(article.blocks.map(\.id.rawValue) == ["b2-1", "b1", "b2"])
    }
    try store.close()
    #expect(await desk.run("apply", "@/town").out == "nothing changed: 5 unchanged\n")
  }

  @Test func `a folder with errors is refused, and no database is made`() async throws {
    let desk = try Desk(Town.files)
    try desk.write("- id: mayor\n  type: person\n", to: "town/actors.yaml")
    let run = await desk.run("apply", "@/town")
    #expect(run.code == 1)
    #expect(run.out.isEmpty)
    #expect(run.err.contains("town/actors.yaml:1:3: error: “name” is missing; add “name:” with a text"))
    #expect(run.err.hasSuffix("1 error, 0 warnings, 0 notes; nothing was changed\n"))
    #expect(!desk.exists("storyline.sqlite") && !desk.exists("storyline.sqlite.pepper"))
  }

  @Test func `a folder with errors leaves what is published as it is`() async throws {
    let desk = try Desk(Town.files)
    #expect(await desk.run("apply", "@/town").code == 0)
    let before = try await desk.published()
    try desk.write("- id: mayor\n  type: person\n  name: Another name\n", to: "town/actors.yaml")
    try desk.write("\u{1}\u{2}\u{3}", to: "town/articles/bad.txt")
    #expect(await desk.run("apply", "@/town").code == 1)
    #expect(try await desk.published() == before)
  }

  @Test func `while another process holds the database nothing is changed, and the message says what to do`()
    async throws
  {
    let desk = try Desk(Town.files)
    let store = try desk.store()
    for command in ["apply", "plan"] {
      let run = await desk.run(command, "@/town")
      #expect(run.code == 1)
      #expect(
        run.err.contains("another process has the database \(desk.database) open, most likely storylined; stop it"))
    }
    #expect(try await store.contentRecords().isEmpty)
    try store.close()
    #expect(await desk.run("apply", "@/town").code == 0)
  }

  @Test func `what is gone from the folder is named, and removed only if asked for`() async throws {
    let desk = try Desk(Town.files)
    #expect(await desk.run("apply", "@/town").code == 0)
    try FileManager.default.removeItem(atPath: desk.path + "/town/events")
    let kept = await desk.run("apply", "@/town")
    #expect(kept.out.contains("gone     event vote"))
    #expect(kept.out.contains("stays published; --prune removes it"))
    #expect(try await desk.published().contains("event vote 1"))
    #expect(await desk.run("plan", "@/town").code == 0)
    #expect(await desk.run("plan", "@/town", "--prune").code == 2)
    let pruned = await desk.run("apply", "@/town", "--prune", "--yes")
    #expect(pruned.out == "published as commit 2: 0 new, 0 changed, 1 removed, 3 unchanged\n")
    #expect(try await !desk.published().contains { $0.hasPrefix("event") })
    #expect(await desk.run("apply", "@/town", "--prune").out == "nothing changed: 3 unchanged\n")
  }

  @Test func `a document alone is published, and cannot take the rest of the story away`() async throws {
    var files = Town.files
    files["loose/news.txt"] = "A headline\n\nThe council met for hours and left without a vote.\n"
    let desk = try Desk(files)
    #expect(await desk.run("apply", "@/town").code == 0)
    let run = await desk.run("apply", "@/loose")
    #expect(run.code == 0)
    #expect(run.err.contains("warning: the folder has no story.yaml; assumed: its articles join the story “town”"))
    #expect(try await desk.published().contains("article news 2"))
    let pruned = await desk.run("apply", "@/loose", "--prune")
    #expect(pruned.code == 1)
    #expect(pruned.err.contains("is not a whole story"))
    #expect(try await desk.published().count == 5)
  }

  @Test func `a folder that is too large for one commit is published in several whole ones`() async throws {
    let desk = try Desk(Town.files)
    let many = (0..<2100).map { "- id: source-\($0)\n  name: Source \($0)\n  type: agency\n" }.joined()
    try desk.write(many, to: "town/sources.yaml")
    let run = await desk.run("apply", "@/town")
    #expect(run.code == 0, "\(run.err)")
    #expect(run.out == "published as commits 1 to 2: 2104 new, 0 changed, 0 removed, 0 unchanged\n")
    #expect(try await desk.published().count == 2104)
    #expect(await desk.run("apply", "@/town").out == "nothing changed: 2104 unchanged\n")
  }

  @Test func `killed at any moment it has published all or nothing`() async throws {
    let desk = try Desk(Town.files)
    let many = (0..<300).map { "- id: source-\($0)\n  name: Source \($0)\n  type: agency\n" }.joined()
    try desk.write(many, to: "town/sources.yaml")
    let tool = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("storyline-admin")
    try #require(FileManager.default.isExecutableFile(atPath: tool.path), "build the whole package first")
    var counts: Set<Int> = []
    var isDone = false
    for round in 0..<200 where !isDone {
      let process = Process()
      process.executableURL = tool
      process.arguments = ["apply", desk.path + "/town", "--database", desk.database]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      usleep(UInt32(round) * 10_000)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      isDone = process.terminationReason == .exit
      let published = desk.exists("storyline.sqlite") ? try await desk.published().count : 0
      #expect(published == 0 || published == 304, "round \(round)")
      counts.insert(published)
      if published > 0, !isDone { try FileManager.default.removeItem(atPath: desk.database) }
    }
    #expect(isDone && counts == [0, 304])
  }
}
