import Foundation
import StorylineModels
import StorylineStore
import Testing

/// From an empty folder to history: init, new, fmt, export, history, show, revert, withdraw, suggest.
@Suite("Editing") struct EditingTests {
  private func files(_ folder: String) throws -> [String: Data] {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    var files: [String: Data] = [:]
    for name in names {
      var isFolder: ObjCBool = false
      try #require(FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder))
      if !isFolder.boolValue { files[name] = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)) }
    }
    return files
  }

  private static let seeds = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("seeds/ukraine-nato").path

  @Test func `an empty folder becomes a story that has no fault`() async throws {
    let desk = try Desk()
    let made = await desk.run("init", "@/harbour", "--title", "The harbour: a story")
    #expect(made.code == 0, "\(made.err)")
    #expect(await desk.run("lint", "@/harbour").out.hasSuffix("0 errors, 0 warnings, 0 notes\n"))
    #expect(await desk.run("init", "@/harbour").code == 1, "a folder is never overwritten")
    #expect(await desk.run("fmt", "@/harbour", "--check").code == 1)
    #expect(await desk.run("fmt", "@/harbour").code == 1, "the comment in tags.yaml would be lost")
    #expect(await desk.run("fmt", "@/harbour", "--drop-comments").code == 0)
    #expect(await desk.run("fmt", "@/harbour", "--check").code == 0)
  }

  @Test(arguments: ["article", "event", "quote", "position", "commitment", "source", "actor", "update"])
  func `a template names what is still open, and nothing else is wrong with it`(kind: String) async throws {
    let desk = try Desk(Town.files)
    let made = await desk.run("new", kind, "fresh-one", "--folder", "@/town".replacing("@", with: desk.path))
    #expect(made.code == 0, "\(made.err)")
    let lint = await desk.run("lint", "@/town", "--format", "json")
    #expect(lint.code == 1)
    let rules = lint.out.matches(of: /"rule" : "([a-z-]+)"/).map { String($0.1) }
    #expect(Set(rules).isSubset(of: ["placeholder", "evidence-missing", "missing-key"]), "\(rules)")
    #expect(rules.contains("placeholder"))
    let again = await desk.run("new", kind, "fresh-one", "--folder", desk.path + "/town")
    #expect(again.code == 1 && again.err.contains("is there already"))
  }

  @Test func `an export of an applied folder is the folder, and applying it changes nothing`() async throws {
    let desk = try Desk()
    try FileManager.default.copyItem(atPath: Self.seeds, toPath: desk.path + "/story")
    let format = await desk.run("fmt", "@/story", "--convert-raw", "--drop-comments")
    #expect(format.code == 0, "\(format.err)")
    #expect(await desk.run("fmt", "@/story", "--check").code == 0)
    #expect(await desk.run("apply", "@/story").code == 0)
    let exported = await desk.run("export", "@/copy")
    #expect(exported.code == 0, "\(exported.err)")
    let (original, copy) = (try files(desk.path + "/story"), try files(desk.path + "/copy"))
    #expect(Set(original.keys) == Set(copy.keys))
    for (name, bytes) in original { #expect(copy[name] == bytes, "\(name)") }
    #expect(await desk.run("apply", "@/copy", "--prune").out.hasPrefix("nothing changed"))
    #expect(await desk.run("export", "@/copy").code == 1, "a folder is never overwritten")
  }

  @Test func `the canonical form means what the folder meant`() async throws {
    let desk = try Desk()
    try FileManager.default.copyItem(atPath: Self.seeds, toPath: desk.path + "/story")
    #expect(await desk.run("apply", "@/story").code == 0)
    #expect(await desk.run("fmt", "@/story", "--convert-raw").code == 0)
    let run = await desk.run("apply", "@/story", "--prune")
    #expect(run.code == 0 && run.out.hasPrefix("nothing changed"), "\(run.out)\(run.err)")
  }

  @Test func `fmt gives up neither a raw document nor a comment unasked`() async throws {
    var files = Town.files
    files["town/articles/note.txt"] = "A headline\n\nThe council met for five hours and left without a vote.\n"
    let desk = try Desk(files)
    let raw = await desk.run("fmt", "@/town")
    #expect(raw.code == 1 && raw.err.contains("articles/note.txt") && raw.err.contains("--convert-raw"))
    #expect(desk.exists("town/articles/note.txt"))
    #expect(await desk.run("fmt", "@/town", "--convert-raw").code == 0)
    #expect(!desk.exists("town/articles/note.txt") && desk.exists("town/articles/note.md"))
  }

  @Test func `history, show and revert tell what was done and undo it`() async throws {
    let desk = try Desk(Town.files)
    #expect(await desk.run("history").out == "" || desk.exists("storyline.sqlite") == false)
    #expect(await desk.run("apply", "@/town", "--author", "Olena").code == 0)
    try desk.write(
      try desk.read("town/articles/vote.md").replacing("by two", with: "by three"), to: "town/articles/vote.md")
    #expect(await desk.run("apply", "@/town", "--note", "It was three.").code == 0)
    let history = await desk.run("history")
    #expect(
      history.out == """
        2  2024-12-04T12:00:00.000Z  editor  1 new, 1 changed, 0 removed
        1  2024-12-04T12:00:00.000Z  Olena  4 new, 0 changed, 0 removed

        """)
    let show = await desk.run("show", "2")
    #expect(show.out.contains("- paragraph: The mayor lost the vote by two."))
    #expect(show.out.contains("+ paragraph: The mayor lost the vote by three."))
    #expect(await desk.run("show", "9").err.contains("there is no commit 9"))
    let old = await desk.run("revert", "1", "--note", "x")
    #expect(old.code == 1 && old.err.contains("commit 2 changed article vote again"))
    let silent = await desk.run("revert", "2")
    #expect(silent.code == 1 && silent.err.contains("readers must be told"))
    let undone = await desk.run("revert", "2", "--note", "It was two after all.")
    #expect(undone.code == 0, "\(undone.err)")
    #expect(undone.out.hasPrefix("published as commit 3: it undoes commit 2"))
    let store = try desk.store()
    let records = try await store.contentRecords()
    for case .article(let article)? in try records.map({ try $0.entity() }) {
      #expect(article.version == 3 && article.blocks[0].text == "The mayor lost the vote by two.")
    }
    #expect(records.map(\.id).contains("u-vote-3") && !records.map(\.id).contains("u-vote-2"))
    try store.close()
    #expect(await desk.run("show", "3", "--json").code == 0)
  }

  @Test func `what is withdrawn goes with its reason, and what rests on it is named`() async throws {
    let desk = try Desk(Town.files)
    #expect(await desk.run("apply", "@/town").code == 0)
    #expect(await desk.run("withdraw", "none", "--reason", "error").code == 1)
    #expect(await desk.run("withdraw", "vote", "--reason", "whim").code == 64)
    let several = await desk.run("withdraw", "vote", "--reason", "legal")
    #expect(several.code == 1 && several.err.contains("--kind (article, event)"))
    let run = await desk.run("withdraw", "vote", "--kind", "article", "--reason", "legal")
    #expect(run.code == 0, "\(run.err)")
    #expect(run.err.contains("warning: event vote rests on its words"))
    let store = try desk.store()
    let page = try ContentPage(parsing: try await store.contentPage(after: .start).body)
    #expect(page.changes.first { $0.kind == .article }?.reason == "legal")
    let first = try await store.commit(1)
    #expect(first.changes.first { $0.kind == .article }?.after == nil, "the words are in the history")
    try store.close()
  }

  @Test func `suggestions become facts when they are accepted, and nothing is published`() async throws {
    var files = Town.files
    files["town/actors.yaml"] = """
      - id: mayor
        type: person
        name: Ilse Brandt
        aliases: [the mayor]
      - id: council
        type: organisation
        name: Town Council
      """
    files["town/articles/money.md"] = """
      ---
      headline: The money
      publishedAt: "2024-03-06T08:00:00Z"
      actors: [mayor]
      ---

      “We will pay for the whole quay,” Ilse Brandt said on Tuesday. The Town Council’s share is €14.5 million.
      """
    let desk = try Desk(files)
    let run = await desk.run("suggest", "@/town/articles/money.md")
    #expect(run.code == 0, "\(run.err)")
    #expect(run.out.contains("actors:\n  - council"))
    #expect(run.out.contains("2024-03-05  “Tuesday”"))
    #expect(run.out.contains("speaker: mayor") && run.out.contains("date: \"2024-03-05\""))
    #expect(run.out.contains("amount: \"14500000\"") && run.out.contains("currency: EUR"))
    #expect(await desk.run("suggest", "@/town/articles/money.md", "--accept", "ask").code == 1)
    let accepted = await desk.run("suggest", "@/town/articles/money.md", "--accept", "1")
    #expect(accepted.code == 0, "\(accepted.err)")
    #expect(await desk.run("lint", "@/town").code == 0)
    #expect(!desk.exists("storyline.sqlite"))
    let again = await desk.run("suggest", "@/town/articles/money.md")
    #expect(!again.out.contains("speaker: mayor"), "what the story has is not proposed again")
    #expect(await desk.run("suggest", "@/town/story.yaml").code == 1)
  }
}
