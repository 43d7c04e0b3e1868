import Foundation
import GRDB
import StorylineClient
import StorylineModels
import StorylineSQLite
import StorylineTestSupport
import Testing

@testable import StorylineTerminal

/// Files of a device that went bad: what a person is told, and that her marks stay.
@Suite struct RepairTests {
  private let article = "2024-07-11-summit"

  /// Overwrites a table's first page.
  private func damage(_ reader: Reader, table: String = "content") throws {
    let path = reader.home + "/replica.sqlite"
    let (page, size) = try DatabaseQueue(path: path).read { db in
      (
        try Int.fetchOne(db, sql: "SELECT rootpage FROM sqlite_master WHERE name = ?", arguments: [table]) ?? 0,
        try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
      )
    }
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try file.seek(toOffset: UInt64((page - 1) * size))
    try file.write(contentsOf: Data(repeating: 0xA5, count: size))
    try file.close()
  }

  private func files(_ reader: Reader) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: reader.home)
  }

  @Test func `a damaged copy is told with what to do, and repair keeps the marks and fetches the story`() async throws {
    let reader = try await Reader.withStory()
    #expect(await reader.run(["save", article]).code == 0)
    try damage(reader)
    for arguments in [["now"], ["articles"], ["status"], ["sync"], ["save", "x"], ["app"]] {
      let outcome = await reader.run(arguments)
      #expect(outcome.code == 1)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.contains("storyline repair"), "\(outcome.errors)")
    }
    let repaired = await reader.run(["repair"])
    #expect(repaired.code == 0, "\(repaired)")
    #expect(repaired.output.contains("Kept 1 mark (1 of them not sent yet)"))
    #expect(try files(reader).contains { $0.hasPrefix("replica.sqlite.damaged-") })
    let saved = await reader.run(["articles", "--saved"])
    #expect(saved.output.contains(article))
    let status = await reader.run(["status", "--json"])
    #expect(status.output.contains("\"pending\" : 0"), "\(status.output)")
  }

  @Test func `offline the marks are kept, and the story comes with the next sync`() async throws {
    let reader = try await Reader.withStory()
    #expect(await reader.run(["save", article]).code == 0)
    try damage(reader)
    reader.server.setReachable(false)
    let repaired = await reader.run(["repair"])
    #expect(repaired.code == 0)
    #expect(repaired.errors.contains("Offline: the story comes with the next “storyline sync”."))
    reader.server.setReachable(true)
    #expect(await reader.run(["sync"]).code == 0)
    #expect(await reader.run(["articles", "--saved"]).output.contains(article))
  }

  @Test func `a sound copy is left as it is`() async throws {
    let reader = try await Reader.withStory()
    let outcome = await reader.run(["repair"])
    #expect(outcome.code == 0)
    #expect(outcome.output == "Nothing is damaged.\n")
    #expect(try !files(reader).contains { $0.contains(".damaged-") })
    let forced = await reader.run(["repair", "--force", "--json"])
    #expect(forced.code == 0)
    #expect(try JSONDecoder().decode(RepairReport.self, from: Data(forced.output.utf8)).report != nil)
  }

  @Test func `a copy that another program has open is not repaired under its hands`() async throws {
    let reader = try await Reader.withStory()
    let path = reader.home + "/replica.sqlite"
    do {
      let other = ReplicaLease()
      try other.share(at: path)
      let outcome = await reader.run(["repair", "--force"])
      #expect(outcome.code == 1)
      #expect(outcome.errors.contains("has HOME/replica.sqlite open"))
      #expect(await reader.run(["articles"]).code == 0)
      withExtendedLifetime(other) {}
    }
    let repairing = ReplicaLease()
    try repairing.takeAlone(at: path)
    let reading = await reader.run(["articles"])
    #expect(reading.code == 1)
    #expect(reading.errors.contains("another storyline repairs"))
    withExtendedLifetime(repairing) {}
  }

  @Test func `a copy of a newer version is told, and not touched`() async throws {
    let reader = try await Reader.withStory()
    let path = reader.home + "/replica.sqlite"
    try await DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 999") }
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    for arguments in [["now"], ["sync"], ["repair"], ["app"]] {
      let outcome = await reader.run(arguments)
      #expect(outcome.code == 1)
      #expect(outcome.errors.contains("use a newer program"), "\(outcome.errors)")
      #expect(outcome.errors.contains("nothing in it was changed"))
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test func `credentials that are damaged or open to others are told, and reading goes on`() async throws {
    let reader = try await Reader.withStory()
    let path = reader.home + "/credentials.json"
    #expect(chmod(path, 0o644) == 0)
    let open = await reader.run(["sync"])
    #expect(open.code == 1)
    #expect(open.errors.contains("run: chmod 600 HOME/credentials.json"))
    #expect(await reader.run(["articles"]).code == 0)
    #expect(chmod(path, 0o600) == 0)
    try Data("{".utf8).write(to: URL(fileURLWithPath: path))
    let damaged = await reader.run(["sync"])
    #expect(damaged.code == 1)
    #expect(damaged.errors.contains("does not hold credentials; sign in again"))
    #expect(await reader.run(["articles"]).code == 0)
    let invite = try await reader.server.invite()
    let again = await reader.run(["login", "https://stories.example", "--again", "--invite", invite])
    #expect(again.code != 0 || again.output.contains("Signed in"), "\(again)")
  }

  @Test func `on a full disk the screen says so, shows what is true, and goes on when there is room`() async throws {
    let app = try await AppDriver()
    app.press("3", "j", "enter")
    let writer = app.replica.storage.database.writer
    let pages = try await writer.writeWithoutTransaction { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
      try db.execute(sql: "PRAGMA max_page_count = \(pages)")
      return pages + free
    }
    let words = String(repeating: "These words need a page of their own. ", count: 25)
    for _ in 0..<(pages + 40) where !app.foot.contains("no space") {
      app.press("a")
      app.type(words)
      app.press("enter")
    }
    #expect(app.foot.contains("no space is left on the disk; make room and try again"), "\(app.foot)")
    let kept = try app.replica.notes(of: Identifier(article)).count
    #expect(app.state.reader?.opened.notes.count == kept)
    try await writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
    app.press("a")
    app.type("room again")
    app.press("enter")
    #expect(try app.replica.notes(of: Identifier(article)).count == kept + 1)
    #expect(app.foot.contains("Noted"))
  }
}
