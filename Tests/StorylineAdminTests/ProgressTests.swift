import Foundation
import StorylineModels
import StorylineSeeds
import StorylineStore
import Synchronization
import Testing

@testable import StorylineAdmin

/// What a person at a terminal sees of work that takes long, and how he stops it.
@Suite("Progress") struct ProgressTests {
  /// What a terminal got.
  private final class Screen: Sendable {
    let text = Mutex("")
    func write(_ more: String) { text.withLock { $0 += more } }
    var all: String { text.withLock(\.self) }
  }

  @Test(arguments: [0, 1, 5, 20, 40, 80, 500])
  func `the line never fills the terminal's width`(width: Int) {
    for step in [
      ProgressLine.Step(what: "reading the folder"), .init(what: "commits", done: 3, all: 12),
      .init(what: "images", done: 99_999, all: 99_999), .init(what: "commits", done: 20, all: 12),
    ] {
      let text = ProgressLine.text(step, seconds: 4, width: width)
      #expect(text.count <= max(0, width - 1), "\(text)")
      #expect(!text.contains("\n"))
    }
    let wide = ProgressLine.text(.init(what: "commits", done: 6, all: 12), seconds: 4, width: 80)
    #expect(wide == String(repeating: "█", count: 15) + String(repeating: "░", count: 15) + " 6/12 commits")
    let narrow = ProgressLine.text(.init(what: "commits", done: 6, all: 12), seconds: 4, width: 16)
    #expect(narrow == "6/12 commits")
  }

  @Test func `whatever is written takes the line away first, and nothing draws it after the end`() async throws {
    let screen = Screen()
    let line = ProgressLine(patience: .zero, width: { 40 }, write: screen.write)
    let console = Console(line: line) { text, _ in screen.write(text) }
    console.progress("reading")
    while !screen.all.contains("reading") { try await Task.sleep(for: .milliseconds(5)) }
    console.out("result")
    #expect(screen.all.hasSuffix("\r\u{1B}[Kresult\n"), "\(screen.all)")
    let after = screen.all
    console.clear()
    #expect(screen.all == after)
  }

  @Test func `what is over soon shows nothing, and a pipe gets nothing at all`() async throws {
    let screen = Screen()
    let console = Console(width: { 80 }) { text, _ in screen.write(text) }
    console.progress(1, of: 3, "commits")
    console.out("done")
    #expect(screen.all == "done\n")
    let piped = Console { text, _ in screen.write(text) }
    piped.progress("reading")
    piped.clear()
    #expect(screen.all == "done\n")
  }

  /// Asks for an end while the second commit is on its way.
  private struct ImpatientDesk: PublishingDesk {
    let base: StoreDesk
    let interruption: Interruption
    let published = Counter()

    final class Counter: Sendable {
      let count = Mutex(0)
    }

    func publish(_ commit: ContentCommit) async throws -> PublishResult {
      let number = published.count.withLock { count in
        count += 1
        return count
      }
      if number == 2 { #expect(interruption.ask().isAwaited) }
      return try await base.publish(commit)
    }

    func records() async throws -> [ContentChange] { try await base.records() }
    func schedule() async throws -> [ScheduledRecord] { try await base.schedule() }
    func media() async throws -> [MediaDescription] { try await base.media() }
    func send(_ bytes: Data, of image: SeedMedia) async throws { try await base.send(bytes, of: image) }
    func image(_ id: MediaID) async throws -> Data { try await base.image(id) }
    func remove(_ id: MediaID) async throws { try await base.remove(id) }
    func commits(before rev: Int64?, limit: Int) async throws -> [CommitSummary] {
      try await base.commits(before: rev, limit: limit)
    }
    func commit(_ rev: Int64) async throws -> CommitDetail { try await base.commit(rev) }
    func invite(_ request: InviteRequest) async throws -> InviteReply { try await base.invite(request) }
  }

  @Test func `who stops an apply gets whole commits, is told what is done, and the same command finishes it`()
    async throws
  {
    let desk = try Desk(Town.files)
    let many = (0..<9_000).map { "- id: source-\($0)\n  name: Source \($0)\n  type: agency\n" }.joined()
    try desk.write(many, to: "town/sources.yaml")
    let screen = Screen()
    let interruption = Interruption()
    let context = AdminContext(
      console: Console { text, _ in screen.write(text) }, environment: [:], now: { Desk.noon },
      interruption: interruption)
    let publication = FolderPublication(folder: desk.path + "/town", author: "desk", context: context)
    let store = try desk.store()
    do {
      _ = try await publication.run(at: ImpatientDesk(base: StoreDesk(store: store), interruption: interruption))
      Issue.record("it went on")
    } catch let exit as CommandExit {
      #expect(exit.code == 130)
    }
    try store.close()
    #expect(screen.all.hasSuffix("stopped; 2 of 5 commits are published; the same command publishes the rest\n"))
    let done = try await desk.published()
    #expect(Set(done.compactMap { $0.split(separator: " ").last }) == ["1", "2"])
    let rest = await desk.run("apply", "@/town")
    #expect(rest.code == 0 && rest.out.hasPrefix("published as commits 3 to 5: "), "\(rest.out)\(rest.err)")
    #expect(try await desk.published().count == 9_004)
    #expect(await desk.run("apply", "@/town").out == "nothing changed: 9004 unchanged\n")
  }

  @Test func `who has the database is named as what he is`() async throws {
    let desk = try Desk()
    let context = AdminContext(
      console: Console { _, _ in }, environment: [:], now: { Desk.noon }, interruption: Interruption())
    let file = DatabaseFile(path: desk.database, pepperFile: nil, erasureLedger: nil, context)
    #expect(file.lockedWords(holder: "storyline-admin").contains("run this command again when it is done"))
    for holder in ["storylined", nil] {
      let words = file.lockedWords(holder: holder)
      #expect(words.contains("most likely storylined; stop it") && words.contains("--editor-socket"), "\(words)")
    }
    try desk.write("", to: "storyline.sqlite.socket")
    #expect(!file.lockedWords(holder: "storylined").contains("--editor-socket"))
    let store = try desk.store()
    #expect(LockCheck(file: file).holderName() != nil)
    try store.close()
    #expect(LockCheck(file: file).holderName() == nil)
    #expect(file.message(.diskFull).contains("make room"))
  }

  @Test func `before its first commit an apply is stopped at once, and the second time any is`() {
    let interruption = Interruption()
    interruption.willSay("stopped; nothing was published")
    #expect(interruption.ask() == ("stopped; nothing was published", false))
    let other = Interruption()
    other.isAwaited(true)
    #expect(other.ask().isAwaited && other.isAsked)
    #expect(!other.ask().isAwaited)
  }
}
