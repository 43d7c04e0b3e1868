import Foundation
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@Suite("Commands") struct CommandTests {
  @Test(arguments: [
    "", "parse", "lint", "plan", "apply", "certificate", "invite", "backup", "restore", "snapshot", "init", "new",
    "media", "media list", "media remove",
    "fmt",
    "export", "history", "show", "revert", "withdraw", "watch", "suggest", "verify", "stats", "doctor", "devices",
    "devices list",
    "devices approve", "devices deny", "devices revoke",
  ])
  func `the help of each command is what it was, with an example`(command: String) async throws {
    let desk = try Desk()
    let run = await desk.run(command.split(separator: " ").map(String.init) + ["--help"])
    #expect(run.code == 0 && run.err.isEmpty)
    #expect(run.out.contains("Example"))
    Golden.expect(
      Data(run.out.utf8), equals: "help/\(command.isEmpty ? "storyline-admin" : command.replacing(" ", with: "-")).txt")
  }

  @Test func `a wrong command line ends with 64 and a message`() async throws {
    let desk = try Desk()
    let run = await desk.run("nonsense")
    #expect(run.code == 64 && run.out.isEmpty && run.err.contains("Usage:"))
    #expect(await desk.run("parse").code == 64)
    #expect(await desk.run("invite", "--hours", "0").code == 64)
    #expect(await desk.run("plan", "a", "--nope").code == 64)
    #expect(await desk.run("lint", "a", "b").code == 64)
  }

  @Test func `without arguments it explains itself`() async throws {
    let run = await (try Desk()).run()
    #expect(run.code == 0 && run.out.contains("SUBCOMMANDS"))
  }

  @Test func `plan changes nothing and tells by its exit code whether apply would`() async throws {
    let desk = try Desk(Town.files)
    let first = await desk.run("plan", "@/town")
    #expect(first.code == 2)
    #expect(first.out.hasSuffix("new      event vote  “The vote”\n4 new, 0 changed, 0 unchanged, 0 gone\n"))
    #expect(!desk.exists("storyline.sqlite"))
    #expect(await desk.run("apply", "@/town").code == 0)
    let second = await desk.run("plan", "@/town")
    #expect(second.code == 0)
    #expect(second.out == "0 new, 0 changed, 4 unchanged, 0 gone\n")
    try desk.write("- id: mayor\n  type: person\n  name: The new mayor\n", to: "town/actors.yaml")
    let third = await desk.run("plan", "@/town", "--json")
    #expect(third.code == 2)
    #expect(try third.json()["changed"] == .integer(1))
    guard case .array(let changes)? = try third.json()["changes"], case .object(let change)? = changes.first else {
      Issue.record("no changes in \(third.out)")
      return
    }
    #expect(change["members"] == .array([.string("name")]))
    try desk.write("nonsense", to: "town/actors.yaml")
    #expect(await desk.run("plan", "@/town").code == 1)
  }

  @Test func `lint names faults on standard error and counts them on standard output`() async throws {
    let desk = try Desk(Town.files)
    #expect(await desk.run("lint", "@/town").out == "\(desk.path)/town: 0 errors, 0 warnings, 0 notes\n")
    try desk.write("- id: mayor\n  type: persn\n  name: M\n", to: "town/actors.yaml")
    let run = await desk.run("lint", "@/town")
    #expect(run.code == 1)
    let expected =
      "town/actors.yaml:2:9: error: “type”: “persn” is not one of country, organisation, person, government-body; "
      + "did you mean “person”?\n"
    #expect(run.err.contains(expected), "\(run.err)")
    #expect(run.out.hasSuffix("1 error, 0 warnings, 0 notes\n"))
    let json = try await desk.run("lint", "@/town", "--format", "json").json()
    #expect(json["errors"] == .integer(1))
  }

  @Test func `colours are only used where they are wanted`() async throws {
    let desk = try Desk(["a.txt": "\u{7}"])
    #expect(await !desk.run("lint", "@/").err.contains("\u{1B}"))
    #expect(await desk.run("lint", "@/", colour: true).err.contains("\u{1B}[31merror:\u{1B}[0m"))
  }

  @Test func `parse shows lines, article and faults`() async throws {
    let desk = try Desk(["a.txt": "A title\n\nBrussels: Ministers met and left.\n\nRecent News"])
    let run = await desk.run("parse", "@/a.txt")
    #expect(run.code == 0)
    #expect(run.out.contains("   3  paragraph     b1    Brussels: Ministers met and left.  (running text, after"))
    #expect(run.out.contains("   5  tail                Recent News"))
    #expect(run.out.contains("dateline    Brussels"))
    #expect(run.err.contains("a.txt:5:1: note: left out: “Recent News”"))
    let json = try await desk.run("parse", "@/a.txt", "--json").json()
    #expect(json.keys.sorted() == ["article", "faults", "lines"])
    let bad = await desk.run("parse", "@/none.txt")
    #expect(bad.code == 1)
    #expect(bad.err == "\(desk.path)/none.txt:1:1: error: there is no such file; check the path\n")
    #expect(await desk.run("parse", "@/story.yaml").err.contains("only articles are parsed"))
  }

  @Test func `an invite enrols one device`() async throws {
    let desk = try Desk()
    let run = await desk.run("invite", "--hours", "2")
    #expect(run.code == 0, "\(run.err)")
    let text = try #require(run.out.split(separator: "\n").first.map(String.init))
    // Nobody runs that could say where; a wrong address would be worse than none.
    #expect(run.out.contains("storyline login ADDRESS --ca ca.pem") && !run.out.contains("localhost"))
    #expect(run.out.contains("until 2024-12-04T14:00:00.000Z"))
    let store = try desk.store()
    let enrolment = try await store.redeem(InviteRedemption(invite: text, requestID: UUID().uuidString))
    #expect(enrolment.scope == Scope.reader)
    await #expect(throws: StoreError.invalidGrant) {
      try await store.redeem(InviteRedemption(invite: text, requestID: UUID().uuidString))
    }
    try store.close()
    let json = try await desk.run("invite", "--json").json()
    #expect(json["expiresAt"] == .string("2024-12-07T12:00:00.000Z"))
  }

  @Test func `an invite names the address that it is given, and a link needs one`() async throws {
    let desk = try Desk()
    let named = await desk.run("invite", "--server", "https://stories.example/", "--ca", "none.pem")
    #expect(named.code == 1 && named.err.contains("none.pem"))
    let plain = await desk.run("invite", "--server", "https://stories.example/")
    #expect(plain.out.contains("  storyline login https://stories.example      (it asks"), "\(plain.out)")
    let local = await desk.run("invite", "--server", "https://localhost:8470")
    #expect(local.out.contains("storyline login https://localhost:8470 --ca ca.pem"))
    #expect(local.out.contains("Only this machine can reach that address"))
    for flag in ["--link", "--qr"] {
      let run = await desk.run("invite", flag)
      #expect(run.code == 1 && run.out.isEmpty && run.err.contains("no invite was made"), "\(run.err)")
    }
    #expect(try await desk.run("stats", "--json").json()["openInvites"] == .integer(2))
    #expect(try await desk.run("invite", "--json").json()["link"] == nil)
    for wrong in ["stories.example", "http://stories.example", "https://", "https://a.example/x", "ftp://a.example"] {
      #expect(await desk.run("invite", "--server", wrong).code == 64, "\(wrong)")
    }
    #expect(await desk.run("invite", "--credentials", "x").code == 64)
  }

  @Test func `a pepper that others may read is refused`() async throws {
    let desk = try Desk()
    #expect(await desk.run("invite").code == 0)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: desk.database + ".pepper")
    let run = await desk.run("invite")
    #expect(run.code == 1 && run.err.contains("chmod 600"))
  }
}
