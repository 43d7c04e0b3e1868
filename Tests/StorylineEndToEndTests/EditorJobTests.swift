import Foundation
import StorylineClient
import StorylineClientNIO
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

/// Publishing while the service runs: through its socket, over the network, at a time, at every save.
@Suite(.serialized) struct EditorJobTests {
  private static let story = "id: town\ntitle: The town\n"
  private static let vote = """
    ---
    headline: The vote
    publishedAt: "2024-03-01T08:00:00Z"
    ---

    The mayor lost the vote by two.
    """

  private func town(in scratch: Scratch) throws -> String {
    try scratch.write(Self.story, to: "town/story.yaml")
    try scratch.write(Self.vote, to: "town/articles/vote.md")
    return scratch.file("town")
  }

  private func run(
    _ arguments: [String], in scratch: Scratch
  ) throws -> (status: Int32, output: String, errors: String) {
    try Program.run(LiveService.tool("storyline-admin"), arguments, logsIn: scratch.url)
  }

  /// A device of a reader, with what it holds after a sync.
  private func articles(_ service: LiveService, home: String) throws -> String {
    let sync = try service.storyline(["sync"], home: home)
    guard sync.status == 0 else { throw ServiceFailure(what: sync.errors) }
    return try service.storyline(["articles", "--json"], home: home).output
  }

  private func login(_ service: LiveService, _ invite: String, home: String) throws {
    let login = try service.storyline(
      ["login", service.address, "--ca", service.authority], home: home, input: invite + "\n")
    guard login.status == 0 else { throw ServiceFailure(what: login.errors) }
  }

  @Test func `while the service runs the editor's tool publishes through its socket, and nobody has to stop`()
    async throws
  {
    let scratch = try Scratch()
    let folder = try town(in: scratch)
    let invite = try LiveService.invite(in: scratch)
    let service = try await LiveService.start(in: scratch)
    #expect(try LiveService.admin(["apply", folder], in: scratch).contains("published as commit 1: 2 new"))
    try login(service, invite, home: "phone")
    #expect(try articles(service, home: "phone").contains("The vote"))
    #expect(try LiveService.admin(["apply", folder], in: scratch).contains("nothing changed: 2 unchanged"))
    try scratch.write(Self.vote.replacing("by two", with: "by three"), to: "town/articles/vote.md")
    let plan = try run(["plan", folder, "--database", scratch.file("storyline.sqlite")], in: scratch)
    #expect(plan.status == 2 && plan.output.contains("+ paragraph: The mayor lost the vote by three."))
    let refused = try run(["apply", folder, "--database", scratch.file("storyline.sqlite")], in: scratch)
    #expect(refused.status == 1 && refused.errors.contains("readers must be told"))
    try LiveService.admin(["apply", folder, "--note", "It was three."], in: scratch)
    let database = ["--database", scratch.file("storyline.sqlite")]
    let history = try run(["history"] + database, in: scratch)
    #expect(history.output.hasPrefix("2  ") && history.output.contains("1 new, 1 changed, 0 removed"))
    #expect(try run(["show", "2"] + database, in: scratch).output.contains("by three"))
    #expect(try run(["revert", "2", "--note", "It was two."] + database, in: scratch).status == 0)
    let withdrawn = try run(["withdraw", "vote", "--reason", "retracted"] + database, in: scratch)
    #expect(withdrawn.status == 0, "\(withdrawn.errors)")
    #expect(try !articles(service, home: "phone").contains("The vote"))
    // Through the socket comes an editor, and no reader.
    for (path, status) in [("/v1/editor/commits", "200"), ("/v1/library/changes", "403"), ("/v1/nothing", "404")] {
      let curl = try Program.run(
        URL(fileURLWithPath: "/usr/bin/curl"),
        [
          "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--unix-socket",
          scratch.file("storyline.sqlite.socket"), "http://localhost\(path)",
        ], logsIn: scratch.url)
      #expect(curl.output == status, "\(path)")
    }
    let mode = try FileManager.default.attributesOfItem(atPath: scratch.file("storyline.sqlite.socket"))
    #expect((mode[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    #expect(service.program.terminate() == 0)
    #expect(!FileManager.default.fileExists(atPath: scratch.file("storyline.sqlite.socket")))
    #expect(try run(["history"] + database, in: scratch).output.hasPrefix("4  "), "the database itself, under its lock")
  }

  @Test func `while the service runs the operator invites through its socket and over the network`() async throws {
    let scratch = try Scratch()
    let folder = try town(in: scratch)
    let service = try await LiveService.start(in: scratch)
    try LiveService.admin(["apply", folder], in: scratch)
    try login(service, try LiveService.invite(in: scratch), home: "phone")
    #expect(try articles(service, home: "phone").contains("The vote"))
    let operators = try LiveService.admin(["invite", "--role", "operator"], in: scratch)
    try login(service, String(operators.prefix { $0 != "\n" }), home: "desk")
    let server = ["--server", service.address, "--credentials"]
    let made = try run(["invite"] + server + [scratch.file("desk/credentials.json")], in: scratch)
    #expect(made.status == 0, "\(made.errors)")
    try login(service, String(made.output.prefix { $0 != "\n" }), home: "tablet")
    #expect(try articles(service, home: "tablet").contains("The vote"))
    let refused = try run(["invite"] + server + [scratch.file("phone/credentials.json")], in: scratch)
    #expect(refused.status == 1 && refused.errors.contains("that needs the scope “admin”"), "\(refused.errors)")
    #expect(service.program.terminate() == 0)
  }

  @Test func `Ctrl-C stops an apply after a whole commit, and the same command finishes it`() async throws {
    struct Counted: Decodable { var commits: Int }
    let scratch = try Scratch()
    let folder = try town(in: scratch)
    let many = (0..<7_000).map { "- id: source-\($0)\n  name: Source \($0)\n  type: agency\n" }.joined()
    try scratch.write(many, to: "town/sources.yaml")
    let service = try await LiveService.start(in: scratch)
    let database = ["--database", scratch.file("storyline.sqlite")]
    let commits = {
      let stats = try run(["stats", "--json"] + database, in: scratch)
      return try JSONDecoder().decode(Counted.self, from: Data(stats.output.utf8)).commits
    }
    let apply = try Program(LiveService.tool("storyline-admin"), ["apply", folder] + database, logsIn: scratch.url)
    while apply.isRunning, try commits() == 0 { try await Task.sleep(for: .milliseconds(10)) }
    apply.interrupt()
    let status = apply.wait()
    // It may have been quicker than we were.
    if status != 0 {
      #expect(status == 130, "\(apply.errorText)")
      let done = try commits()
      #expect(
        apply.errorText.contains("stopped; \(done) of 4 commits are published; the same command publishes the rest"))
      #expect(!apply.errorText.contains("\u{1B}"), "a pipe got what moves a terminal's cursor")
    }
    #expect(try run(["apply", folder] + database, in: scratch).status == 0)
    #expect(try commits() == 4)
    #expect(try run(["apply", folder] + database, in: scratch).output == "nothing changed: 7002 unchanged\n")
    #expect(service.program.terminate() == 0)
  }

  @Test func `Ctrl-C ends a command that has nothing to finish at once`() async throws {
    let scratch = try Scratch()
    let folder = try town(in: scratch)
    let watch = try Program(
      LiveService.tool("storyline-admin"), ["watch", folder, "--database", scratch.file("storyline.sqlite")],
      logsIn: scratch.url)
    #expect(try await watch.line(after: "2 new, 0 changed") != nil, "\(watch.errorText)")
    watch.interrupt()
    #expect(watch.wait() == SIGINT)
  }

  @Test func `a service that was killed leaves a socket behind that harms nobody`() async throws {
    let scratch = try Scratch()
    let folder = try town(in: scratch)
    let service = try await LiveService.start(in: scratch)
    service.program.kill()
    #expect(FileManager.default.fileExists(atPath: scratch.file("storyline.sqlite.socket")))
    #expect(try LiveService.admin(["apply", folder], in: scratch).contains("published as commit 1"))
    let again = try await LiveService.start(in: scratch)
    #expect(try LiveService.admin(["apply", folder], in: scratch).contains("nothing changed"))
    #expect(again.program.terminate() == 0)
  }

  @Test func `an editor somewhere else publishes in its own name, and a reader's credentials do not do`() async throws {
    let scratch = try Scratch()
    let folder = try town(in: scratch)
    let options = StoreOptions(pepper: try Pepper.loadOrCreate(at: scratch.file("storyline.sqlite.pepper")))
    let store = try StoryStore.open(at: scratch.file("storyline.sqlite"), options: options)
    let invites = [
      "editor": try await store.createInvite(scope: Scope.editor, validFor: 600).text,
      "reader": try await store.createInvite(scope: Scope.reader, validFor: 600).text,
    ]
    try store.close()
    let service = try await LiveService.start(in: scratch)
    let transport = try service.transport()
    for (name, invite) in invites {
      let key = DeviceKey()
      let reply = try await Enroller(
        transport: ProvingTransport(base: transport, key: key, server: service.address)
      ).redeem(invite: invite, deviceName: nil, requestID: UUID().uuidString)
      let pem = try String(contentsOfFile: service.authority, encoding: .utf8)
      try TokenKeeper(path: scratch.file("\(name).json")).save(
        Credentials(
          server: service.address, trust: .authority(pem: pem), reply: reply, key: key, receivedAt: .wallClock()))
    }
    try await transport.shutdown()
    let server = ["--server", service.address, "--credentials"]
    let refused = try run(["apply", folder] + server + [scratch.file("reader.json")], in: scratch)
    #expect(refused.status == 1 && refused.errors.contains("that needs the scope “story:edit”"), "\(refused.errors)")
    let applied = try run(["apply", folder] + server + [scratch.file("editor.json")], in: scratch)
    #expect(applied.status == 0 && applied.output.contains("published as commit 1: 2 new"), "\(applied.errors)")
    let again = try run(["apply", folder] + server + [scratch.file("editor.json")], in: scratch)
    #expect(again.output.contains("nothing changed"))
    let history = try run(["history"] + server + [scratch.file("editor.json")], in: scratch)
    #expect(history.output.contains("(account "))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: scratch.file("editor.json"))
    let open = try run(["history"] + server + [scratch.file("editor.json")], in: scratch)
    #expect(open.status == 1 && open.errors.contains("chmod 600"))
    #expect(service.program.terminate() == 0)
  }

  @Test func `what waits for its time comes out at its time, by the running service`() async throws {
    let scratch = try Scratch()
    let folder = try town(in: scratch)
    let invite = try LiveService.invite(in: scratch)
    try LiveService.admin(["apply", folder], in: scratch)
    let service = try await LiveService.start(in: scratch)
    try login(service, invite, home: "phone")
    let due = Timestamp(milliseconds: Timestamp.wallClock().milliseconds + 4_000)
    try scratch.write(
      Self.vote.replacing("The vote", with: "The secret").replacing(
        "publishedAt", with: "embargoUntil: \"\(due)\"\npublishedAt"),
      to: "town/articles/secret.md")
    let applied = try LiveService.admin(["apply", folder], in: scratch)
    #expect(applied.contains("1 scheduled"), "\(applied)")
    let early = try articles(service, home: "phone")
    if Timestamp.wallClock() < due { #expect(!early.contains("The secret")) }
    while try !articles(service, home: "phone").contains("The secret") {
      try await Task.sleep(for: .milliseconds(200))
    }
    #expect(Timestamp.wallClock() >= due)
    #expect(service.program.terminate() == 0)
  }

  @Test func `what fell due while the service was down comes out when it starts`() async throws {
    let scratch = try Scratch()
    let folder = try town(in: scratch)
    let invite = try LiveService.invite(in: scratch)
    let due = Timestamp(milliseconds: Timestamp.wallClock().milliseconds + 1_500)
    try scratch.write(
      Self.vote.replacing("publishedAt", with: "publishAt: \"\(due)\"\npublishedAt"), to: "town/articles/vote.md")
    try LiveService.admin(["apply", folder], in: scratch)
    while Timestamp.wallClock() < due { try await Task.sleep(for: .milliseconds(50)) }
    let service = try await LiveService.start(in: scratch)
    try login(service, invite, home: "phone")
    while try !articles(service, home: "phone").contains("The vote") { try await Task.sleep(for: .milliseconds(100)) }
    #expect(service.program.terminate() == 0)
  }

  @Test func `watch publishes what was saved, says what is wrong, and goes on`() async throws {
    let scratch = try Scratch()
    let folder = try town(in: scratch)
    let service = try await LiveService.start(in: scratch)
    let watch = try Program(
      LiveService.tool("storyline-admin"),
      ["watch", folder, "--apply", "--note", "Updated.", "--database", scratch.file("storyline.sqlite")],
      logsIn: scratch.url)
    #expect(try await watch.line(after: "published as commit 1") != nil, "\(watch.errorText)")
    try scratch.write("---\nheadline: x\n", to: "town/articles/bad.md")
    while !watch.errorText.contains("front matter that begins here has no end") {
      try await Task.sleep(for: .milliseconds(20))
    }
    try FileManager.default.removeItem(atPath: scratch.file("town/articles/bad.md"))
    try scratch.write(Self.vote.replacing("by two", with: "by three"), to: "town/articles/vote.md")
    #expect(try await watch.line(after: "published as commit 2") != nil, "\(watch.errorText)")
    watch.kill()
    #expect(service.program.terminate() == 0)
  }

  @Test func `killed in the middle of a large apply it has published whole commits, and the same command finishes`()
    async throws
  {
    let scratch = try Scratch()
    let folder = try town(in: scratch)
    let many = (0..<4_500).map { "- id: source-\($0)\n  name: Source \($0)\n  type: agency\n" }.joined()
    try scratch.write(many, to: "town/sources.yaml")
    let all = 4_502
    var service = try await LiveService.start(in: scratch)
    let arguments = ["apply", folder, "--database", scratch.file("storyline.sqlite")]
    var seen: Set<Int> = []
    for round in 0..<KillRounds.count {
      let apply = try Program(LiveService.tool("storyline-admin"), arguments, logsIn: scratch.url)
      // Later in each round, so that every part of the work is met.
      try await Task.sleep(for: .milliseconds(150 * round))
      let killsService = round % 3 == 2
      if killsService { service.program.kill() }
      apply.kill()
      if killsService { service = try await LiveService.start(in: scratch) }
      let count = try published(in: scratch)
      #expect([0, 2_000, 4_000, all].contains(count), "round \(round): \(count)")
      seen.insert(count)
    }
    let finished = try run(arguments, in: scratch)
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(try published(in: scratch) == all)
    #expect(try run(arguments, in: scratch).output.contains("nothing changed: \(all) unchanged"))
    #expect(service.program.terminate() == 0)
    #expect(try KillRounds.integrity(of: scratch.file("storyline.sqlite"), in: scratch) == "ok")
  }

  /// How many records the running service has published, by its history.
  private func published(in scratch: Scratch) throws -> Int {
    let history = try run(
      ["history", "--json", "--limit", "100", "--database", scratch.file("storyline.sqlite")], in: scratch)
    guard history.status == 0 else { throw ServiceFailure(what: history.errors) }
    struct Commit: Decodable { var new: Int }
    return try JSONDecoder().decode([Commit].self, from: Data(history.output.utf8)).reduce(0) { $0 + $1.new }
  }
}
