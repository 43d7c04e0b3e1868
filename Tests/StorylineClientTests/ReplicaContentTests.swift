import Foundation
import GRDB
import StorylineModels
import StorylineTestSupport
import Testing

@testable import StorylineClient

/// Pages applied to a replica directly: what the engine can rely on.
struct ReplicaContentTests {
  enum Backing: CaseIterable { case memory, file }

  private static let epoch = Epoch(rawValue: "e1")
  private let wall = Timestamp(milliseconds: 1_700_000_000_000)

  private func replica(_ backing: Backing) throws -> Replica {
    switch backing {
    case .memory: try Replica.inMemory(random: { 1 })
    case .file: try Replica.open(at: NSTemporaryDirectory() + "replica-\(UUID().uuidString).sqlite", random: { 1 })
    }
  }

  private func cursor(_ text: String) -> StorylineModels.Cursor {
    text == "start" ? .start : StorylineModels.Cursor(rawValue: text)
  }

  private func page(
    _ after: String, _ next: String, more: Bool = false, epoch: Epoch = epoch, _ changes: ContentChange...
  ) -> ContentPage {
    ContentPage(epoch: epoch, after: cursor(after), cursor: cursor(next), more: more, changes: changes)
  }

  private func change(_ entity: Entity, rev: Int64) throws -> ContentChange {
    ContentChange(kind: entity.kind, id: entity.id, rev: rev, body: try entity.body())
  }

  private func gone(_ id: String, rev: Int64) -> ContentChange {
    ContentChange(kind: .article, id: id, rev: rev, body: nil, reason: "retracted")
  }

  @discardableResult
  private func apply(_ page: ContentPage, _ replica: Replica) throws -> ContentOutcome {
    try replica.storage.write { try ApplyContentPage(page: page, wall: wall).run(in: $0) }
  }

  private func restart(_ replica: Replica, refused: String, other: Bool = false) throws {
    try replica.storage.write {
      try RestartContent(refused: cursor(refused), isOtherHistory: other).run(in: $0)
    }
  }

  private func body(_ kind: String, _ id: String, _ replica: Replica) throws -> Data? {
    try replica.storage.read { try $0.row("SELECT body FROM content WHERE kind = ? AND id = ?", [kind, id])?["body"] }
  }

  @Test(arguments: Backing.allCases) func `a page is applied once, however often it comes`(_ backing: Backing) throws {
    let replica = try replica(backing)
    let first = page("start", "c1", more: true, try change(Sample.article("a1", "Old"), rev: 1))
    let second = page("c1", "c2", try change(Sample.article("a1", "New"), rev: 2))
    #expect(try apply(first, replica) == ContentOutcome(changed: 1))
    #expect(try apply(second, replica) == ContentOutcome(changed: 1))
    #expect(try apply(second, replica).dropped)
    #expect(try apply(first, replica).dropped)
    #expect(try replica.articles().map(\.headline) == ["New"])
  }

  @Test func `a page that answers another cursor is left aside`() throws {
    let replica = try replica(.memory)
    #expect(try apply(page("c1", "c2", try change(Sample.article("a1"), rev: 2)), replica).dropped)
    #expect(try replica.articles().isEmpty)
  }

  @Test func `an older row does not replace a newer one, and a tombstone stays`() throws {
    let replica = try replica(.memory)
    try apply(page("start", "c1", try change(Sample.article("a1", "New"), rev: 5), gone("a2", rev: 6)), replica)
    try apply(
      page(
        "c1", "c2", try change(Sample.article("a1", "Old"), rev: 4), try change(Sample.article("a2", "Old"), rev: 5)),
      replica)
    #expect(try replica.articles().map(\.headline) == ["New"])
  }

  @Test func `a page of another history in the middle is refused and changes nothing`() throws {
    let replica = try replica(.memory)
    try apply(page("start", "c1", try change(Sample.article("a1"), rev: 1)), replica)
    let other = page("c1", "c2", epoch: Epoch(rawValue: "e2"), try change(Sample.article("a2"), rev: 2))
    #expect(throws: ReplicaError.self) { try apply(other, replica) }
    #expect(try replica.articles().map(\.id) == ["a1"])
    #expect(try apply(page("c1", "c2"), replica) == ContentOutcome())
  }

  @Test(arguments: Backing.allCases)
  func `edge case 41: an unknown kind is kept byte for byte, and an undecodable row does not stop the cursor`(
    _ backing: Backing
  ) throws {
    let replica = try replica(backing)
    let poll = Data(#"{ "id":"p1", "n":9007199254740993, "x":1.10,"x2":"\u0041" }"#.utf8)
    let broken = Data(#"{"id":"a9","headline":7}"#.utf8)
    try apply(
      page(
        "start", "c1",
        ContentChange(kind: ContentKind(rawValue: "poll"), id: "p1", rev: 1, body: try RawJSON(validating: poll)),
        ContentChange(kind: .article, id: "a9", rev: 1, body: try RawJSON(validating: broken)),
        try change(Sample.article("a1"), rev: 1)), replica)
    #expect(try body("poll", "p1", replica) == poll)
    #expect(try body("article", "a9", replica) == broken)
    #expect(try replica.status().undecodable == 1)
    #expect(try replica.status().counts == ["poll": 1, "article": 2])
    #expect(try replica.articles().map(\.id) == ["a1"])
    #expect(try replica.article("a9") == nil)
  }

  @Test func `a row that was undecodable is repaired by its next version`() throws {
    let replica = try replica(.memory)
    let broken = try RawJSON(validating: Data(#"{"id":"a1"}"#.utf8))
    try apply(page("start", "c1", ContentChange(kind: .article, id: "a1", rev: 1, body: broken)), replica)
    try apply(page("c1", "c2", try change(Sample.article("a1"), rev: 2)), replica)
    #expect(try replica.status().undecodable == 0)
    #expect(try replica.articles().count == 1)
  }

  @Test func `edge case 41: a version that reads content differently makes its tables anew from the raw bytes`() throws
  {
    let path = NSTemporaryDirectory() + "replica-\(UUID().uuidString).sqlite"
    let replica = try Replica.open(at: path, random: { 1 })
    try apply(
      page(
        "start", "c1", try change(Sample.article("a1"), rev: 1), try change(Sample.event("e1", article: "a1"), rev: 1)),
      replica)
    let (before, hits) = (try replica.article("a1"), try replica.search("summit"))
    // As an older version would have left it: nothing derived, and the row called undecodable.
    try replica.storage.write { db in
      for table in ["article", "evidence", "search"] { try db.run("DELETE FROM \(table)") }
      try db.run("UPDATE content SET undecodable = 1")
      try db.run("UPDATE replica SET decoder = 0")
    }
    try replica.close()
    let updated = try Replica.open(at: path)
    #expect(try updated.article("a1") == before)
    #expect(try updated.search("summit") == hits)
    #expect(try updated.status().undecodable == 0)
  }

  @Test func `a walk from the start keeps what is there readable, and sweeps at its end`() throws {
    let replica = try replica(.memory)
    try apply(
      page(
        "start", "c1", try change(Sample.article("a1"), rev: 1), try change(Sample.article("a2"), rev: 2),
        try change(Sample.event("e1", article: "a1"), rev: 2)), replica)
    try restart(replica, refused: "c1")
    #expect(try replica.articles().count == 2)
    try apply(page("start", "d1", more: true, try change(Sample.article("a2"), rev: 2)), replica)
    #expect(try replica.articles().count == 2)
    #expect(try replica.search("summit").count == 1)
    #expect(try apply(page("d1", "d2", try change(Sample.article("a3"), rev: 9)), replica).swept == 2)
    #expect(Set(try replica.articles().map(\.id)) == ["a2", "a3"])
    #expect(try replica.timeline().isEmpty)
    #expect(try replica.search("summit").isEmpty)
  }

  /// A walk got further than the snapshot that it then had to begin anew with.
  @Test func `what a snapshot was too old for comes back at the same rev, and is no news`() throws {
    let replica = try replica(.memory)
    try apply(page("start", "c1", try change(Sample.article("a1"), rev: 1)), replica)
    try apply(page("c1", "c2", try change(Sample.article("a2"), rev: 9)), replica)
    try restart(replica, refused: "c2")
    #expect(try apply(page("start", "d1", try change(Sample.article("a1"), rev: 1)), replica).swept == 1)
    #expect(try replica.articles().map(\.id) == ["a1"])
    #expect(try apply(page("d1", "d2", try change(Sample.article("a2"), rev: 9)), replica).changed == 1)
    #expect(Set(try replica.articles().map(\.id)) == ["a1", "a2"])
    let published = try replica.storage.read { try $0.row("SELECT first_rev FROM content WHERE id = 'a2'") }
    #expect(published?["first_rev"] == 9 as Int64)
    #expect(try apply(page("d2", "d3", gone("a2", rev: 10)), replica).changed == 1)
    #expect(try replica.articles().map(\.id) == ["a1"])
  }

  @Test func `in another history smaller revs are taken, and rows that came back after a sweep too`() throws {
    let replica = try replica(.memory)
    try apply(
      page("start", "c1", try change(Sample.article("a1", "Lost"), rev: 9), try change(Sample.article("a2"), rev: 9)),
      replica)
    try restart(replica, refused: "c1", other: true)
    let second = Epoch(rawValue: "e2")
    try apply(page("start", "d1", epoch: second, try change(Sample.article("a1", "Restored"), rev: 3)), replica)
    #expect(try replica.articles().map(\.headline) == ["Restored"])
    try apply(page("d1", "d2", epoch: second, try change(Sample.article("a2", "Again"), rev: 4)), replica)
    #expect(Set(try replica.articles().map(\.headline)) == ["Restored", "Again"])
  }

  @Test func `a restart that another process made already is not made twice`() throws {
    let replica = try replica(.memory)
    try apply(page("start", "c1", try change(Sample.article("a1"), rev: 1)), replica)
    try restart(replica, refused: "c1")
    try apply(page("start", "d1", more: true), replica)
    try restart(replica, refused: "c1")
    #expect(try apply(page("d1", "d2", try change(Sample.article("a1"), rev: 1)), replica).dropped == false)
  }

  @Test func `everything is there after the file is opened again`() throws {
    let path = NSTemporaryDirectory() + "replica-\(UUID().uuidString).sqlite"
    let replica = try Replica.open(at: path, now: { wall }, random: { 77 })
    try apply(page("start", "c1", more: true, try change(Sample.article("a1"), rev: 1)), replica)
    try replica.setRead(true, article: "a1")
    let record = try replica.record(LibraryKey(kind: .read, id: "a1"))
    // Not closed: as after a crash.
    let again = try Replica.open(at: path, now: { wall }, random: { 78 })
    #expect(try again.record(LibraryKey(kind: .read, id: "a1")) == record)
    #expect(record?.stamp.node == 77)
    #expect(try again.status().pending == 1)
    #expect(try apply(page("c1", "c2", try change(Sample.article("a2"), rev: 2)), again).changed == 1)
    try again.setRead(true, article: "a2")
    let second = try #require(try again.record(LibraryKey(kind: .read, id: "a2")))
    #expect(second.stamp.node == 77)
    #expect(second.stamp > (try #require(record?.stamp)))
  }

  @Test func `a file that is not a replica is refused in plain words`() throws {
    let path = NSTemporaryDirectory() + "replica-\(UUID().uuidString).sqlite"
    try Data(repeating: 65, count: 4096).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: ReplicaError.self) { try Replica.open(at: path) }
    #expect(error?.description.contains("damaged") == true)
  }
}
