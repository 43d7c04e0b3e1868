import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import StorylineTestSupport
import Testing

@testable import StorylineStore

/// What `verify` sees, on files that somebody changed behind the store's back.
@Suite struct VerificationTests {
  private static let article = Article(
    id: "vote", story: "town", headline: "The vote", blocks: [Block(id: "b1", role: .paragraph, text: "It was lost.")])

  /// A closed database with some of everything, and its path.
  private func database() async throws -> (test: TestStore, path: String) {
    let test = try TestStore(.wal)
    try await test.publish([.story(Story(id: "town", title: "Town")), .article(Self.article)])
    try await test.publish(
      [.source(Source(id: "desk", name: "Desk", type: "agency"))], removing: [.init(kind: .article, id: "vote")])
    let reader = try await test.newReader()
    _ = try await test.store.sync(
      Samples.push([Samples.mutation(1, "a", payload: "{\"read\":true}"), Samples.mutation(2, "b")]), for: reader)
    _ = try await test.store.publishSnapshot()
    try test.store.close()
    return (test, test.directory.file("store.sqlite"))
  }

  @Test func `a sound database has no findings, and its digests say what is in it`() async throws {
    let (test, path) = try await database()
    let report = try StoryStore.verify(path)
    #expect(report.findings.isEmpty && report.contentSeq == 2 && report.rows > 6)
    let backup = test.directory.file("backup")
    _ = try StoryStore.backUp(path, to: backup)
    let copy = try StoryStore.verify(backup)
    #expect(copy.contentDigest == report.contentDigest && copy.libraryDigest == report.libraryDigest)
    let store = try StoryStore.open(at: path, options: test.options)
    _ = try await store.publish(
      ContentCommit(entities: [.source(Source(id: "desk", name: "Other", type: "agency"))], author: "x"))
    // While it is open, too.
    let later = try StoryStore.verify(path)
    #expect(later.findings.isEmpty && later.contentSeq == 3 && later.contentDigest != report.contentDigest)
    #expect(later.libraryDigest == report.libraryDigest)
    try store.close()
  }

  @Test(arguments: [
    ("UPDATE content_record SET body_hash = zeroblob(32) WHERE kind = 'source'", "its digest is not that of its body"),
    (
      "UPDATE content_record SET wire = CAST(replace(wire, 'Desk', 'Mine') AS BLOB) WHERE kind = 'source'",
      "source “desk”"
    ),
    ("UPDATE content_record SET wire = x'7b' WHERE kind = 'source'", "its bytes cannot be read"),
    ("UPDATE content_record SET num = 99 WHERE kind = 'source'", "its envelope is that of another row"),
    ("UPDATE content_record SET deleted = 0 WHERE kind = 'article'", "its envelope is that of another row"),
    ("DELETE FROM commit_log WHERE stream = 1 AND seq = 1", "the content: its log begins at 2"),
    ("DELETE FROM commit_log WHERE stream = 1 AND seq = 2", "the content: its log ends at 1, and its head is 2"),
    ("DELETE FROM commit_log WHERE stream = 1", "its log is empty"),
    ("UPDATE library_record SET payload = '{}' WHERE id = 'a'", "the digest of a record is not that of its payload"),
    ("UPDATE library_record SET seq = 9 WHERE id = 'a'", "a record is newer than its head"),
    ("DELETE FROM library_record WHERE id = 'a'", "the count of its live records is wrong"),
    ("UPDATE snapshot_part SET bytes = x'00'", "other bytes"),
    ("DELETE FROM snapshot_part_use; DELETE FROM snapshot_part", "of its parts are missing"),
  ])
  func `what was changed behind its back is found`(sql: String, finding: String) async throws {
    let (test, path) = try await database()
    let queue = try DatabaseQueue(path: path)
    try await queue.write { try $0.execute(sql: sql) }
    try queue.close()
    let report = try StoryStore.verify(path)
    #expect(report.findings.contains { $0.contains(finding) }, "\(report.findings)")
    let (_, checked) = try StoryStore.checkRestore(
      test.directory.file("elsewhere"), from: path, options: test.options)
    #expect(!checked.findings.isEmpty)
  }

  @Test func `no finding tells what anybody reads`() async throws {
    let (test, path) = try await database()
    defer { withExtendedLifetime(test) {} }
    let queue = try DatabaseQueue(path: path)
    try await queue.write {
      try $0.execute(sql: "UPDATE library_record SET id = 'secret', payload = '{}', seq = 9 WHERE id = 'a'")
    }
    try queue.close()
    let report = try StoryStore.verify(path)
    #expect(report.findings.count >= 2 && !report.findings.contains { $0.contains("secret") })
  }

  @Test func `a rehearsal of a restore changes nothing, and says what it would do`() async throws {
    let (test, path) = try await database()
    let before = try FileManager.default.contentsOfDirectory(atPath: test.directory.path).sorted()
    let store = try StoryStore.open(at: path, options: test.options)
    let target = test.directory.file("target")
    let (report, verification) = try StoryStore.checkRestore(target, from: path, options: test.options)
    #expect(report.contentSeq == 2 && report.erasuresRepeated == 0 && report.kept == nil)
    #expect(verification.findings.isEmpty && verification.path == path)
    try store.close()
    #expect(try FileManager.default.contentsOfDirectory(atPath: test.directory.path).sorted() == before)
    let junk = test.directory.file("junk")
    try Data("not a database at all, but some text".utf8).write(to: URL(filePath: junk))
    #expect(throws: StoreError.self) { try StoryStore.checkRestore(target, from: junk, options: test.options) }
    #expect(throws: StoreError.self) { try StoryStore.verify(junk) }
    #expect(throws: StoreError.self) { try StoryStore.verify(test.directory.file("nothing")) }
  }

  @Test func `statistics count what is there`() async throws {
    let (test, path) = try await database()
    let statistics = try StoryStore.statistics(path, now: test.clock.now())
    #expect(statistics.records == ["story": 1, "source": 1] && statistics.deletedRecords == 1)
    #expect(statistics.commits == 2 && statistics.contentSeq == 2 && statistics.lastCommit == test.clock.now())
    #expect(statistics.readers == 1 && statistics.devices == 1 && statistics.openInvites == 0)
    #expect(statistics.libraryRecords == 2 && statistics.snapshots == 1 && statistics.snapshotBytes > 0)
    #expect(statistics.fileBytes > 0 && statistics.schema == StoreSchema.history.latest)
  }
}
