import Crypto
import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import StorylineTestSupport
import Testing

@testable import StorylineStore

/// A backup that was made in the middle of work is one state of the story, whole: not a byte of another.
@Suite struct BackupUnderLoadTests {
  /// What each commit publishes follows from its number, so that a backup's number says what has to be in it.
  private static func entities(_ number: Int64) -> [Entity] {
    (0...Int64(number % 3)).map { part in
      .source(
        Source(
          id: Identifier("source-\((number + part) % 7)"), name: "Name \(number)",
          type: String(repeating: "x", count: Int(number % 50))))
    }
  }

  private static func digest(_ entities: [Entity]) throws -> String {
    var hash = SHA256()
    for entity in entities.sorted(by: { $0.id < $1.id }) {
      hash.update(data: Data("\(entity.kind) \(entity.id) ".utf8))
      hash.update(data: try entity.body().data)
    }
    return hash.finalize().map { String(format: "%02x", $0) }.joined()
  }

  /// The digest of what is published after so many commits.
  private static func expected(after number: Int64) throws -> String {
    var state: [String: Entity] = [:]
    for commit in stride(from: Int64(1), through: number, by: 1) {
      for entity in entities(commit) { state[entity.id] = entity }
    }
    return try digest(Array(state.values))
  }

  @Test func `a hundred backups under a writing load are each restored to the digest of their commit`() async throws {
    let test = try TestStore(.wal)
    let path = test.directory.file("store.sqlite")
    let writing = Task {
      var number: Int64 = 0
      while !Task.isCancelled {
        number += 1
        _ = try await test.store.publish(ContentCommit(entities: Self.entities(number), author: "load"))
      }
    }
    while try await test.store.commits(limit: 1).isEmpty { await Task.yield() }
    var seqs: [Int64] = []
    for round in 0..<100 {
      let backup = test.directory.file("backup-\(round)")
      let report = try StoryStore.backUp(path, to: backup)
      seqs.append(report.contentSeq)
      let target = test.directory.file("restored-\(round)")
      _ = try StoryStore.restore(target, from: backup, options: test.options)
      let store = try StoryStore.open(at: target, options: test.options)
      let published = try await store.contentRecords().compactMap { try $0.entity() }
      #expect(try Self.digest(published) == Self.expected(after: report.contentSeq), "round \(round)")
      let integrity = try await store.database.read { db in try String.fetchAll(db, sql: "PRAGMA integrity_check") }
      #expect(integrity == ["ok"], "round \(round)")
      // Every commit is there, none twice.
      let revs = try await store.commits(limit: 10_000).map(\.rev)
      #expect(revs == Array((1...report.contentSeq).reversed()), "round \(round)")
      try store.close()
      for file in [backup, target, target + ".lock", target + ".erasures"] {
        try? FileManager.default.removeItem(atPath: file)
      }
    }
    writing.cancel()
    // Cancelled in the middle of a commit is what it ends with.
    _ = await writing.result
    #expect(seqs == seqs.sorted() && Set(seqs).count > 1, "nothing was written between the backups")
    try test.store.close()
  }
}
