import Foundation
import GRDB
import StorylineModels
import StorylineTestSupport
import Testing

@testable import StorylineStore

/// Backup and restore by the tool (protocol, 2.9 and 2.13; edge case 12).
@Suite struct RestoreTests {
  @Test func `a backup of a store in use is whole, private, and never replaces a file`() async throws {
    let test = try TestStore(.wal)
    try await test.publish([Samples.story])
    let target = test.directory.file("backup")
    let report = try StoryStore.backUp(test.directory.file("store.sqlite"), to: target)
    #expect(report.contentSeq == 1 && report.bytes > 0)
    #expect(try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions] as? Int == 0o600)
    try await test.publish([Samples.actor("aland")])
    #expect(throws: StoreError.self) { try StoryStore.backUp(test.directory.file("store.sqlite"), to: target) }
    let copy = try StoryStore.open(at: target, options: test.options)
    #expect(try await copy.contentHead().cursor != test.store.contentHead().cursor)
    #expect(try await copy.storyID() == "sample-story")
    try copy.close()
    let names = try FileManager.default.contentsOfDirectory(atPath: test.directory.path)
    #expect(!names.contains { $0.hasSuffix(".new") })
  }

  @Test func `a restore tells every stream, keeps the old file, and repeats erasures`() async throws {
    let test = try TestStore(.wal)
    let path = test.directory.file("store.sqlite")
    let (reader, gone) = (try await test.newReader(), try await test.newReader())
    for reader in [reader, gone] {
      _ = try await test.store.sync(Samples.push([Samples.mutation(1, "a")]), for: reader)
    }
    try await test.publish([Samples.story])
    _ = try StoryStore.backUp(path, to: test.directory.file("backup"))
    try await test.publish([Samples.actor("aland")])
    try await test.store.eraseAccount(of: gone)
    let content = try await test.store.contentHead().cursor
    let library = try await test.store.libraryPage(after: nil, empty: true, limit: nil, for: reader).cursor
    #expect(throws: StoreError.locked(path: path + ".lock")) {
      try StoryStore.restore(path, from: test.directory.file("backup"), options: test.options)
    }
    try test.store.close()
    let report = try StoryStore.restore(path, from: test.directory.file("backup"), options: test.options)
    #expect((report.contentSeq, report.erasuresRepeated) == (1, 1))
    let kept = try #require(report.kept)
    #expect(kept == path + ".before-restore-20240711T060000.000Z")
    let store = try StoryStore.open(at: path, options: test.options)
    let head = try await store.contentHead()
    await #expect(throws: StoreError.epochChanged(stream: .content, epoch: head.epoch, reasons: ["restored"])) {
      try await store.contentPage(after: content)
    }
    let page = try await store.libraryPage(after: nil, empty: true, limit: nil, for: reader)
    await #expect(throws: StoreError.epochChanged(stream: .library, epoch: page.epoch, reasons: ["restored"])) {
      try await store.libraryPage(after: library, empty: false, limit: nil, for: reader)
    }
    await #expect(throws: StoreError.unknownReader) {
      try await store.libraryPage(after: nil, empty: true, limit: nil, for: gone)
    }
    try store.close()
    // Known to be the served one: the next start mints nothing.
    let again = try StoryStore.open(at: path, options: test.options)
    #expect(try await again.contentHead().epoch == head.epoch)
    try again.close()
    let old = try DatabaseQueue(path: kept)
    #expect(try await old.read { try Int.fetchOne($0, sql: "SELECT head FROM stream WHERE id = 1") } == 2)
    try old.close()
  }

  @Test func `an old copy with its log is restored with what the log has`() async throws {
    let test = try TestStore(.wal)
    try await test.publish([Samples.story])
    let path = test.directory.file("store.sqlite")
    for suffix in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: path + suffix, toPath: test.directory.file("copy") + suffix)
    }
    let other = test.directory.file("other.sqlite")
    let report = try StoryStore.restore(other, from: test.directory.file("copy"), options: test.options)
    #expect(report.contentSeq == 1 && report.kept == nil)
  }

  @Test(arguments: ["empty", "junk", "foreign", "missing"])
  func `what is no backup is refused and changes nothing`(kind: String) async throws {
    let test = try TestStore(.wal)
    try await test.publish([Samples.story])
    try test.store.close()
    let (path, backup) = (test.directory.file("store.sqlite"), test.directory.file("backup"))
    switch kind {
    case "empty": try Data().write(to: URL(filePath: backup))
    case "junk": try Data(repeating: 0x41, count: 9000).write(to: URL(filePath: backup))
    case "foreign":
      let queue = try DatabaseQueue(path: backup)
      try await queue.write { try $0.execute(sql: "CREATE TABLE somebody (id)") }
      try queue.close()
    default: break
    }
    let before = try Data(contentsOf: URL(filePath: path))
    let names = try FileManager.default.contentsOfDirectory(atPath: test.directory.path).sorted()
    #expect(throws: StoreError.self) { try StoryStore.restore(path, from: backup, options: test.options) }
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: test.directory.path).sorted() == names)
  }
}
